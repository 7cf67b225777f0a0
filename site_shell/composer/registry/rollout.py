"""How the visitors of a fragment are shared among its releases, as a pure function of the record
and the clock: every process agrees without asking another.

Visitors are spread over a thousand positions. A release that is tried out has its positions at one
end and grows towards the default release, which has what is left. So nobody leaves a release
while its share grows.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Literal

from ..release import Release, Rollout, StrategyName

SlotStrategy = Literal["default", "canary"]
POSITIONS: Final = 1000
_MINUTE: Final = 60.0
Schedule = tuple[tuple[float, int], ...]
# Of the digits 0 to 9 in each of three places: where a group puts each digit.
Orders = tuple[tuple[int, ...], ...]


def _canary(minutes: int) -> Schedule:
    return ((0.0, 10), (minutes * _MINUTE, 100))


def _linear(minutes: int) -> Schedule:
    return tuple((step * minutes * _MINUTE, 10 * (step + 1)) for step in range(10))


# Seconds after the start, and the share in percent from then on.
SCHEDULES: Final[Mapping[StrategyName, Schedule]] = {
    "AllAtOnce": ((0.0, 100),),
    "BlueGreen": ((0.0, 100),),
    "Canary10Percent5Minutes": _canary(5),
    "Canary10Percent10Minutes": _canary(10),
    "Canary10Percent15Minutes": _canary(15),
    "Canary10Percent30Minutes": _canary(30),
    "Linear10PercentEvery1Minute": _linear(1),
    "Linear10PercentEvery2Minutes": _linear(2),
    "Linear10PercentEvery3Minutes": _linear(3),
    "Linear10PercentEvery10Minutes": _linear(10),
}

# How long the slowest strategy takes.
LONGEST_SECONDS: Final = max(schedule[-1][0] for schedule in SCHEDULES.values())


def share(release: Release, now: float) -> float:
    """The percentage of visitors that a release takes from the default one."""
    if release.default or release.halted is not None:
        return 0.0
    if release.rollout is None:
        return release.traffic
    passed = [percent for at, percent in _moments(release.rollout) if at <= now]
    return float(passed[-1]) if passed else 0.0


def next_change(release: Release, now: float) -> float:
    """When the share changes by itself (epoch seconds); infinite if it does not."""
    if release.rollout is None or release.halted is not None:
        return math.inf
    return min((at for at, _ in _moments(release.rollout) if at > now), default=math.inf)


def end(release: Release) -> float:
    """When the rollout has reached everybody (epoch seconds); infinite if it never does so."""
    if release.rollout is None or release.rollout.start is None:
        return math.inf
    return _moments(release.rollout)[-1][0]


def _moments(rollout: Rollout) -> Schedule:
    start = rollout.start
    if start is None:
        return ()
    return tuple((start + after, percent) for after, percent in SCHEDULES[rollout.strategy])


@dataclass(frozen=True, slots=True)
class Split:
    """The releases of one fragment between two moments.

    ``edges`` are the ends of the ranges of positions that ``releases`` have, in ascending order.
    ``digits``: how many digits of a cohort it takes to tell the ranges apart; 0 if there is
    only one. ``orders`` are those of the group. ``canary`` is what slots with that strategy get.
    ``until`` and ``ends`` are in epoch seconds: the next change, and the end of the rollout.
    """

    edges: tuple[int, ...]
    releases: tuple[Release, ...]
    default: Release
    canary: Release
    orders: Orders
    digits: int
    until: float
    ends: float

    def release(self, cohort: str) -> Release:
        """The release for a cohort; the default one for who has none."""
        if not self.digits:
            return self.releases[0]
        if not cohort:
            return self.default
        return self.releases[bisect_right(self.edges, _place(self.orders, cohort))]


def split(releases: Sequence[Release], now: float) -> Split:
    """Share visitors out; ``releases`` is what a registry gives, the default one first."""
    default = releases[0]
    tried = [release for release in releases if release.is_tried and release.halted is None]
    sizes = [(release, _size(share(release, now))) for release in tried]
    # The first one at the lower end, the second at the upper one. For a third there is no place
    # that never moves: docs/decisions/0012.
    low = [*sizes[:1], *sizes[2:]]
    high = sizes[1:2]
    middle = POSITIONS - sum(size for _, size in sizes)
    ranges = [(one, size) for one, size in [*low, (default, middle), *high] if size > 0]
    edges: list[int] = []
    for _, size in ranges:
        edges.append((edges[-1] if edges else 0) + size)
    return Split(
        edges=tuple(edges),
        releases=tuple(release for release, _ in ranges),
        default=default,
        canary=max(tried, key=lambda release: share(release, now), default=default),
        orders=_orders(default.group or default.fragment),
        digits=_digits(edges[:-1]),
        until=min((next_change(release, now) for release in tried), default=math.inf),
        ends=max((end(release) for release in tried), default=now),
    )


def _size(percent: float) -> int:
    """A tenth of a percent is one position; what is less stays with the default release."""
    return int(percent * POSITIONS / 100 + 1e-6)


def _digits(edges: Sequence[int]) -> int:
    """How many leading digits of a position tell on which side of all edges it is."""
    if not edges:
        return 0
    return max(1 if edge % 100 == 0 else 2 if edge % 10 == 0 else 3 for edge in edges)


def position(group: str, cohort: str) -> int:
    """Where a group puts a cohort of one to three digits: a bijection, another for each group.

    What ``"3"`` and ``"37"`` have in common is the first digit of their positions.
    """
    return _place(_orders(group), cohort)


def _place(orders: Orders, cohort: str) -> int:
    at = 100 * orders[0][int(cohort[0])]
    if len(cohort) > 1:
        at += 10 * orders[1][int(cohort[1])]
    if len(cohort) > 2:
        at += orders[2][int(cohort[2])]
    return at


@lru_cache(maxsize=8192)
def _orders(group: str) -> Orders:
    """An order of the ten digits for each of the three places, the same in every process."""
    return tuple(
        tuple(
            sorted(range(10), key=lambda digit: blake2b(f"{place}{digit}{group}".encode()).digest())
        )
        for place in range(3)
    )
