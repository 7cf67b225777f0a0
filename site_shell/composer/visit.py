"""What the slots of one page share."""

import time

from .budget import Budget
from .frames import LocalTemplate
from .light import light_dataclass
from .request import Trace


@light_dataclass(frozen=True, slots=True)
class Visit:
    """A page's time, its trace and its way to render a template.

    ``started`` is in the time of ``perf_counter``.
    """

    budget: Budget
    trace: Trace
    local_template: LocalTemplate
    started: float

    @property
    def ms(self) -> float:
        return (time.perf_counter() - self.started) * 1000
