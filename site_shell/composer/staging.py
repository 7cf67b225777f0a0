"""What a member of staff wants to see otherwise: other releases, failures, what is behind a page.

Pure values. ``staging_cookie`` carries them in a signed cookie, ``staged`` makes them happen.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from .errors import StagingError

FaultKind: TypeAlias = Literal[
    "timeout", "refused", "status", "slow", "garbage", "stale", "fallback", "absent"
]
# Each with what shoppers then meet; docs/shell-operators/overlay.md says more.
FAULT_NAMES: Final = (
    "timeout",
    "refused",
    "404",
    "500",
    "503",
    "slow:MS",
    "garbage",
    "stale",
    "fallback",
    "absent",
)
COOKIE: Final = "staging"
# The response header that tells of it.
HEADER: Final = "composer-staging"
MAX_SLOW_MS: Final = 60_000
# What one person can keep in mind, and a cookie of less than 4 KB can carry.
MAX_ENTRIES: Final = 20
MAX_TARGET: Final = 512
STATUSES: Final = (404, 500, 503)

_FRAGMENT: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}/[a-z0-9][a-z0-9_-]{0,63}")
_SERVICE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_TARGET: Final = re.compile(rf"[\x21-\x7e]{{1,{MAX_TARGET}}}")
_SLOW: Final = re.compile(r"slow:([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure that is made on purpose. ``amount`` is the status, or the milliseconds."""

    kind: FaultKind
    amount: int = 0

    def __str__(self) -> str:
        if self.kind == "slow":
            return f"slow:{self.amount}"
        return str(self.amount) if self.kind == "status" else self.kind


@dataclass(frozen=True, slots=True)
class Staged:
    """What staging makes of one fragment.

    ``target`` is the version of a registered release, or the URL of a machine of somebody's own;
    empty where the release stays as it is.
    """

    target: str = ""
    fault: Fault | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether the fragment comes from where no registry has sent us."""
        return is_url(self.target)

    def __str__(self) -> str:
        parts = [f"override {self.target}" if self.target else "", f"fault {self.fault or ''}"]
        return ", ".join(part for part in parts if part and part != "fault ")


@dataclass(frozen=True, slots=True)
class Staging:
    """One person's wishes until ``expires`` (epoch seconds).

    ``overrides`` map a fragment to a target, ``faults`` a fragment, or a service for all of its
    fragments, to a failure.
    """

    user: str
    expires: float
    overrides: tuple[tuple[str, str], ...] = ()
    faults: tuple[tuple[str, Fault], ...] = ()
    overlay: bool = False

    def of(self, fragment: str) -> Staged | None:
        """What is wanted of a fragment; None where it stays as it is."""
        faults = dict(self.faults)
        fault = faults.get(fragment) or faults.get(fragment.partition("/")[0])
        target = dict(self.overrides).get(fragment, "")
        return Staged(target, fault) if target or fault else None

    @property
    def summary(self) -> str:
        """All of it in one line, as a response header tells it."""
        overrides = [f"{name}={target}" for name, target in self.overrides]
        faults = [f"{name}={fault}" for name, fault in self.faults]
        overlay = ["overlay"] if self.overlay else []
        return "; ".join([*overlay, *overrides, *faults]) or "nothing"


def is_url(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def parse_fault(text: str) -> Fault:
    """Read the name of a fault. Raises StagingError, which names the legal ones.

    >>> parse_fault("slow:800"), parse_fault("500")
    (Fault(kind='slow', amount=800), Fault(kind='status', amount=500))
    """
    if (slow := _SLOW.fullmatch(text)) and 1 <= int(slow[1]) <= MAX_SLOW_MS:
        return Fault("slow", int(slow[1]))
    if text in [str(status) for status in STATUSES]:
        return Fault("status", int(text))
    for kind in get_args(FaultKind):
        if text == kind and kind not in ("slow", "status"):
            return Fault(kind)
    legal = ", ".join(FAULT_NAMES)
    raise StagingError(
        f"{text!r:.80} is no fault: it must be one of {legal} (MS: 1 to {MAX_SLOW_MS})"
    )


def parse_override(text: str) -> tuple[str, str]:
    """Read ``reviews/list=2.0.0`` or ``reviews/list=http://localhost:9100/...``.

    Raises StagingError. Whether there is such a release, and whether such an address may be
    asked, is found out where the override is used.
    """
    name, _, target = text.partition("=")
    name, target = name.strip(), target.strip()
    if not _FRAGMENT.fullmatch(name):
        raise StagingError(f"{name!r:.80} is no fragment: write service/fragment, as reviews/list")
    if not _TARGET.fullmatch(target):
        raise StagingError(
            f"{name}={target!r:.80}: the target must be a version or a URL, "
            f"1 to {MAX_TARGET} characters without spaces"
        )
    return name, target


def parse_named_fault(text: str) -> tuple[str, Fault]:
    """Read ``reviews/list=timeout``, or ``reviews=500`` for all of a service's fragments."""
    name, _, fault = text.partition("=")
    name = name.strip()
    if not _FRAGMENT.fullmatch(name) and not _SERVICE.fullmatch(name):
        raise StagingError(f"{name!r:.80} is neither a fragment (reviews/list) nor a service")
    return name, parse_fault(fault.strip())
