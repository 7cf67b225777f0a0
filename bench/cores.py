"""Who runs on which core."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cores:
    """A core for each of the three that run at once, as far as there are cores.

    What is measured never shares its core with another part of the measurement.
    """

    measured: int
    upstream: int
    load: int
    available: int

    @property
    def note(self) -> str:
        if self.available >= 3:
            return f"{self.available} cores: the measured server, upstream and load on one each"
        if self.available == 2:
            return "2 cores: the measured server on one, upstream and load share the other"
        return "1 core for everything: requests per second are a lower bound, CPU time is right"


def share_out() -> Cores:
    available = sorted(os.sched_getaffinity(0))
    measured, *rest = available
    rest = rest or available
    return Cores(measured, upstream=rest[0], load=rest[-1], available=len(available))
