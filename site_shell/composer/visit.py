"""What the slots of one page share."""

import time

from .budget import Budget
from .frames import LocalTemplate
from .identity import NOBODY, Caller
from .light import light_dataclass
from .request import Trace


@light_dataclass(frozen=True, slots=True)
class Visit:
    """A page's time, its trace, its way to render a template, and the browser it is for.

    ``started`` is in the time of ``perf_counter``.
    """

    budget: Budget
    trace: Trace
    local_template: LocalTemplate
    started: float
    caller: Caller = NOBODY

    @property
    def ms(self) -> float:
        return (time.perf_counter() - self.started) * 1000
