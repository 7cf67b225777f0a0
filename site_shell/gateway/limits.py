"""How often a visitor may write, and how often an address: then there is a rest.

Counted in the cache, by minute, for all processes; the minute before counts with the part of it
that is less than a minute ago, so that nobody gets the double at the turn of a minute. Without the
cache nobody is limited.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache.backends.base import BaseCache

from ..composer.addresses import network
from ..composer.errors import CacheUnavailable
from ..composer.store.backend import Backend
from .keys import scoped

WINDOW = 60  # seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """Writes in a minute, of one visitor and of one address; 0: as many as they like."""

    visitor: int
    address: int


class Counters:
    """Counts writes."""

    def __init__(
        self, backend: Backend, limits: Limits, clock: Callable[[], float] = time.time
    ) -> None:
        self._backend = backend
        self._limits = limits
        self._clock = clock

    async def wait(self, *, visitor: str, address: str) -> int:
        """Count one more; the seconds that it comes too early, 0 for one that may pass."""
        limited = [("visitor", visitor, self._limits.visitor)]
        limited.append(("address", network(address), self._limits.address))
        limits = {scoped(kind, name): most for kind, name, most in limited if name and most}
        if not limits:
            return 0
        now = self._clock()
        try:
            return await self._backend.run(lambda cache: _wait(cache, limits, now))
        except CacheUnavailable:
            return 0


def _wait(cache: BaseCache, limits: dict[str, int], now: float) -> int:
    minute, passed = divmod(now, WINDOW)
    keys = {key: (f"writes:{key}:{minute:.0f}", f"writes:{key}:{minute - 1:.0f}") for key in limits}
    counts = cache.get_many([name for pair in keys.values() for name in pair])
    waits = [0]
    for key, most in limits.items():
        current, before = keys[key]
        earlier = int(counts.get(before, 0))
        count = _count(cache, current)
        if count + earlier * (1 - passed / WINDOW) > most:
            waits.append(_until_fewer(count, earlier, most, passed))
    return max(waits)


def _count(cache: BaseCache, key: str) -> int:
    """One more. Kept until the next minute is over, too."""
    cache.add(key, 0, 2 * WINDOW)
    try:
        return int(cache.incr(key))
    except ValueError:
        # Thrown out of the cache in this moment: that many keys there are.
        return 1


def _until_fewer(count: int, earlier: int, most: int, passed: float) -> int:
    """When one more would pass, if nothing else comes."""
    if count < most and earlier:
        # What is left of the minute before becomes less.
        return max(1, math.ceil(WINDOW * (1 - (most - count - 1) / earlier) - passed))
    # This minute has to end, and part of the next: then it is the one before.
    return max(1, math.ceil(WINDOW - passed + WINDOW * (1 - (most - 1) / count)))
