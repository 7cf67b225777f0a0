"""Numbers that grow, by key: since the process began, and over the last five minutes."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

Key: TypeAlias = tuple[str, ...]
Numbers: TypeAlias = dict[Key, float]

SLICE_SECONDS: Final = 30
SLICES: Final = 10
# Keys are made by our own code, but some of their parts come from services: those could be many.
MAX_KEYS: Final = 20_000
UNCOUNTED: Final[Key] = ("uncounted",)


class Counters:
    """Safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._number = 0
        self._current: Numbers = {}
        self._recent: deque[tuple[int, Numbers]] = deque()
        self._before: Numbers = {}
        self._known: set[Key] = set()

    def add(self, key: Key, amount: float = 1) -> None:
        """Let one number grow."""
        with self._lock:
            number = int(self._clock()) // SLICE_SECONDS
            if number == self._number and key in self._current:
                self._current[key] += amount
                return
        self.add_all(((key, amount),))

    def add_all(self, growth: Iterable[tuple[Key, float]]) -> None:
        """Let several numbers grow together."""
        with self._lock:
            number = int(self._clock()) // SLICE_SECONDS
            if number != self._number:
                self._turn(number)
            current = self._current
            for key, amount in growth:
                if key in current:
                    current[key] += amount
                else:
                    known = self._bounded(key)
                    current[known] = current.get(known, 0) + amount

    def total(self) -> Numbers:
        """Everything since the process began."""
        with self._lock:
            return _sum([self._before, *(part for _, part in self._recent), self._current])

    def recent(self) -> Numbers:
        """The last five minutes, give or take the slice that is under way."""
        with self._lock:
            self._turn(int(self._clock()) // SLICE_SECONDS)
            return _sum([*(part for _, part in self._recent), self._current])

    def _bounded(self, key: Key) -> Key:
        if key not in self._known:
            if len(self._known) >= MAX_KEYS:
                return UNCOUNTED
            self._known.add(key)
        return key

    def _turn(self, number: int) -> None:
        if number != self._number:
            self._recent.append((self._number, self._current))
            self._number, self._current = number, {}
        while self._recent and self._recent[0][0] <= number - SLICES:
            for key, amount in self._recent.popleft()[1].items():
                self._before[key] = self._before.get(key, 0) + amount


def _sum(parts: Iterable[Numbers]) -> Numbers:
    found: Numbers = {}
    for part in parts:
        for key, amount in part.items():
            found[key] = found.get(key, 0) + amount
    return found
