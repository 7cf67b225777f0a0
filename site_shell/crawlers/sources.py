"""Where services list what they have, and what they said last.

A listing is asked for when somebody wants it and it is older than five minutes. When its service
does not answer, the last one counts: in this process, and for a week in the cache that all
processes share, so that a restart of the shell beside a dead service loses nothing.
"""

import hashlib
import logging
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from django.core.cache import BaseCache

from ..composer.errors import ComposerError
from ..composer.registry import SiteRegistry
from ..composer.release import Release
from ..composer.transport import FetchRequest
from ..composer.transport.guarded import ReleaseTransport

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 300.0
# How soon a service that gave nothing is asked again.
RETRY_SECONDS: Final = 30.0
_KEPT_SECONDS: Final = 7 * 86_400
_TIMEOUT: Final = 10.0
MAX_BYTES: Final = 64 * 1_048_576
_OK: Final = 200

T = TypeVar("T")


@dataclass(slots=True)
class _Known(Generic[T]):
    """The last listing of a URL. ``until`` is a monotonic time."""

    listing: T | None = None
    until: float = float("-inf")
    is_asking: bool = False


@dataclass(slots=True)
class Sources(Generic[T]):
    """Listings of one kind, by URL. ``read`` makes one of a document; it may raise ValueError."""

    transport: ReleaseTransport
    cache: BaseCache
    read: Callable[[bytes], T]
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, _Known[T]] = field(default_factory=dict)

    async def listing(self, release: Release, url: str) -> T | None:
        """What the service lists there now, or did last; None if it never did."""
        known = self._known.setdefault(url, _Known())
        now = self.clock()
        # Who comes while one request is on its way gets what there is, if there is anything.
        if now < known.until or (known.is_asking and known.listing is not None):
            return known.listing
        known.is_asking = True
        try:
            data = await self._fetch(release, url)
            known.listing = self.read(data)
            known.until = now + FRESH_SECONDS
            await self._keep(url, data)
        except (ComposerError, ValueError) as error:
            logger.warning("the listing %s of %s: %s", url, release.fragment, error)
            known.until = now + RETRY_SECONDS
            if known.listing is None:
                known.listing = await self._kept(url)
        finally:
            known.is_asking = False
        return known.listing

    async def _fetch(self, release: Release, url: str) -> bytes:
        request = FetchRequest(
            url,
            (("accept", "application/json"),),
            timeout=_TIMEOUT,
            max_bytes=MAX_BYTES,
        )
        response = await self.transport.fetch(release, request)
        if response.status != _OK:
            raise ValueError(f"status {response.status}")
        return response.body

    async def _keep(self, url: str, data: bytes) -> None:
        try:
            await self.cache.aset(_key(url), zlib.compress(data), _KEPT_SECONDS)
        # Whatever a cache raises: what is not kept is asked for again.
        except Exception as error:
            logger.warning("the listing %s is not kept: %s", url, error)

    async def _kept(self, url: str) -> T | None:
        try:
            packed = await self.cache.aget(_key(url))
            return None if packed is None else self.read(zlib.decompress(packed))
        except Exception as error:
            logger.warning("the kept listing %s cannot be read: %s", url, error)
            return None


def listed(registry: SiteRegistry, kind: str) -> Iterator[tuple[str, Release, str]]:
    """Services that list something of a kind, ``pages`` or ``news``: name, release and URL."""
    found: dict[str, tuple[Release, str]] = {}
    for fragment in sorted(registry.fragments()):
        for release in registry.releases(fragment):
            url = dict(release.listings).get(kind)
            if url and release.default:
                found.setdefault(fragment.partition("/")[0], (release, url))
    for service, (release, url) in found.items():
        yield service, release, url


def _key(url: str) -> str:
    return f"listing:{hashlib.sha256(url.encode()).hexdigest()[:40]}"
