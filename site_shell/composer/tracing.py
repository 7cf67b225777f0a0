"""Spans, as the composer sees them: somebody may follow a page and its fetches, or nobody."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

Attributes: TypeAlias = Mapping[str, str | int]


class Span(Protocol):
    """One stretch of work that somebody follows."""

    def traceparent(self) -> str:
        """What a service is told (W3C Trace Context), so that its own spans hang below this one."""

    def child(self, name: str, attributes: Attributes) -> "Span":
        """Begin a request to a service within this one."""

    def end(self, attributes: Attributes, *, name: str = "", error: str = "") -> None:
        """It is over; ``error`` says what went wrong, if anything did."""


class Tracer(Protocol):
    """Follows pages."""

    def begin(self, headers: Mapping[str, str], attributes: Attributes) -> Span:
        """A page was asked for, by somebody whose trace may be in the headers (lower case)."""

    def close(self) -> None:
        """Tell what is left; may take some seconds."""
