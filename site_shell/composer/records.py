"""The log lines of a page: one for each slot, one for itself, and its notes."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from .logs import Level, LineLog, Value
from .outcome import Outcome
from .request import PageRequest, Trace
from .traffic import Repeat, Traffic

# Of each line, before its time and its bytes.
_FIELDS: Final[Mapping[str, Sequence[str]]] = {
    "slot": ("fragment", "outcome", "reason", "via", "release", "detail"),
    "page": ("page", "method", "path", "status"),
}


class Again(NamedTuple):
    """What is recorded each time that a remembered page is sent."""

    tails: tuple[str, ...]
    repeat: Repeat


class Recorder:
    """Logs and counts outcomes. docs/shell-operators/logs.md lists the fields of the lines."""

    def __init__(self, lines: LineLog, traffic: Traffic) -> None:
        self._lines = lines
        self._traffic = traffic
        lines.on_flush = traffic.add_up
        # A busy site says the same about the same fragments over and over.
        self._tail = lru_cache(maxsize=1024)(self._make_tail)

    def slots(self, trace: Trace, outcomes: Iterable[Outcome], notes: Iterable[str] = ()) -> None:
        """A line for each slot, and a warning for each thing that had to be left out."""
        outcomes = list(outcomes)
        # Failures on purpose say nothing about a fragment; of what staff tries the log is enough.
        self._traffic.slots(trace.request_id, [o for o in outcomes if not o.is_staged])
        tails = [self._slot(outcome) for outcome in outcomes]
        tails += [self._lines.tail("warning", {"event": "note", "what": note}) for note in notes]
        self._lines.add(trace.request_id, tuple(tails))

    def page(
        self,
        request: PageRequest,
        trace: Trace,
        status: int,
        size: int,
        started: float,
        name: str = "",
    ) -> None:
        """The line of a page that was composed."""
        ms = (time.perf_counter() - started) * 1000
        staging = request.audience.staging
        # A page with a failure on purpose is no failure of the site.
        if staging is None or not (staging.overrides or staging.faults):
            self._traffic.page(name, status, ms)
        self.spanned(request, trace, status, name)
        self._lines.add(trace.request_id, (self._page(request, name, status, size, ms),))

    def spanned(self, request: PageRequest, trace: Trace, status: int, name: str = "") -> None:
        """End the span of a page, if somebody follows it."""
        if trace.span is not None:
            trace.span.end(
                {"http.response.status_code": status, "http.route": name},
                name=f"{request.method[:16]} {name or 'unknown'}",
                error=f"status {status}" if status >= 500 else "",
            )

    def remembered(self, request_id: str, again: Again) -> None:
        """A page that was at hand as bytes."""
        again.repeat.hits += 1
        self._lines.add(request_id, again.tails)

    def again(
        self, request: PageRequest, name: str, outcomes: Sequence[Outcome]
    ) -> Callable[[int], Mapping[tuple[str, int], Again]]:
        """What further requests for a remembered page come to, by method and status.

        A function of the number of bytes that are sent; it holds nothing of the page itself.
        """
        slots = [
            self._lines.measured(
                self._tail("info", "slot", o.slot.fragment, _again(o), "", "", o.release, ""),
                0.0,
                len(o.html),
            )
            for o in outcomes
        ]
        repeats = {status: self._traffic.repeat(name, status, outcomes) for status in (200, 304)}
        asked = {m: PageRequest(m, request.path, "", {}) for m in ("GET", "HEAD")}

        def of(size: int) -> dict[tuple[str, int], Again]:
            return {
                (method, status): Again(
                    (*slots, self._page(page, name, status, sent, 0.0)), repeats[status]
                )
                for method, page in asked.items()
                for status, sent in ((200, size if method == "GET" else 0), (304, 0))
            }

        return of

    def flush(self) -> None:
        self._lines.flush()

    def _slot(self, outcome: Outcome) -> str:
        fields = (
            _level(outcome),
            "slot",
            outcome.slot.fragment,
            outcome.kind,
            outcome.reason,
            outcome.via,
            outcome.release,
            outcome.detail,
        )
        return self._lines.measured(self._tail(*fields), outcome.ms, len(outcome.html))

    def _page(self, request: PageRequest, name: str, status: int, size: int, ms: float) -> str:
        level: Level = "error" if status >= 500 else "info"
        fields = (level, "page", name, request.method[:16], request.path[:500], status)
        return self._lines.measured(self._tail(*fields), ms, size)

    def _make_tail(self, level: Level, event: str, *values: Value) -> str:
        fields: dict[str, Value] = {"event": event}
        fields |= zip(_FIELDS[event], values, strict=True)
        if not fields.get("detail"):
            fields.pop("detail", None)
        return self._lines.tail(level, fields)


def _again(outcome: Outcome) -> str:
    return outcome.kind if outcome.kind == "lazy" else "cached"


def _level(outcome: Outcome) -> Level:
    if outcome.kind == "failed":
        # A visitor asked for nonsense and was told so: nothing is wrong with the site.
        return "info" if outcome.reason == "http-400" else "error"
    return "info" if outcome.is_sound else "warning"
