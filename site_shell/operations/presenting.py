"""Numbers in the words of the pages. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from .changing import Action
from .standing import Standing
from .summary import Summary

# What web.dev calls good, and poor, for three quarters of the visits; CLS in thousandths.
_THRESHOLDS: Final[Mapping[str, tuple[str, float, float]]] = {
    "lcp": ("Largest paint (LCP)", 2500, 4000),
    "inp": ("Response (INP)", 200, 500),
    "cls": ("Shift (CLS)", 100, 250),
    "ttfb": ("First byte (TTFB)", 800, 1800),
    "load": ("Slowest of its files", 1000, 2500),
}
WORDS: Final[Mapping[Action, tuple[str, str, str]]] = {
    "promote": ("Promote", "promoted", "All visitors get this release, from now on."),
    "rollback": (
        "Roll back",
        "rolled back",
        "What is tried out loses its traffic; without such a release, the one that was the default "
        "one before is it again.",
    ),
    "kill": (
        "Kill",
        "killed",
        "The release is taken away. If it is the default one, the one before it takes over.",
    ),
    "clear-halt": (
        "Clear the halt of",
        "no longer halted",
        "The reason of the halt is forgotten. The release stays without traffic until it is "
        "tried out again, or promoted.",
    ),
}


@dataclass(frozen=True, slots=True)
class Vital:
    """One line about what visitors measured."""

    label: str
    shown: str
    verdict: str
    count: int

    @property
    def verdict_words(self) -> str:
        return {"good": "good", "fair": "needs work", "poor": "poor"}[self.verdict]


def vitals(measured: Mapping[str, tuple[float, int]]) -> list[Vital]:
    """The 75th percentiles of one page or fragment, in the order of the table above."""
    found = []
    for metric, (label, good, poor) in _THRESHOLDS.items():
        if metric in measured:
            value, count = measured[metric]
            shown = f"{value / 1000:.3f}" if metric == "cls" else f"{value:.0f} ms"
            verdict = "good" if value <= good else "fair" if value <= poor else "poor"
            found.append(Vital(label, shown, verdict, count))
    return found


def changes(standings: Iterable[Standing]) -> list[dict[str, str]]:
    """The last changes of several fragments, the newest first."""
    found = [
        {"when": when, "who": who, "what": what, "fragment": one.name}
        for one in standings
        for when, who, what in one.history
    ]
    return sorted(found, key=lambda change: change["when"], reverse=True)


def with_times(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Errors with a moment that templates can write."""
    return [{**error, "time": datetime.fromtimestamp(error["at"], UTC)} for error in errors]


def tiles(summary: Summary) -> dict[str, object]:
    """The numbers at the top of the board."""
    kinds: dict[str, int] = {}
    for key, amount in summary.recent.items():
        if key[0] == "slot":
            kinds[key[3]] = kinds.get(key[3], 0) + int(amount)
    slots = sum(kinds.values())
    hits = kinds.get("cached", 0) + kinds.get("stale", 0)
    pages = summary.pages()
    return {
        "pages": sum(sent for _, sent, _ in pages),
        "failed": sum(failed for _, _, failed in pages),
        "slots": slots,
        "hit_ratio": 100 * hits / slots if slots else None,
    }
