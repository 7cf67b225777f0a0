"""Pages that are sent when they are complete: error pages, and answers to actions.

An error page is a page template with fragments like any other, but it can never fail: what is not
there in time is left out, and if nothing works there is a last resort that needs nothing.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from django.utils import translation

from . import notices
from .answer import read_html
from .assembly import Assembly, render
from .assets import NO_ASSETS, Assets
from .audience import EVERYBODY, Audiences
from .budget import Budget
from .csp import NO_SOURCES, Sources
from .errors import ComposerError
from .filler import Filler
from .headers import NO_STORE, Headers
from .job import NOTHING
from .notices import NO_NOTICES, Notices
from .outcome import GONE_OR_UNKNOWN, Outcome, fetched
from .page import Layout, Pages, SlotCollector, local_html
from .records import Recorder
from .reply import Answer, caching, uncached, whole
from .request import PageRequest, Trace
from .review import Review
from .rollouts import FREE, Pin, Rollouts, both
from .sentences import last_resort, sentences
from .site import Site
from .slot import Slot
from .visit import Visit

logger = logging.getLogger(__name__)

# Whoever sees an error page has waited already.
BUDGET_SECONDS: Final = 0.5
_CONTENT: Final = Slot("composer/content")


class WholePages:
    """Composes templates that are no pages of pages.toml."""

    def __init__(
        self,
        *,
        site: Site,
        pages: Callable[[], Pages],
        filler: Filler,
        recorder: Recorder,
        rollouts: Rollouts,
        review: Review,
        audiences: Audiences,
    ) -> None:
        self._audiences = audiences
        self._rollouts = rollouts
        self._review = review
        self._recorder = recorder
        self._site = site
        self._pages = pages
        self._filler = filler

    async def error(
        self,
        request: PageRequest,
        trace: Trace,
        status: int,
        *,
        message: str = "",
        headers: Sequence[tuple[str, str]] = (),
        decided_by: Outcome | None = None,
        vary: Sequence[str] = (),
        pin: Pin = FREE,
        context: Mapping[str, object] = NOTHING,
    ) -> Answer:
        """The page for a status from 400 up: ``<status>.html`` or ``error.html``.

        ``decided_by`` is the outcome of a fragment that knows no such thing: how long the page
        may be kept follows from it, and for whom from ``vary``, the headers that were looked at,
        and from ``pin``. ``context`` are the variables of the page in whose place this one is.
        """
        locale = self._site.locales.of(request)
        with translation.override(locale):
            title, sentence = sentences(status)
        context = {
            **context,
            "status": status,
            "title": title,
            "message": message or sentence,
            "request_id": trace.request_id,
        }
        names = (f"{status}.html", "error.html")
        caching_headers = uncached(vary, pin)
        fixed = self._site.fixed_headers
        try:
            body, outcomes, layout, fixed = await self._body(names, context, request, trace)
            headers = [*headers, *layout.headers]
            is_kept = status in GONE_OR_UNKNOWN and not request.audience.is_alone
            if decided_by is not None and is_kept:
                seen = sorted(layout.sees_headers | {*vary})
                audience = request.audience
                pin = both(pin, self._rollouts.pin(layout.slots, new_cohort=audience.new_cohort))
                # Where a rollout has begun since the request came, nobody has a cohort.
                if audience.cohort or not pin.is_pinned:
                    kept = fetched([decided_by, *outcomes])
                    caching_headers = caching(kept, time.time(), seen, pin)
        except Exception as error:
            is_known = isinstance(error, ComposerError)
            logger.error("page for status %d: %s", status, error, exc_info=not is_known)
            mount = self._site.locales.mount(locale)
            body = last_resort(status, message, locale=locale, mount=mount)
        return whole(
            request,
            trace.request_id,
            status,
            body,
            [*caching_headers, *headers],
            fixed,
        )

    async def around(
        self,
        template: str,
        context: Mapping[str, object],
        request: PageRequest,
        trace: Trace,
        *,
        content: bytes,
        assets: Assets = NO_ASSETS,
        asked: Sources = NO_SOURCES,
        said: Notices = NO_NOTICES,
        status: int = 200,
    ) -> Answer:
        """A template with given HTML in the place of its variable ``answer``; never kept.

        ``said`` is told to the visitor, after what is still to be told. Raises PageTemplateError.
        The HTML may open with a head block, as a fragment's.
        """
        parts = read_html(content)
        given = Outcome(
            slot=_CONTENT,
            kind="fresh",
            html=parts.html,
            head=parts.head,
            assets=assets,
            asked=asked,
        )
        body, _, layout, fixed = await self._body((template,), context, request, trace, given, said)
        headers = [("cache-control", NO_STORE), *layout.headers]
        return whole(request, trace.request_id, status, body, headers, fixed)

    async def _body(
        self,
        names: Sequence[str],
        context: Mapping[str, object],
        request: PageRequest,
        trace: Trace,
        given: Outcome | None = None,
        said: Notices = NO_NOTICES,
    ) -> tuple[bytes, list[Outcome], Layout, Headers]:
        collector = SlotCollector()
        if request.audience is EVERYBODY:
            known = self._audiences.known(request.headers.get("cookie", ""))
            request = replace(request, audience=known)
        locale = self._site.locales.of(request)
        page_path = self._site.locales.mount(locale)
        values = {**self._site.context(locale), "page_path": page_path, **context}
        if given is not None:
            values["answer"] = collector.place(given.slot)
        pages = self._pages()
        layout = pages.layout(names, values, locale, collector)
        layout = self._told(layout, request, said, locale)
        visit = Visit(
            Budget(BUDGET_SECONDS),
            trace,
            lambda name: local_html(pages, name, values, locale),
            time.perf_counter(),
            self._site.callers.of(request),
        )
        filling = await self._filler.start(layout, request, locale, visit, given=given)
        try:
            outcomes = await filling.all()
        finally:
            filling.cancel()
        assembly = Assembly(layout, self._site.loads_from, filling)
        body = b"".join(render(layout, assembly, outcomes))
        notes = [*assembly.notes, *self._review.notes(names[0], layout, outcomes)]
        self._recorder.slots(trace, [o for o in outcomes if o is not given], notes)
        return body, outcomes, layout, self._site.headers(assembly.asked, layout.facts.hashes)

    def _told(self, layout: Layout, request: PageRequest, said: Notices, locale: str) -> Layout:
        waiting = notices.read(request.headers.get("cookie", ""))
        if (waiting is None and not said) or not notices.are_due(request):
            return layout
        return notices.told(
            layout, (waiting or NO_NOTICES) + said, locale, https=self._site.is_https
        )
