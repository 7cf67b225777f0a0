"""What a check is, and what can come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..errors import Violation
from .target import Target

Verdict = Literal["passed", "failed", "not applicable", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of the contract. ``name`` is stable: people put it into ``--skip``."""

    name: str
    promise: str
    probe: Callable[[Target], None]
    # Whether plain files behind a web server can keep the promise, too.
    files: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    check: Check
    verdict: Verdict
    detail: str = ""


def check(
    name: str, promise: str, *, files: bool = True
) -> Callable[[Callable[[Target], None]], Check]:
    """Make a check of a function that raises Violation or NotApplicable, or returns."""

    def declare(probe: Callable[[Target], None]) -> Check:
        return Check(name, promise, probe, files)

    return declare


def demand(holds: object, message: str) -> None:
    """Raise a Violation with the message unless something holds."""
    if not holds:
        raise Violation(message)
