"""What pages and their slots came to, counted.

The keys of the numbers, each a tuple of texts:
  slot      fragment, release, outcome, reason
  slot_ms   fragment, upper bound in ms ("" for the sum)     of outcomes that had to be waited for
  page      page, status
  page_ms   page, upper bound in ms ("" for the sum)         of pages that were composed
  vital     metric, subject, bucket of latency.py            what browsers measured
"""

import threading
import time
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .counters import Counters, Key, Numbers
from .outcome import Outcome

BOUNDS_MS: Final = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000)
_BOUNDS: Final = (*map(str, BOUNDS_MS), "inf")
_MAX_ERRORS: Final = 100
_MAX_REPEATS: Final = 4_096
# Services name their version in each answer; one could name a new one each time.
_MAX_RELEASES: Final = 8
# Each status that is no page is a reason of its own, and a service has hundreds to choose from.
_MAX_REASONS: Final = 32
_OTHER: Final = "other"
_WAITED: Final = frozenset({"fresh", "fallback", "degraded", "failed"})


@dataclass(slots=True)
class Repeat:
    """How often a page that was at hand as bytes was sent.

    ``hits += 1`` needs no lock: an interpreter with a global lock does not switch threads within.
    """

    page: str
    status: int
    slots: tuple[tuple[str, str], ...]
    hits: int = 0
    counted: int = 0


@dataclass(slots=True)
class Error:
    """What went wrong with a fragment, and how often the same has happened."""

    fragment: str
    release: str
    outcome: str
    reason: str
    detail: str
    request_id: str
    at: float
    times: int = 1


class Traffic:
    """Counts for one process; safe to use from several threads."""

    def __init__(
        self, *, clock: Callable[[], float] = time.time, counters: Counters | None = None
    ) -> None:
        self._clock = clock
        self._counters = counters or Counters()
        # Apart: what anybody can send must never take the room of what the shell counts itself.
        self._vitals = Counters()
        self._lock = threading.Lock()
        # Adding to a deque needs no lock; whoever takes from it holds one.
        self._waiting: deque[tuple[Key, float]] = deque()
        self._releases: dict[str, set[str]] = {}
        self._reasons: dict[str, set[str]] = {}
        self._repeats: dict[tuple[str, int, tuple[tuple[str, str], ...]], Repeat] = {}
        self._errors: dict[tuple[str, str, str], Error] = {}

    def slots(self, request_id: str, outcomes: Iterable[Outcome]) -> None:
        """The outcomes of one page."""
        for outcome in outcomes:
            fragment = outcome.slot.fragment
            release = self._release(fragment, outcome.release)
            reason = outcome.reason
            if reason:
                reason = _bounded(self._reasons, fragment, reason, _MAX_REASONS)
            self._waiting.append((("slot", fragment, release, outcome.kind, reason), outcome.ms))
            if not outcome.is_sound:
                self._note(request_id, outcome, release, reason)

    def page(self, name: str, status: int, ms: float) -> None:
        """One page that was composed."""
        self._waiting.append((("page", name, str(status)), ms))

    def add_up(self) -> None:
        """Add what came in since the last time to the numbers: that is cheaper for many at once.

        Who reads the numbers has it done; whoever writes lines of the log does it with them.
        """
        growth: defaultdict[Key, float] = defaultdict(float)
        with self._lock:
            waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for key, ms in waiting:
            growth[key] += 1
            is_page = key[0] == "page"
            if is_page or key[3] in _WAITED:
                name = "page_ms" if is_page else "slot_ms"
                growth[name, key[1], _BOUNDS[bisect_left(BOUNDS_MS, ms)]] += 1
                growth[name, key[1], ""] += ms
        self._counters.add_all(growth.items())

    def repeat(self, name: str, status: int, outcomes: Sequence[Outcome]) -> Repeat:
        """Where the requests are counted that get this page from memory."""
        slots = tuple(
            (o.slot.fragment, self._release(o.slot.fragment, o.release)) for o in outcomes
        )
        key = name, status, slots
        with self._lock:
            if len(self._repeats) >= _MAX_REPEATS:
                self._fold()
                self._repeats.clear()
            return self._repeats.setdefault(key, Repeat(name, status, slots))

    def vital(self, metric: str, subject: str, bucket: int) -> None:
        """One measurement of a browser."""
        self._vitals.add(("vital", metric, subject, str(bucket)))

    def total(self) -> Numbers:
        """All numbers since the process began."""
        self.add_up()
        with self._lock:
            self._fold()
        return self._vitals.total() | self._counters.total()

    def recent(self) -> Numbers:
        """The numbers of the last five minutes."""
        self.add_up()
        with self._lock:
            self._fold()
        return self._counters.recent()

    def errors(self) -> list[Error]:
        """The last errors, the newest first."""
        with self._lock:
            return sorted(self._errors.values(), key=lambda error: -error.at)

    def _fold(self) -> None:
        for repeat in self._repeats.values():
            hits = repeat.hits - repeat.counted
            if hits:
                repeat.counted += hits
                growth: list[tuple[Key, float]] = [
                    (("slot", fragment, release, "cached", ""), hits)
                    for fragment, release in repeat.slots
                ]
                growth.append((("page", repeat.page, str(repeat.status)), hits))
                self._counters.add_all(growth)

    def _release(self, fragment: str, release: str) -> str:
        return _bounded(self._releases, fragment, release, _MAX_RELEASES)

    def _note(self, request_id: str, outcome: Outcome, release: str, reason: str) -> None:
        key = outcome.slot.fragment, release, reason
        with self._lock:
            before = self._errors.pop(key, None)
            self._errors[key] = Error(
                fragment=outcome.slot.fragment,
                release=release,
                outcome=outcome.kind,
                reason=outcome.reason,
                detail=outcome.detail,
                request_id=request_id,
                at=self._clock(),
                times=before.times + 1 if before else 1,
            )
            if len(self._errors) > _MAX_ERRORS:
                self._errors.pop(next(iter(self._errors)))


def _bounded(known: dict[str, set[str]], fragment: str, text: str, most: int) -> str:
    """A text that a service chose, or another one in the place of all that are too many."""
    of_fragment = known.get(fragment)
    if of_fragment is None:
        of_fragment = known.setdefault(fragment, set())
    if text in of_fragment:
        return text
    if len(of_fragment) >= most:
        return _OTHER
    of_fragment.add(text)
    return text
