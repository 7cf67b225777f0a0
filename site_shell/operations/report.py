"""What one process has to tell about itself, as plain values that can be sent to another."""

import os
import socket
import time
from dataclasses import asdict
from typing import Any, Final, TypedDict

from ..composer.conf import Runtime
from ..composer.counters import Numbers
from ..composer.measures import Tally

HOST: Final = socket.gethostname()
_STARTED: Final = time.time()


class Report(TypedDict):
    """Of one process; times in epoch seconds. Keys of numbers: composer/traffic.py, measures.py."""

    process: str
    host: str
    started: float
    at: float
    total: Numbers
    recent: Numbers
    counts: Numbers
    fetches: dict[tuple[str, str], Tally]
    breakers: dict[tuple[str, str], tuple[str, int]]
    errors: list[dict[str, Any]]
    generation: int
    as_of: float
    problems: tuple[str, ...]
    templates: int


def report(parts: Runtime) -> Report:
    """This process, now."""
    return Report(
        process=f"{HOST}:{os.getpid()}",
        host=HOST,
        started=_STARTED,
        at=time.time(),
        total=parts.traffic.total(),
        recent=parts.traffic.recent(),
        counts=parts.measures.counts(),
        fetches=parts.measures.tallies(),
        breakers={key: (state, busy) for key, (state, busy) in parts.transport.states().items()},
        errors=[asdict(error) for error in parts.traffic.errors()],
        generation=parts.registry.generation,
        as_of=parts.registry.as_of,
        problems=parts.registry.problems,
        templates=parts.library.current().version,
    )
