"""The fragment cache as the composer sees it."""

import math
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from django.core.cache.backends.base import BaseCache

from ..errors import CacheUnavailable
from .backend import Backend, read_many
from .entry import Entry, Tagged, pack, unpack
from .flight import Fetch, Flights
from .front import Front
from .tags import EVERYTHING, TOKEN_KEY, Stamps

# A week: what a service promises for longer is asked for again.
_LONGEST = 7 * 86_400
# Answers worth keeping: content and nothing, moved, and "no such thing".
_KEPT_STATUSES = frozenset({200, 204, 301, 302, 303, 307, 308, 404, 410})
# How long a key whose answer may not be kept is fetched without waiting for others first.
_UNSHARED_SECONDS = 60.0
_MAX_UNSHARED = 10_000
# More tags than any page of products needs; beyond it the service is likely mistaken.
_MAX_TAGS = 256


class FragmentStore:
    """Answers of fragments, kept as long as the services allow, purged by tag.

    Works on every Django cache. A cache that is down, or does not answer within ``patience``
    seconds, is a miss, never an error.
    """

    def __init__(
        self,
        cache: BaseCache,
        *,
        clock: Callable[[], float] = time.time,
        front_seconds: float = 1.0,
        front_entries: int = 2048,
        patience: float = 0.25,
    ) -> None:
        self._clock = clock
        self._backend = Backend(cache, timeout=patience)
        self._front = Front(seconds=front_seconds, entries=front_entries, clock=clock)
        self._stamps = Stamps(self._backend, on_purge=self._front.clear)
        self._flights = Flights(self._backend, look=self._look)
        self._unshared: dict[str, float] = {}
        self._look_every = front_seconds
        self._looked_at = float("-inf")

    @property
    def backend(self) -> Backend:
        """The cache, for who keeps something else there."""
        return self._backend

    @property
    def generation(self) -> int:
        """Grows with each purge this process sees: what is memoised beyond it is void."""
        return self._stamps.generation

    @property
    def certain_for(self) -> float:
        """Seconds until it has to be looked again whether another process has purged anything."""
        spent = self._clock() - self._looked_at
        # A clock that was set back tells nothing.
        return self._look_every - spent if 0 <= spent < self._look_every else 0.0

    def peek(self, key: str) -> Entry | None:
        """What is fresh and in this process's memory: no I/O, for the hot path."""
        return self._front.get(key)

    async def get_many(self, keys: Iterable[str]) -> dict[str, Entry]:
        """What is kept for the keys, in one round trip, without what is purged or expired.

        Where the last answer was not to be kept nothing is looked for.
        """
        keys = [key for key in keys if not self._is_unshared(key)]
        if not keys:
            return {}
        try:
            found = await self._backend.run(lambda cache: read_many(cache, (*keys, TOKEN_KEY)))
            self._see(found)
            generation = self.generation
            now = self._clock()
            entries = {
                key: entry
                for key in keys
                if (entry := unpack(found.get(key))) and entry.freshness(now) != "expired"
            }
            valid = await self._stamps.are_valid(entries.values())
        except CacheUnavailable:
            return {}
        kept = {key: entry for (key, entry), ok in zip(entries.items(), valid, strict=True) if ok}
        # A purge while we asked for stamps emptied the memory for good.
        if generation == self.generation:
            for key, entry in kept.items():
                self._front.put(key, entry, certain_for=self.certain_for)
        return kept

    async def holds(self, parts: Iterable[Tagged]) -> int | None:
        """The generation in which nothing of this is purged, as of about a second ago at most.

        None if something is, or if the cache cannot tell.
        """
        parts = list(parts)
        try:
            if not self.certain_for:
                self._see(await self._backend.run(lambda cache: read_many(cache, (TOKEN_KEY,))))
            generation = self.generation
            valid = await self._stamps.are_valid(parts)
        except CacheUnavailable:
            return None
        return generation if all(valid) and generation == self.generation else None

    def _see(self, found: Mapping[str, object]) -> None:
        self._stamps.see(found.get(TOKEN_KEY))
        self._looked_at = self._clock()

    async def put(self, key: str, entry: Entry) -> None:
        """Keep an answer, if its policy and status allow it and it was not purged meanwhile."""
        if not _may_be_kept(entry):
            self._fetch_alone(key)
            return
        self._unshared.pop(key, None)
        left = entry.fetched_at + min(entry.policy.lifetime, _LONGEST) - self._clock()
        try:
            if not await self._stamps.admit(entry):
                return
            generation = self.generation
            # Some backends cut off up to a second.
            seconds = math.ceil(left) + 1
            await self._backend.run(lambda cache: cache.set(key, pack(entry), seconds))
        except CacheUnavailable:
            return
        if generation == self.generation:
            self._front.put(key, entry, certain_for=self.certain_for)

    async def purge(self, tags: Iterable[str]) -> None:
        """Forget everything fetched until now that carries one of the tags.

        Raises CacheUnavailable if the cache could not be told: then only this process forgot.
        """
        await self._stamps.purge(tags, self._clock())

    async def purge_all(self) -> None:
        """Forget everything fetched until now. Raises CacheUnavailable as ``purge`` does."""
        await self._stamps.purge((EVERYTHING,), self._clock())

    # No coroutine of its own: each costs a step whenever bytes arrive.
    def single_flight(
        self, key: str, fetch: Fetch, *, timeout: float
    ) -> Coroutine[Any, Any, Entry]:
        """Fetch an answer and keep it, or wait for the fetch of it that is under way.

        ``fetch`` bounds its own time; ``timeout`` (seconds) bounds the waiting for somebody
        else's. An answer that may not be kept is not shared either: then everybody fetches, and
        for a while without waiting first. Errors of a fetch reach all who waited for it.
        """
        if self._is_unshared(key):
            return self._fetch_and_put(key, fetch)
        return self._share(key, fetch, timeout)

    async def _share(self, key: str, fetch: Fetch, timeout: float) -> Entry:
        entry, ours = await self._flights.share(
            key, self.generation, lambda: self._fetch_and_put(key, fetch), timeout=timeout
        )
        return entry if ours or _may_be_kept(entry) else await fetch()

    async def _fetch_and_put(self, key: str, fetch: Fetch) -> Entry:
        entry = await fetch()
        if _may_be_kept(entry):
            await self.put(key, entry)
        else:
            self._fetch_alone(key)
        return entry

    async def aclose(self) -> None:
        """End what is under way and let go of the threads."""
        await self._flights.aclose()
        self._backend.close()

    async def _look(self, key: str) -> Entry | None:
        entry = (await self.get_many((key,))).get(key)
        return entry if entry and entry.freshness(self._clock()) == "fresh" else None

    def _is_unshared(self, key: str) -> bool:
        return key in self._unshared and self._clock() < self._unshared[key]

    def _fetch_alone(self, key: str) -> None:
        if len(self._unshared) >= _MAX_UNSHARED:
            self._unshared.clear()
        self._unshared[key] = self._clock() + _UNSHARED_SECONDS


def _may_be_kept(entry: Entry) -> bool:
    return entry.policy.storable and entry.status in _KEPT_STATUSES and len(entry.tags) <= _MAX_TAGS
