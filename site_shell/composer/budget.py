"""How much time is left: a page has a budget, and a slot never gets more than what is left."""

from collections.abc import Callable
from time import monotonic


class Budget:
    """The time a page may take, in seconds, counted from its creation."""

    __slots__ = ("_clock", "_deadline", "seconds")

    def __init__(self, seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._deadline = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline; never negative."""
        left = self._deadline - self._clock()
        return left if left > 0.0 else 0.0

    def cap(self, seconds: float) -> float:
        """The time a part may take: its own, or what is left of the page's if that is less."""
        return min(seconds, self.left)
