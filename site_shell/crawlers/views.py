"""``/robots.txt``, ``/sitemap.xml``, ``/sitemaps/<service>-<number>.xml`` and ``/new.rss``."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ..composer import bridge
from ..composer.conf import Runtime, runtime
from ..composer.transport.guarded import GuardedTransport
from ..composer.views import composed_error
from . import documents, sending
from .listings import Novelty, Page, news_of, pages_of
from .sources import Sources, listed

T = TypeVar("T")
R = TypeVar("R", bound=HttpResponseBase)

# Caches on the way may keep a document for so long, and an old one when there is no other.
_KEPT: Final = "public, max-age=0, s-maxage=300, stale-if-error=86400"
_XML: Final = "application/xml; charset=utf-8"
_RSS: Final = "application/rss+xml; charset=utf-8"
# Pages that are looked at before other visitors get their turn.
_AT_ONCE: Final = 200
_RETRY_AFTER: Final = "300"
# The shell's own pages, among the services.
_OWN: Final = "site"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    site = runtime().site
    text = documents.robots(site.origin, site.locales, is_public=settings.SEARCH_ENGINES)
    return _kept(sending.whole(request, text, "text/plain; charset=utf-8"))


@require_safe
async def index(request: HttpRequest) -> HttpResponseBase:
    """The sitemaps there are; a service that says nothing now is there as it was last."""
    origin = runtime().site.origin
    maps = []
    is_complete = True
    for service in (_OWN, *[name for name, _, _ in listed(runtime().registry, "pages")]):
        pages = await _await(request, _pages(service))
        is_complete = is_complete and pages is not None
        for number, part in enumerate(_parts(pages or ()), start=1):
            changed = max((page.changed for page in part if page.changed), default=None)
            maps.append((f"{origin}/sitemaps/{service}-{number}.xml", changed))
    response = sending.whole(request, documents.sitemap_index(maps), _XML)
    return _kept(response) if is_complete else _passing(response)


@require_safe
async def sitemap(request: HttpRequest, service: str, number: int) -> HttpResponseBase:
    """One sitemap, streamed."""
    site = runtime().site
    if service != _OWN and service not in [n for n, _, _ in listed(runtime().registry, "pages")]:
        return await composed_error(request, 404)
    pages = await _await(request, _pages(service))
    if pages is None:
        return await composed_error(request, 503, headers={"Retry-After": _RETRY_AFTER})
    parts = list(_parts(pages))
    if not 1 <= number <= len(parts):
        return await composed_error(request, 404)
    listed_pages = parts[number - 1]
    body = documents.sitemap(listed_pages, site.origin, site.locales)
    version = await _await(request, _version(listed_pages))
    response, coded = sending.streamed(request, body, version, _XML)
    if isinstance(response, StreamingHttpResponse):
        is_async = isinstance(request, ASGIRequest)
        response.streaming_content = _slowly(coded) if is_async else coded
    return _kept(response)


@require_safe
async def new(request: HttpRequest, locale: str = "") -> HttpResponseBase:
    """The newest things of all services, in the language of the path."""
    site = runtime().site
    locales = site.locales
    mount = locales.mount(locale) if locale else "/"
    if locale and mount != f"/{locale}/":
        return await composed_error(request, 404)
    language = locales.split(mount)[0]
    found: list[Novelty] = []
    is_complete = True
    for _, release, url in listed(runtime().registry, "news"):
        asked = f"{url}?locale={language}"
        items = await _await(request, _sources(runtime())[1].listing(release, asked))
        is_complete = is_complete and items is not None
        found += items or ()
    if not found and not is_complete:
        return await composed_error(request, 503, headers={"Retry-After": _RETRY_AFTER})
    with translation.override(language):
        text = documents.rss(
            sorted(found, key=lambda item: item.published, reverse=True),
            title=gettext("New at Lumen & Loam"),
            description=gettext("Lamps, pots, cloth and wood that came into the shop last."),
            home=f"{site.origin}{mount}",
            address=f"{site.origin}{locales.link('/new.rss', language)}",
            language=language,
            link=lambda path: f"{site.origin}{locales.link(path, language)}",
        )
    response = sending.whole(request, text, _RSS)
    return _kept(response) if is_complete else _passing(response)


async def _pages(service: str) -> tuple[Page, ...] | None:
    """The pages of a service, or the shell's own; None where they were never known."""
    parts = runtime()
    if service == _OWN:
        return tuple(
            Page(f"/{route}")
            for page in parts.library.current().pages
            if page.sitemap
            for route in page.routes
            if "<" not in route
        )
    for name, release, url in listed(parts.registry, "pages"):
        if name == service:
            return await _sources(parts)[0].listing(release, url)
    return None


def _parts(pages: tuple[Page, ...]) -> Iterator[tuple[Page, ...]]:
    for begin in range(0, len(pages), documents.PAGES_PER_MAP):
        yield pages[begin : begin + documents.PAGES_PER_MAP]


@lru_cache(maxsize=1)
def _sources_of(
    transport: GuardedTransport, origin: str
) -> tuple[Sources[tuple[Page, ...]], Sources[tuple[Novelty, ...]]]:
    """They live as long as the connections of the process."""
    cache = caches["default"]
    return (
        Sources(transport, cache, partial(pages_of, origin=origin)),
        Sources(transport, cache, partial(news_of, origin=origin)),
    )


def _sources(
    parts: Runtime,
) -> tuple[Sources[tuple[Page, ...]], Sources[tuple[Novelty, ...]]]:
    return _sources_of(parts.transport, parts.site.origin)


async def _await(request: HttpRequest, asking: Coroutine[Any, Any, T]) -> T:
    """Under WSGI each request has a loop of its own; connections live in the bridge's."""
    return await (asking if isinstance(request, ASGIRequest) else bridge.run_async(asking))


async def _version(pages: tuple[Page, ...]) -> str:
    """What tells a sitemap from another, without writing all of it."""
    site = runtime().site
    # The first page has the form of all, the origin and the languages.
    digest = blake2b(b"".join(documents.sitemap(pages[:1], site.origin, site.locales)))
    for begin in range(0, len(pages), _AT_ONCE):
        digest.update(repr(pages[begin : begin + _AT_ONCE]).encode())
        await asyncio.sleep(0)
    return digest.hexdigest()[:24]


async def _slowly(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """A part at a time, with room for other visitors between them."""
    for part in parts:
        yield part
        await asyncio.sleep(0)


def _kept(response: R) -> R:
    response.headers["Cache-Control"] = _KEPT
    return response


def _passing(response: R) -> R:
    """Something is missing in it that the next one may have."""
    response.headers["Cache-Control"] = "no-store"
    return response
