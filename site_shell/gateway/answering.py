"""From a verdict to what the browser gets: a page, a fragment, a redirect, or a kind word."""

import json
import logging
from collections.abc import Mapping
from typing import Final, Protocol

from django.utils import translation
from fragment_contract import wire

from ..composer.answer import read_html
from ..composer.assets import NO_ASSETS, Assets
from ..composer.csp import NO_SOURCES, Sources
from ..composer.errors import PageTemplateError
from ..composer.headers import NO_STORE
from ..composer.known_manifest import KnownManifest
from ..composer.needs import NOTHING, manifest_needs
from ..composer.notices import NO_NOTICES, Notices, read, set_cookie
from ..composer.reply import Answer, whole
from ..composer.request import PageRequest, Trace
from ..composer.sentences import last_resort
from ..composer.site import Site
from .apology import apology
from .forwarding import Post
from .returning import page_before
from .saying import SILENCE, Said
from .sentences import APOLOGIES, ARRIVED
from .verdict import Again, Fragment, GoTo, Nothing, Refused, Verdict

logger = logging.getLogger(__name__)

# Of the page templates; its variable ``answer`` is what a service answered.
TEMPLATE: Final = "action.html"


class Pages(Protocol):
    """What the composer does for the gateway: pages with the site's header and footer."""

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
        """A page template with HTML in it. Raises PageTemplateError."""


class Answering:
    """Makes answers. All of them are ``no-store`` and have the site's security headers."""

    def __init__(self, pages: Pages, site: Site) -> None:
        self._pages = pages
        self._site = site

    async def answer(self, post: Post, verdict: Verdict, known: KnownManifest | None) -> Answer:
        """The answer for whoever is waiting: a script for a fragment, a person for a page."""
        make = self._to_htmx if post.by_htmx else self._to_browser
        with translation.override(self._site.locales.of(post.request)):
            answer = await make(post, verdict, known)
        _log(post, verdict, answer)
        return answer

    async def _to_htmx(self, post: Post, verdict: Verdict, known: KnownManifest | None) -> Answer:
        match verdict:
            case Fragment(status, html, said):
                trigger = {wire.HX_TRIGGER: said.trigger}
                return self._bare(post, status, read_html(html).html, trigger)
            case GoTo(location, said):
                # htmx would follow a 303 unseen, and put a whole page in the fragment's place.
                cookie = self._for_next_page(post, said)
                return self._bare(post, 200, headers={wire.HX_REDIRECT: location, **cookie})
            case Again(said):
                cookie = self._for_next_page(post, said)
                return self._bare(post, 200, headers={wire.HX_REFRESH: "true", **cookie})
            case Nothing(said):
                return self._bare(post, 204, headers={wire.HX_TRIGGER: said.trigger})
            case Refused(status):
                # htmx leaves the form as it is, with all that was typed, and announces this.
                notice = {"message": APOLOGIES[status].message("form"), "level": "error"}
                event = json.dumps({"notification:show": notice})
                headers = {**dict(verdict.headers), wire.HX_TRIGGER: event}
                return self._bare(post, status, headers=headers)

    async def _to_browser(
        self, post: Post, verdict: Verdict, known: KnownManifest | None
    ) -> Answer:
        match verdict:
            case Fragment(status, html, said):
                plain = str(ARRIVED) if status < 400 else ""
                return await self._page(post, status, html, known, plain, said)
            case GoTo(location, said):
                # Whatever redirect it was: the browser should open the page, not post to it.
                cookie = self._for_next_page(post, said)
                return self._bare(post, 303, headers={"location": location, **cookie})
            case Again(said):
                back = {"location": page_before(post, self._site)}
                return self._bare(post, 303, headers={**back, **self._for_next_page(post, said)})
            case Nothing(said):
                # The page stays as it is, so that the next one has to tell.
                return self._bare(post, 204, headers=self._for_next_page(post, said))
            case Refused(status):
                plain = APOLOGIES[status].message("browser")
                html = apology(post, status)
                answer = await self._page(post, status, html, None, plain)
                answer.also(verdict.headers)
                return answer

    async def _page(
        self,
        post: Post,
        status: int,
        html: bytes,
        known: KnownManifest | None,
        plain: str,
        said: Said = SILENCE,
    ) -> Answer:
        """A page around the HTML; if that page is broken, one that needs nothing to be well."""
        needs = manifest_needs(known, "content") if known else NOTHING
        try:
            return await self._pages.around(
                TEMPLATE,
                {"back": page_before(post, self._site)},
                post.request,
                post.trace,
                content=html,
                assets=needs.assets,
                asked=needs.sources,
                said=said.notices(self._site.locales.of(post.request)),
                status=status,
            )
        except PageTemplateError:
            logger.exception("%s cannot be used", TEMPLATE)
            broken = max(status, 500)
            return self._bare(post, broken, last_resort(broken, plain))

    def _for_next_page(self, post: Post, said: Said) -> dict[str, str]:
        """The cookie with which the next page tells what has happened, after what waits already."""
        new = said.notices(self._site.locales.of(post.request))
        if not new:
            return {}
        waiting = read(post.request.headers.get("cookie", "")) or NO_NOTICES
        return {"set-cookie": set_cookie(waiting + new, https=self._site.is_https)}

    def _bare(
        self, post: Post, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer without a page around it."""
        given = {"cache-control": NO_STORE, **(headers or {})}
        fixed = self._site.fixed_headers
        return whole(post.request, post.trace.request_id, status, body, [*given.items()], fixed)


def _log(post: Post, verdict: Verdict, answer: Answer) -> None:
    """One line for every action, in which nothing is that a shopper typed."""
    match verdict:
        case Refused(status, reason):
            level, outcome = (logging.WARNING if status < 500 else logging.ERROR), reason
        case Fragment() | GoTo() | Again() | Nothing() if verdict.said.problem:
            level, outcome = logging.WARNING, verdict.said.problem
        case _:
            level, outcome = logging.INFO, type(verdict).__name__.lower()
    logger.log(
        level,
        "action %s %s/%s %d %s request_id=%s",
        post.request.method,
        post.fragment,
        post.action,
        answer.status,
        outcome,
        post.trace.request_id,
    )
