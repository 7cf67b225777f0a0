"""How the processes of the shell know of each other's numbers: through a cache that they share.

Every five seconds a process leaves its report in a place of its own. Whoever is asked for all
takes the places in one round trip, and its own numbers as they are at that moment: what a process
tells of another is at most five seconds old, and what it tells of itself is now.
"""

import logging
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from ..composer.conf import runtime
from ..composer.measures import Tallies
from .report import Report, report

logger = logging.getLogger(__name__)

PLACES: Final = 64
EVERY_SECONDS: Final = 5.0
# A process that has been silent for so long has ended.
_KEPT_SECONDS: Final = 20
# Changes with the form of a report: two versions of the shell may share one cache.
_KEY: Final = "operations:report-2"


class Exchange:
    """Leaves this process's report and finds those of the others."""

    def __init__(self, cache: BaseCache, make: Callable[[], Report]) -> None:
        self._cache = cache
        self._make = make
        self._place: int | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_shared(self) -> bool:
        """Whether other processes can be known at all."""
        return not isinstance(self._cache, LocMemCache | DummyCache)

    def start(self) -> None:
        """Leave reports in the background."""
        if self.is_shared:
            self._thread = threading.Thread(target=self._run, name="operations", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End, and leave no report behind."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(EVERY_SECONDS)
            if self._place is not None:
                self._safely(lambda: self._cache.delete(_key(self._place)))

    def publish(self) -> Report:
        """Leave a report now; gives it."""
        made = self._make()
        if self.is_shared:
            with self._lock:
                self._safely(lambda: self._leave(made))
        return made

    def reports(self) -> list[Report]:
        """All processes that are known, this one first."""
        own = self.publish()
        found: dict[str, Report] = {}
        if self.is_shared:
            self._safely(lambda: found.update(self._cache.get_many(map(_key, range(PLACES)))))
        others = [other for other in found.values() if other["process"] != own["process"]]
        return [own, *sorted(others, key=lambda other: other["process"])]

    def fetches_of_others(self) -> dict[str, Tallies]:
        """What the other processes have fetched of late, by names of processes."""
        return {other["process"]: other["fetches"] for other in self.reports()[1:]}

    def _leave(self, made: Report) -> None:
        if self._place is not None:
            held = self._cache.get(_key(self._place))
            if held is not None and held["process"] == made["process"]:
                self._cache.set(_key(self._place), made, _KEPT_SECONDS)
                return
        for place in range(PLACES):
            # True for exactly one of all who try at once.
            if self._cache.add(_key(place), made, _KEPT_SECONDS):
                self._place = place
                return
        logger.warning("operations: more than %d processes; this one is not counted", PLACES)

    def _run(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.publish()

    def _safely(self, use: Callable[[], object]) -> None:
        try:
            use()
        # Any backend, so any error; numbers are not worth more than a line.
        except Exception as error:
            logger.warning("operations: the cache did not answer: %s", error)


def _key(place: int | None) -> str:
    return f"{_KEY}:{place}"


@lru_cache(maxsize=1)
def exchange() -> Exchange:
    """The exchange of this process."""
    return Exchange(caches["default"], lambda: report(runtime()))
