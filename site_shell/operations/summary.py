"""The numbers of all processes as people want to read them. Pure: reports in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ..composer.counters import Numbers
from ..composer.latency import percentile
from ..composer.measures import Tally, Window, sum_tallies, window_of
from ..composer.release import Release
from .report import Report

Condition = Literal["failing", "troubled", "well", "quiet"]
KINDS: Final = ("fresh", "cached", "stale", "fallback", "degraded", "failed")
_FEW: Final = 5


@dataclass(frozen=True, slots=True)
class FragmentNumbers:
    """One fragment over the last five minutes."""

    kinds: dict[str, int] = field(default_factory=dict)
    window: Window = field(default_factory=Window)

    @property
    def slots(self) -> int:
        return sum(self.kinds.values())

    @property
    def hit_ratio(self) -> float | None:
        """The share of slots that were answered from the cache, in percent."""
        hits = self.kinds.get("cached", 0) + self.kinds.get("stale", 0)
        return 100 * hits / self.slots if self.slots else None

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        return [(kind, self.kinds[kind]) for kind in KINDS if kind in self.kinds]

    def condition(self, breakers: Iterable[str]) -> Condition:
        """In one word; ``breakers`` are the states of those whose releases get traffic."""
        without = sum(self.kinds.get(kind, 0) for kind in ("fallback", "degraded", "failed"))
        states = set(breakers)
        is_failing = (
            self.window.requests >= _FEW and 2 * self.window.failures >= self.window.requests
        )
        if "open" in states or is_failing:
            return "failing"
        if without or self.window.failures or "half-open" in states:
            return "troubled"
        return "well" if self.slots or self.window.requests else "quiet"


class Summary:
    """All processes together."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self.reports = reports
        self.total = merged(r["total"] for r in reports)
        self.recent = merged(r["recent"] for r in reports)
        self.counts = merged(r["counts"] for r in reports)
        self.fetches = _merged_tallies(reports)
        self._kinds: dict[str, dict[str, int]] = {}
        for key, amount in self.recent.items():
            if key[0] == "slot":
                kinds = self._kinds.setdefault(key[1], {})
                kinds[key[3]] = kinds.get(key[3], 0) + int(amount)
        self._tallies: dict[str, list[Tally]] = {}
        for (fragment, _), tally in self.fetches.items():
            self._tallies.setdefault(fragment, []).append(tally)

    def fragment(self, name: str) -> FragmentNumbers:
        """All releases of a fragment together."""
        tally = sum_tallies(self._tallies.get(name, ()))
        return FragmentNumbers(self._kinds.get(name, {}), window_of(tally))

    def release(self, release: Release) -> Window:
        """One release over the last five minutes."""
        return window_of(self.fetches.get((release.fragment, release.version), (0, 0, {})))

    def breaker(self, release: Release) -> str:
        """The worst state of the release's breaker in any process; empty if it was never asked."""
        key = release.fragment, release.url
        states = {r["breakers"][key][0] for r in self.reports if key in r["breakers"]}
        order = ("open", "half-open", "closed")
        return next((state for state in order if state in states), "")

    def errors(self, fragment: str = "") -> list[dict[str, Any]]:
        """The last errors of all processes, the newest first; of one fragment, if named."""
        found = [
            {**error, "process": r["process"]}
            for r in self.reports
            for error in r["errors"]
            if not fragment or error["fragment"] == fragment
        ]
        return sorted(found, key=lambda error: -float(error["at"]))

    def pages(self) -> list[tuple[str, int, int]]:
        """Pages by name: how many were sent in five minutes, and how many with a 5xx."""
        found: dict[str, tuple[int, int]] = {}
        for key, amount in self.recent.items():
            if key[0] == "page":
                sent, failed = found.get(key[1], (0, 0))
                found[key[1]] = sent + int(amount), failed + int(amount) * key[2].startswith("5")
        return [(name, *found[name]) for name in sorted(found)]

    def vitals(self) -> dict[str, dict[str, tuple[float, int]]]:
        """By subject and metric: what three quarters of the visitors had at most, and how many
        measured; since the processes began."""
        buckets: dict[tuple[str, str], dict[int, int]] = {}
        for key, amount in self.total.items():
            if key[0] == "vital":
                counts = buckets.setdefault((key[2], key[1]), {})
                counts[int(key[3])] = counts.get(int(key[3]), 0) + int(amount)
        found: dict[str, dict[str, tuple[float, int]]] = {}
        for (subject, metric), counts in sorted(buckets.items()):
            value = percentile(counts, 0.75), sum(counts.values())
            found.setdefault(subject, {})[metric] = value
        return found


def merged(numbers: Iterable[Numbers]) -> Numbers:
    """The sum of several processes' numbers."""
    found: Numbers = {}
    for some in numbers:
        for key, amount in some.items():
            found[key] = found.get(key, 0) + amount
    return found


def _merged_tallies(reports: Sequence[Report]) -> dict[tuple[str, str], Tally]:
    found: dict[tuple[str, str], list[Tally]] = {}
    for one in reports:
        for key, tally in one["fetches"].items():
            found.setdefault(key, []).append(tally)
    return {key: sum_tallies(tallies) for key, tallies in found.items()}
