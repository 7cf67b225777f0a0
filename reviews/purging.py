"""Which cached fragments a changed review makes untrue, and telling the shell so."""

import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final

from fragment_contract import purge_on_commit

# Seconds between two purges for votes on the reviews of one product, in each process. What is voted
# in between is seen when the list's own minute is over: a storm of votes must not become one
# of purges, each of which makes a page anew.
VOTES_PAUSE: Final = 5.0
_MAX_REMEMBERED: Final = 10_000


def tag(product: str) -> str:
    """The surrogate key of everything that shows reviews of a product."""
    return f"reviews:{product}"


def purge(products: Iterable[str]) -> None:
    """Purge what shows reviews of these products, once the transaction is committed."""
    tags = sorted({tag(product) for product in products})
    if tags:
        purge_on_commit(*tags)


class Votes:
    """Purges the lists that count votes, each as often as it may be."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}
        self._lock = Lock()

    def changed(self, product: str) -> None:
        """Somebody voted for a review of a product, or took it back."""
        if self._is_due(product):
            purge_on_commit(f"votes:{product}")

    def _is_due(self, product: str) -> bool:
        now = self._clock()
        with self._lock:
            if now < self._next.get(product, now):
                return False
            if len(self._next) >= _MAX_REMEMBERED:
                self._next.clear()
            self._next[product] = now + VOTES_PAUSE
            return True


VOTES: Final = Votes()
