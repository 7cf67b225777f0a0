"""Reads the fields under ``extras`` that say more than one value: how a release takes over from
another, and what it is shown."""

import re
from datetime import datetime
from typing import Final, cast, get_args

from ..release import CanaryLimits, ClientCertificate, Halt, Rollout, StrategyName
from ._reader import Reader

_GROUP: Final = re.compile(r"[a-z0-9][a-z0-9_/-]{0,63}")
_YEARS: Final = range(2000, 2200)
_LIMITS: Final = ("sample", "errors", "slowdown")
_MOMENT: Final = "an ISO 8601 time with an offset, such as 2026-11-21T13:00:00Z"


def read_rollout(extras: Reader) -> Rollout | None:
    """``strategy`` and ``start``."""
    name = extras.get("strategy")
    if name is None:
        if extras.has("start"):
            raise extras.wrong("start", extras.get("start"), "left out without a strategy")
        return None
    legal = get_args(StrategyName)
    if name not in legal:
        raise extras.wrong("strategy", name, f"one of {', '.join(legal)}")
    strategy = cast(StrategyName, name)
    if strategy == "BlueGreen" and not extras.has("start"):
        return Rollout(strategy, None)
    return Rollout(strategy, _moment(extras, "start"))


def read_client(extras: Reader) -> ClientCertificate | None:
    """``certificate`` and ``key``, or neither; with them perhaps ``authority``."""
    if not any(map(extras.has, ("certificate", "key", "authority"))):
        return None
    return ClientCertificate(
        certificate=extras.secret("certificate"),
        key=extras.secret("key"),
        authority=extras.secret("authority") if extras.has("authority") else None,
    )


def read_group(extras: Reader) -> str:
    """``group``."""
    if not extras.has("group"):
        return ""
    value = extras.get("group")
    if not isinstance(value, str) or not _GROUP.fullmatch(value):
        raise extras.wrong("group", value, "up to 64 lower case letters, digits and - _ /")
    return value


def read_listings(extras: Reader) -> tuple[tuple[str, str], ...]:
    """``pages`` and ``news``."""
    return tuple((kind, extras.url(kind)) for kind in ("news", "pages") if extras.has(kind))


def read_halt(extras: Reader) -> Halt | None:
    """``halted``."""
    if not extras.has("halted"):
        return None
    halted = extras.child("halted", None)
    halted.refuse_unknown(("at", "reason"))
    _moment(halted, "at")
    return Halt(at=halted.text("at"), reason=halted.text("reason"))


def read_limits(extras: Reader) -> CanaryLimits:
    """``canary``."""
    canary = extras.child("canary", {})
    canary.refuse_unknown(_LIMITS)
    known = CanaryLimits()
    return CanaryLimits(
        sample=canary.integer("sample", minimum=10, maximum=1_000_000, default=known.sample),
        errors=canary.number("errors", minimum=0, maximum=100)
        if canary.has("errors")
        else known.errors,
        slowdown=canary.number("slowdown", minimum=1, maximum=1_000)
        if canary.has("slowdown")
        else known.slowdown,
    )


def parse_moment(value: object) -> float | None:
    """Epoch seconds; None for what is no ISO 8601 time with an offset."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    # Without an offset it would be another time on another machine.
    if moment.tzinfo is None or moment.year not in _YEARS:
        return None
    return moment.timestamp()


def _moment(reader: Reader, field: str) -> float:
    seconds = parse_moment(reader.get(field))
    if seconds is None:
        raise reader.wrong(field, reader.get(field), _MOMENT)
    return seconds
