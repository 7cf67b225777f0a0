"""A page, from its route to its bytes: the whole algorithm.

1. render the template: literal text and slots
2. look all slots up in the fragment cache, start a fetch for each that is missing
3. wait for required slots: they decide status and redirect before the first byte
4. if all is there: one body (binding.py). If not: the head, then the body in order as slots
   finish, and at its end what is deferred (sending.py)
"""

import asyncio
from collections.abc import Hashable, Mapping

from . import notices
from .assembly import Assembly
from .binding import Binder
from .budget import Budget
from .filler import Filler
from .job import NOTHING, Job
from .letterhead import Letterhead, retry
from .outcome import Outcome
from .overlay import marked, overlaid, panel, uncoded, wants_overlay
from .page import Layout, Pages, local_html
from .page_cache import MemoryKey, PageCache
from .page_templates.config import Match
from .records import Recorder
from .redirects import with_query
from .reply import Answer, whole
from .request import PageRequest, Trace
from .review import Review
from .rollouts import Rollouts
from .sending import Streamer
from .site import Site
from .store import FragmentStore
from .visit import Visit
from .whole import WholePages


class PageComposer:
    """Composes pages of pages.toml."""

    def __init__(
        self,
        *,
        site: Site,
        filler: Filler,
        store: FragmentStore,
        recorder: Recorder,
        whole_pages: WholePages,
        rollouts: Rollouts,
        review: Review,
        cache: PageCache,
    ) -> None:
        self._site = site
        self._filler = filler
        self._store = store
        self._recorder = recorder
        self._whole_pages = whole_pages
        self._rollouts = rollouts
        self._review = review
        self._cache = cache
        self._letterhead = Letterhead(site, store)
        self._binder = Binder(
            letterhead=self._letterhead,
            store=store,
            filler=filler,
            rollouts=rollouts,
            recorder=recorder,
            review=review,
            cache=cache,
        )
        self._streamer = Streamer(
            letterhead=self._letterhead,
            filler=filler,
            rollouts=rollouts,
            recorder=recorder,
            review=review,
        )

    async def compose(
        self,
        request: PageRequest,
        key: MemoryKey,
        trace: Trace,
        pages: Pages,
        match: Match,
        context: Mapping[str, object],
        locale: str,
        started: float,
    ) -> Answer:
        """The answer to a request with that key. Raises PageTemplateError."""
        context = {**context, **self._site.context(locale)}
        layout = pages.layout((match.page.template,), context, locale)
        if match.page.response_headers:
            layout = layout.letting_pass(match.page.response_headers)
        visit = Visit(
            Budget(match.page.budget_ms / 1000),
            trace,
            lambda name: local_html(pages, name, context, locale),
            started,
            self._site.callers.of(request),
        )
        about = (match.page.name, tuple(context.items()))
        return await self.fill(
            request, key, about, pages.version, layout, locale, visit, pages.preview, context
        )

    async def fill(
        self,
        request: PageRequest,
        key: MemoryKey,
        about: tuple[str, Hashable],
        version: int,
        layout: Layout,
        locale: str,
        visit: Visit,
        preview: str = "",
        context: Mapping[str, object] = NOTHING,
    ) -> Answer:
        """The same for a layout that is there; ``about`` is its name and what it was made from.

        ``context`` is what an error page may know of the page in whose place it is.
        """
        audience = request.audience
        has_overlay = wants_overlay(request, layout)
        if has_overlay:
            layout, request = marked(layout), uncoded(request)
        if audience.is_told:
            layout = self._told(layout, request, locale)
        pin = self._rollouts.pin(layout.slots, new_cohort=audience.new_cohort)
        asks = self._filler.asks(layout.slots, request, locale)
        asked = self._filler.keys(layout.slots, asks, request)
        name = (*about, locale, asked, pin.is_pinned)
        # Who is new among the visitors of a rollout gets a cookie, which is nobody else's.
        is_shared = not (pin.cookie or preview) and not audience.is_alone
        kept = await self._cache.find(name, key, request) if is_shared else None
        if kept is not None:
            return kept.answer_to(request, visit.trace.request_id)
        generation = self._store.generation
        filling = await self._filler.start(layout, request, locale, visit, asks=asks)
        job = Job(
            request=request,
            page=about[0],
            name=name,
            key=key,
            version=version,
            preview=preview,
            asked=asked,
            layout=layout,
            locale=locale,
            visit=visit,
            pin=pin,
            generation=generation,
            filling=filling,
            assembly=Assembly(layout, self._site.loads_from, filling),
            context=context,
        )
        try:
            answer = await self._finish(job)
            return overlaid(answer, lambda: self._panel(job)) if has_overlay else answer
        except BaseException:
            filling.cancel()
            raise

    async def _finish(self, job: Job) -> Answer:
        decision = await job.filling.decision()
        if decision is not None:
            return await self._decided(job, decision)
        if job.request.method == "HEAD" or job.layout.is_part:
            await job.filling.all()
        elif not job.filling.is_complete:
            # Lets the fetches be sent before anything else, and takes what comes at once.
            await asyncio.sleep(0)
            job.filling.gather_done()
        if job.filling.is_complete:
            return self._binder.answer(job)
        return self._streamer.answer(job)

    async def _decided(self, job: Job, decision: Outcome) -> Answer:
        """What a required slot makes of the page: elsewhere, not there, or not possible."""
        job.filling.cancel()
        self._recorder.slots(job.trace, job.filling.known)
        request, trace, status = job.request, job.trace, decision.status
        vary = self._letterhead.vary(job.layout)
        if decision.kind != "failed" and decision.moves:
            location = with_query(decision.header("location") or "/", status, request.query)
            headers = [
                ("location", location),
                *self._letterhead.caching(job, [decision], vary),
                *self._letterhead.cookies(job, [decision]),
            ]
            fixed = self._site.fixed_headers
            return whole(request, trace.request_id, status, b"", headers, fixed)
        return await self._whole_pages.error(
            request,
            trace,
            status,
            headers=retry(status),
            decided_by=None if self._letterhead.is_only_now(job) else decision,
            vary=vary,
            pin=job.pin,
            context=job.context,
        )

    def _told(self, layout: Layout, request: PageRequest, locale: str) -> Layout:
        """The layout with what its visitor is to be told, on a page that somebody reads."""
        said = notices.read(request.headers.get("cookie", ""))
        if said is None or layout.is_part or not notices.are_due(request):
            return layout
        return notices.told(layout, said, locale, https=self._site.is_https)

    def _panel(self, job: Job) -> bytes:
        notes = [*job.assembly.notes, *self._review.known]
        return panel(job.request, job.visit, job.page, job.filling, notes)
