"""What a process counts while it works. It knows no monitoring system; whoever exports, reads.

- fetches by release, over the last five minutes: what a canary is judged by
- anything else by name and labels, since the process began
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from .counters import Counters, Numbers
from .latency import bucket_of, percentile
from .release import Release

WINDOW_SECONDS: Final = 300
_SLICE_SECONDS: Final = 30
_SLICES: Final = WINDOW_SECONDS // _SLICE_SECONDS
# Releases with traffic of late; more than a thousand fragments with five releases each.
_MAX_RELEASES: Final = 8_192
_FOLD_AT: Final = 1_024

# Of one release: requests, failures, and how many durations fell into each bucket.
Tally: TypeAlias = tuple[int, int, dict[int, int]]
# By fragment and version.
Tallies: TypeAlias = Mapping[tuple[str, str], Tally]


@dataclass(frozen=True, slots=True)
class Window:
    """The fetches of one release over the last five minutes, in this process.

    Requests that were not sent, because a breaker was open for one, are failures without a
    duration.
    """

    requests: int = 0
    failures: int = 0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0


@dataclass(slots=True)
class _Slice:
    number: int = -1
    requests: int = 0
    failures: int = 0
    buckets: dict[int, int] = field(default_factory=dict)


class Measures:
    """Counts; safe to use from several threads. Recording costs less than a microsecond."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # Adding to a deque needs no lock; whoever takes from it holds one.
        self._waiting: deque[tuple[str, str, int, float | None, bool]] = deque()
        self._releases: dict[tuple[str, str], list[_Slice]] = {}
        self._counters = Counters(clock=clock)

    def fetched(self, release: Release, seconds: float | None, *, failed: bool) -> None:
        """A fetch ended after so many seconds; None if nothing was sent."""
        number = int(self._clock()) // _SLICE_SECONDS
        self._waiting.append((release.fragment, release.version, number, seconds, failed))
        if len(self._waiting) >= _FOLD_AT:
            with self._lock:
                self._fold()

    def window(self, fragment: str, version: str) -> Window:
        """What the last five minutes say about a release."""
        with self._lock:
            self._fold()
            return window_of(_sum(self._releases.get((fragment, version), ()), self._oldest()))

    def tallies(self) -> dict[tuple[str, str], Tally]:
        """The last five minutes of every release that had a fetch, by fragment and version."""
        oldest = self._oldest()
        with self._lock:
            self._fold()
            found = {key: _sum(slices, oldest) for key, slices in self._releases.items()}
        return {key: tally for key, tally in found.items() if tally[0]}

    def count(self, name: str, /, **labels: str) -> None:
        """One more of what ``name`` and the labels say. At a call, labels keep their order."""
        self._counters.add((name, *labels.keys(), *labels.values()))

    def counts(self) -> Numbers:
        """All counters since the process began: name, names of the labels, their values."""
        return self._counters.total()

    def _oldest(self) -> int:
        return int(self._clock()) // _SLICE_SECONDS - _SLICES + 1

    def _fold(self) -> None:
        """Add what came in since the last time: cheaper for many at once, and with one lock."""
        while self._waiting:
            fragment, version, number, seconds, failed = self._waiting.popleft()
            part = self._slice((fragment, version), number)
            if part is None:
                continue
            part.requests += 1
            part.failures += failed
            if seconds is not None:
                bucket = bucket_of(seconds * 1000)
                part.buckets[bucket] = part.buckets.get(bucket, 0) + 1

    def _slice(self, key: tuple[str, str], number: int) -> _Slice | None:
        """The slice of a release for a time; None if that is over."""
        slices = self._releases.get(key)
        if slices is None:
            if len(self._releases) >= _MAX_RELEASES:
                self._releases.pop(next(iter(self._releases)))
            slices = self._releases[key] = [_Slice() for _ in range(_SLICES)]
        part = slices[number % _SLICES]
        if part.number > number:
            return None
        if part.number != number:
            part = slices[number % _SLICES] = _Slice(number)
        return part


def window_of(tally: Tally) -> Window:
    """Requests, failures and percentiles of a tally."""
    requests, failures, buckets = tally
    return Window(
        requests,
        failures,
        percentile(buckets, 0.5),
        percentile(buckets, 0.95),
        percentile(buckets, 0.99),
    )


def sum_tallies(tallies: Iterable[Tally]) -> Tally:
    """What several processes, or several releases, have counted together."""
    requests, failures = 0, 0
    buckets: dict[int, int] = {}
    for some, failed, counts in tallies:
        requests += some
        failures += failed
        for bucket, count in counts.items():
            buckets[bucket] = buckets.get(bucket, 0) + count
    return requests, failures, buckets


def _sum(slices: Sequence[_Slice], oldest: int) -> Tally:
    return sum_tallies(
        (part.requests, part.failures, part.buckets) for part in slices if part.number >= oldest
    )
