"""The front door of both faces: which page a request wants, and what if there is none."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.utils import translation

from . import notices
from .audience import EVERYBODY, PREVIEW_COOKIE, Audiences
from .compose import PageComposer
from .errors import PageTemplateError
from .filler import Filler
from .frames import PREFIX
from .lazy import LAZY, LazySlots, UnknownPart
from .page import Pages
from .page_cache import MemoryKey, PageCache
from .page_templates.config import Match, PageSpec
from .page_templates.previews import Previews
from .readable import readable
from .records import Recorder
from .remembered import Remembered
from .reply import Answer, caching, mark, uncached, whole
from .request import BadRequest, PageRequest, Trace, decode_path, encode_path, last_values, trace_of
from .review import Review
from .rollouts import Rollouts
from .sentences import left_out
from .site import FOREIGN_HOST, Site
from .slot_token import SlotTokens
from .store import FragmentStore
from .tracing import Tracer
from .whole import WholePages

logger = logging.getLogger(__name__)

METHODS: Final = ("GET", "HEAD")


class Composer:
    """Answers requests for pages. One per process; safe to use from several event loops."""

    def __init__(
        self,
        *,
        site: Site,
        pages: Callable[[], Pages],
        filler: Filler,
        store: FragmentStore,
        recorder: Recorder,
        rollouts: Rollouts,
        review: Review,
        cache: PageCache,
        audiences: Audiences,
        tokens: SlotTokens,
        previews: Previews,
        tracer: Tracer | None = None,
    ) -> None:
        self.audiences = audiences
        self._tracer = tracer
        self._site = site
        self._pages = pages
        self._recorder = recorder
        self._cache = cache
        self._previews = previews
        self.whole_pages = WholePages(
            site=site,
            pages=pages,
            filler=filler,
            recorder=recorder,
            rollouts=rollouts,
            review=review,
            audiences=audiences,
        )
        self._composer = PageComposer(
            site=site,
            filler=filler,
            store=store,
            recorder=recorder,
            whole_pages=self.whole_pages,
            rollouts=rollouts,
            review=review,
            cache=cache,
        )
        self._lazy = LazySlots(site=site, composer=self._composer, tokens=tokens)

    def remembered(self, key: MemoryKey) -> Remembered | None:
        """The page for what was asked, if it is at hand as bytes."""
        return self._cache.at_hand(key)

    def owns(self, raw_path: str) -> bool:
        """Whether a path is a page's, or would be with a slash at its end, or is malformed."""
        try:
            path = decode_path(raw_path)
        except BadRequest:
            return True
        pages = self._pages()
        is_lazy = self._site.locales.split(path)[1].startswith(PREFIX)
        return is_lazy or self._is_page(pages, path) or self._is_page(pages, f"{path}/")

    async def answer(self, request: PageRequest) -> Answer:
        """The answer to any request for a page; errors are answers too."""
        cookie = request.headers.get("cookie", "")
        audience = self.audiences.of(cookie)
        if audience is not EVERYBODY:
            request = replace(request, audience=audience)
        trace = trace_of(request.headers)
        key = memory_key(request)
        is_preview = PREVIEW_COOKIE in cookie
        started = time.perf_counter()
        if not is_preview and (answer := await self._at_hand(key, request, trace)) is not None:
            return answer
        if self._tracer is not None:
            trace = _followed(self._tracer, trace, request)
        try:
            pages = (await self._previews.pages(cookie) if is_preview else None) or self._pages()
            answer, name = await self._route(request, trace, pages, key, started)
        except BadRequest as error:
            name = ""
            # What is wrong is said in English; other languages have one sentence for all.
            said = str(error) if self._site.locales.of(request).startswith("en") else ""
            answer = await self.whole_pages.error(request, trace, 400, message=said)
        except PageTemplateError as error:
            logger.error("%s", error)
            name = ""
            answer = await self.whole_pages.error(request, trace, 500)
        except Exception:
            logger.exception("page %.500s", request.path)
            name = ""
            answer = await self.whole_pages.error(request, trace, 500)
        if request.audience.staging is not None:
            mark(answer, request.audience.staging)
        if answer.again is not None:
            self._recorder.remembered(trace.request_id, answer.again)
            self._recorder.spanned(request, trace, answer.status)
        elif isinstance(answer.body, bytes):
            self._recorder.page(request, trace, answer.status, len(answer.body), started, name)
        return answer

    async def _at_hand(self, key: MemoryKey, request: PageRequest, trace: Trace) -> Answer | None:
        """The answer that was given before, if it is still right."""
        if request.method not in METHODS or request.audience.is_alone:
            return None
        page = await self._cache.looked_at(key, request)
        if page is None:
            return None
        answer = page.answer_to(request, trace.request_id)
        if answer.again is not None:
            self._recorder.remembered(trace.request_id, answer.again)
        return answer

    async def _route(
        self, request: PageRequest, trace: Trace, pages: Pages, key: MemoryKey, started: float
    ) -> tuple[Answer, str]:
        if not self._site.is_host(request.host):
            raise BadRequest(FOREIGN_HOST)
        path = decode_path(request.path)
        locale, local = self._site.locales.split(path)
        match = _match(pages, local)
        is_lazy = local.startswith(PREFIX)
        if match is None and not is_lazy:
            if not self._is_page(pages, f"{path}/"):
                return await self.whole_pages.error(request, trace, 404), ""
            slashed = replace(request, path=f"{request.path}/")
            moved = await self._moved(slashed, trace, pages, started)
            return moved or self._add_slash(request, trace, path, pages.preview), ""
        if request.method not in METHODS:
            allow = [("allow", ", ".join(METHODS))]
            return await self.whole_pages.error(request, trace, 405, headers=allow), ""
        if match is None:
            try:
                answer = await self._lazy.answer(request, key, trace, pages, local, locale, started)
                return answer, LAZY
            except UnknownPart as error:
                self._recorder.slots(trace, (), [f"refused: {path[:200]}: {error}"])
                return await self.whole_pages.error(request, trace, error.status), LAZY
        page = match.page
        try:
            query = last_values(request.query, frozenset(page.query), page.many, page.typed)
            values = page.values(match.values, query)
        except BadRequest:
            return self._to_readable(request, trace, page, path), page.name
        said = page.query_text(values) if query else ""
        context = {**values, "page_path": encode_path(path), "page_query": said}
        answer = await self._composer.compose(
            request, key, trace, pages, match, context, locale, started
        )
        return answer, page.name

    def _to_readable(self, request: PageRequest, trace: Trace, page: PageSpec, path: str) -> Answer:
        """To the page without what it cannot read of its query, where the visitor is told so."""
        query, names = readable(page, request.query)
        said = notices.read(request.headers.get("cookie", "")) or notices.NO_NOTICES
        with translation.override(self._site.locales.of(request)):
            said += notices.Notices((notices.Notice(left_out(names)),))
        location = encode_path(path) + (f"?{query}" if query else "")
        told = notices.set_cookie(said, https=self._site.is_https)
        headers = [("location", location), *uncached(()), ("set-cookie", told)]
        return whole(request, trace.request_id, 301, b"", headers, self._site.fixed_headers)

    async def _moved(
        self, request: PageRequest, trace: Trace, pages: Pages, started: float
    ) -> Answer | None:
        """Where the page of an address that now has its slash leads on to, so that nobody is
        sent on twice; None if it is there, or is not."""
        if request.method not in METHODS:
            return None
        asked = replace(request, method="HEAD")
        answer, _ = await self._route(asked, trace, pages, memory_key(asked), started)
        return answer if 300 <= answer.status < 400 and answer.status != 304 else None

    def _is_page(self, pages: Pages, path: str) -> bool:
        return _match(pages, self._site.locales.split(path)[1]) is not None

    def _add_slash(self, request: PageRequest, trace: Trace, path: str, preview: str) -> Answer:
        location = f"{encode_path(path)}/"
        if request.query:
            location = f"{location}?{request.query}"
        # A page of a previewed version may be there for nobody else.
        control = uncached(()) if preview else caching((), time.time(), ())
        headers = [("location", location), *control]
        return whole(request, trace.request_id, 301, b"", headers, self._site.fixed_headers)


def _followed(tracer: Tracer, trace: Trace, request: PageRequest) -> Trace:
    """The trace with a span for the page."""
    attributes = {
        "http.request.method": request.method[:16],
        "url.path": request.path[:500],
        "composer.request_id": trace.request_id,
    }
    return replace(trace, span=tracer.begin(request.headers, attributes))


def _match(pages: Pages, path: str) -> Match | None:
    """The page of a path without its language."""
    # With two slashes at the start, the redirect to a slash would lead to another site.
    if not path.startswith("/") or path.startswith("//"):
        return None
    return pages.match(path)


def memory_key(request: PageRequest) -> MemoryKey:
    """The key of a request; the lane makes the same one out of its bytes."""
    headers = request.headers
    return (
        request.path.encode("latin-1", "replace"),
        request.query.encode("latin-1", "replace"),
        headers.get("host", "").encode("latin-1", "replace"),
        request.audience.key,
    )
