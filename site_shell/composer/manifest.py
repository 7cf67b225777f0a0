"""What the composer knows about each release from its manifest, and how it stays true."""

import asyncio
import logging
import random as _random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fragment_contract import wire
from fragment_contract.errors import InvalidManifest
from fragment_contract.manifest import MAX_BYTES, Manifest, parse_manifest

from .errors import ComposerError, FetchTimeout, ManifestError
from .known_manifest import KnownManifest, known_manifest
from .locales import ENGLISH, Locales
from .release import Release
from .transport import FetchRequest
from .transport.guarded import ReleaseTransport
from .transport.html import html_or_raise

__all__ = ["KnownManifest", "ManifestClient"]

logger = logging.getLogger(__name__)

# Seconds. Not a slot's timeout: what one page has no time to wait for, the next one needs.
FETCH_TIMEOUT: Final = 2.0
# After a failure, and after a refresh that brought nothing new.
RETRY_AFTER: Final = 2.0
REFRESH_AFTER: Final = 5.0
# Content tells of a new version at once; this is for a release rebuilt under the same version.
REFRESH_EVERY: Final = 60.0
_JITTER: Final = 0.25
# How soon a version that was asked for in vain is asked for again: whom a page waits for.
VERSION_AFTER: Final = 0.1
_MAX_EARLIER: Final = 4
_MAX_KNOWN: Final = 4096
_OK: Final = 200


@dataclass(slots=True)
class _Record:
    """What is remembered of one release. Times are the client's clock."""

    known: KnownManifest | None = None
    error: ComposerError | None = None
    ask_again_at: float = 0.0
    old_at: float = 0.0
    ask_fallback_at: float = 0.0
    ask_version_at: float = 0.0
    earlier: dict[str, KnownManifest] = field(default_factory=dict)

    def of_version(self, version: str) -> KnownManifest | None:
        """The manifest of that version, if it was ever seen."""
        if self.known is not None and self.known.manifest.version == version:
            return self.known
        return self.earlier.get(version)

    def replace(self, known: KnownManifest) -> None:
        """Take over a new manifest; the former one is remembered by its version."""
        before = self.known
        self.known = known
        self.earlier.pop(known.manifest.version, None)
        if before is not None and before.manifest.version != known.manifest.version:
            self.earlier[before.manifest.version] = before
        while len(self.earlier) > _MAX_EARLIER:
            del self.earlier[next(iter(self.earlier))]


_Key = tuple[str, str, str]
_FlightKey = tuple[asyncio.AbstractEventLoop, str, _Key]


class ManifestClient:
    """Fetches manifests once for all who need them, and keeps the last good one of each release.

    Fallbacks are fetched along with manifests, while the service is well, in all ``locales``: when
    they are needed it no longer is.
    """

    def __init__(
        self,
        transport: ReleaseTransport,
        *,
        headers: tuple[tuple[str, str], ...] = ((wire.REQUESTED_BY, "site-shell"),),
        resolve: Callable[[Release, Manifest], KnownManifest] = known_manifest,
        locales: Locales = ENGLISH,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._transport = transport
        self._headers = headers
        self._locales = locales
        self._resolve = resolve
        self._clock = clock
        self._random = random
        self._records: dict[_Key, _Record] = {}
        # Tasks belong to their loop; in the shell there is one loop, under WSGI one a request.
        self._flights: dict[_FlightKey, asyncio.Task[None]] = {}
        self.generation = 0  # grows whenever a known manifest or fallback changes

    def peek(self, release: Release) -> KnownManifest | None:
        """What is known now, without waiting; looks after its freshness in the background."""
        record = self._records.get(_key(release))
        if record is None or record.known is None:
            return None
        if self._clock() >= record.old_at:
            self._refresh_in_background(release, record)
        return record.known

    def seek(self, release: Release) -> KnownManifest | None:
        """``peek`` for who can do without; what is not known is fetched in the background."""
        known = self.peek(release)
        if known is None:
            record = self._record(release)
            if self._clock() >= record.ask_again_at:
                self._refresh_in_background(release, record)
        return known

    def condition(self, release: Release) -> tuple[str, str]:
        """For people: the version that the manifest names, and what was wrong with the last one.

        Either is empty if there is none; asks nobody.
        """
        record = self._records.get(_key(release)) or _Record()
        version = record.known.manifest.version if record.known else ""
        return version, str(record.error) if record.error else ""

    async def get(self, release: Release, *, timeout: float) -> KnownManifest:
        """What is known, fetched if nothing is; raises ManifestError or FetchError.

        A failure is remembered for about two seconds, so that a page does not wait for each.
        """
        record = self._record(release)
        if record.known is None and self._clock() >= record.ask_again_at:
            await self._learn(release, record, timeout)
        if record.known is None:
            error = record.error or ManifestError(f"{release.fragment}: no manifest is known")
            raise type(error)(str(error))
        self._keep_fallback(release, record)
        return record.known

    async def refresh(self, release: Release, *, timeout: float = FETCH_TIMEOUT) -> KnownManifest:
        """Fetch again, for when content says it is of another version than the manifest.

        Gives the last good one if that fails, or if it was done in vain a moment ago: during a
        rolling deployment both versions answer by turns.
        """
        record = self._record(release)
        if record.known is not None and self._clock() >= record.ask_again_at:
            try:
                await self._learn(release, record, timeout)
            except FetchTimeout:
                logger.warning("manifest of %s: the refresh takes long", release.fragment)
        return await self.get(release, timeout=timeout)

    async def of_version(
        self, release: Release, version: str, *, timeout: float
    ) -> KnownManifest | None:
        """The manifest of the version that content says it is of; None if it cannot be had.

        During a rolling deployment both versions answer by turns: earlier ones are remembered,
        and a new one is asked for until the instance answers that has it.
        """
        record = self._record(release)
        found = record.of_version(version)
        is_flying = (asyncio.get_running_loop(), "manifest", _key(release)) in self._flights
        if found is None and (is_flying or self._clock() >= record.ask_version_at):
            try:
                await self._learn(release, record, timeout)
            except FetchTimeout:
                logger.warning(
                    "manifest of %s: version %.80s takes long", release.fragment, version
                )
            record.ask_version_at = self._clock() + self._about(VERSION_AFTER)
            found = record.of_version(version)
        return found

    async def _learn(self, release: Release, record: _Record, timeout: float) -> None:
        """Wait for one fetch shared by all callers, which goes on when they give up."""
        flight = self._fly("manifest", release, lambda: self._fetch_into(record, release))
        done, _ = await asyncio.wait((flight,), timeout=timeout)
        if not done:
            raise FetchTimeout(f"the manifest of {release.fragment} did not come in time")
        flight.result()

    def _refresh_in_background(self, release: Release, record: _Record) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # a synchronous caller; there will be others
            return
        record.old_at = self._clock() + self._about(RETRY_AFTER)
        self._fly("manifest", release, lambda: self._fetch_into(record, release))

    async def _fetch_into(self, record: _Record, release: Release) -> None:
        try:
            known = await self._fetch(release)
        except ComposerError as error:
            record.error = error
            record.ask_again_at = self._clock() + self._about(RETRY_AFTER)
            record.old_at = max(record.old_at, record.ask_again_at)
            logger.warning("manifest of %s %s: %s", release.fragment, release.version, error)
            return
        before = record.known
        is_news = before is None or before.manifest != known.manifest
        record.error = None
        record.old_at = self._clock() + self._about(REFRESH_EVERY)
        record.ask_again_at = 0.0 if is_news else self._clock() + self._about(REFRESH_AFTER)
        if is_news:
            # Until the new fallback is here the former is better than none.
            kept = before.fallbacks if before and known.fallback_url else {}
            record.replace(replace(known, fallbacks=kept))
            record.ask_fallback_at = 0.0
            self.generation += 1
        self._keep_fallback(release, record, again=True)

    async def _fetch(self, release: Release) -> KnownManifest:
        url = release.url + wire.MANIFEST_PATH
        response = await self._transport.fetch(release, self._request(url))
        if response.status != _OK:
            raise ManifestError(f"{url} answers {response.status}")
        try:
            manifest = parse_manifest(response.body)
        except InvalidManifest as error:
            raise ManifestError(f"{url}: {error}") from error
        return self._resolve(release, manifest)

    def _keep_fallback(self, release: Release, record: _Record, *, again: bool = False) -> None:
        """Fetch the fallback in the background if it is missing; nobody waits for it."""
        known = record.known
        if known is None or known.fallback_url is None:
            return
        is_wanted = again or not known.fallbacks
        if is_wanted and self._clock() >= record.ask_fallback_at:
            url = known.fallback_url
            self._fly("fallback", release, lambda: self._fetch_fallback(record, release, url))

    async def _fetch_fallback(self, record: _Record, release: Release, url: str) -> None:
        record.ask_fallback_at = self._clock() + self._about(RETRY_AFTER)
        # The default language first: it stands in for the others, too.
        for locale in self._locales.codes:
            try:
                request = self._request(url, self._spoken(locale))
                response = await self._transport.fetch(release, request)
                if response.status != _OK:
                    raise ManifestError(f"{url} answers {response.status}")
                html = html_or_raise(response)
            except ComposerError as error:
                logger.warning("fallback of %s %s: %s", release.fragment, release.version, error)
                return
            self._take_fallback(record, url, locale, html)

    def _take_fallback(self, record: _Record, url: str, locale: str, html: bytes) -> None:
        known = record.known
        if known is None or known.fallback_url != url or known.fallbacks.get(locale) == html:
            return
        record.known = replace(known, fallbacks={**known.fallbacks, locale: html})
        self.generation += 1

    def _spoken(self, locale: str) -> tuple[tuple[str, str], ...]:
        """What a service is told of a language, where the site has several."""
        if len(self._locales.codes) == 1:
            return ()
        mount = self._locales.mount(locale)
        return (
            (wire.LOCALE, locale),
            (wire.ACCEPT_LANGUAGE, locale),
            (wire.MOUNT_PATHNAME, mount),
        )

    def _request(self, url: str, more: tuple[tuple[str, str], ...] = ()) -> FetchRequest:
        headers = (*self._headers, *more)
        return FetchRequest(url, headers, timeout=FETCH_TIMEOUT, max_bytes=MAX_BYTES)

    def _fly(
        self, what: str, release: Release, fetch: Callable[[], Coroutine[Any, Any, None]]
    ) -> asyncio.Task[None]:
        """The running fetch of that kind for the release, started if there is none."""
        loop = asyncio.get_running_loop()
        key = loop, what, _key(release)
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = loop.create_task(fetch())
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return flight

    def _record(self, release: Release) -> _Record:
        key = _key(release)
        record = self._records.get(key)
        if record is None:
            if len(self._records) >= _MAX_KNOWN:
                self._records.pop(next(iter(self._records)), None)
            record = self._records.setdefault(key, _Record())
        return record

    def _about(self, seconds: float) -> float:
        return seconds * (1 + _JITTER * (2 * self._random() - 1))


def _key(release: Release) -> _Key:
    return release.fragment, release.version, release.url
