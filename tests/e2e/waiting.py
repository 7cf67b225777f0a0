"""Waiting for what comes by itself, and only as long as it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_SECONDS = 60.0
_PAUSE = 0.05


def eventually(
    get: Callable[[], T | None],
    seconds: float = _SECONDS,
    tell: Callable[[], object] = lambda: "",
) -> T:
    """The first thing that ``get`` returns other than None or False; ``tell`` says what there is
    instead."""
    end = time.monotonic() + seconds
    while not (found := get()):
        if time.monotonic() > end:
            name = getattr(get, "__qualname__", repr(get))
            raise AssertionError(f"not within {seconds:.0f} s: {name} {tell()}")
        time.sleep(_PAUSE)
    return found
