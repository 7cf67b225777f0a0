"""For whom a page is composed: what beside the address may change it. Outside rollouts, nothing."""

from dataclasses import dataclass
from typing import Final

from .rollouts import COOKIE, Rollouts

_COOKIE_BYTES: Final = COOKIE.encode()


@dataclass(frozen=True, slots=True)
class Audience:
    """Visitors who get the same pages.

    ``cohort`` is the visitor's part of all visitors while a rollout is under way, and empty
    otherwise; ``is_new``: the visitor does not know it yet. ``key`` is the same for everybody who
    gets the same bytes.
    """

    cohort: str = ""
    key: bytes = b""
    is_new: bool = False


EVERYBODY: Final = Audience()


class Audiences:
    """Tells audiences apart by the Cookie header."""

    def __init__(self, rollouts: Rollouts) -> None:
        self._rollouts = rollouts

    def key(self, cookie: bytes) -> bytes:
        """The ``key`` of the audience that the header tells. On the path of cached pages."""
        if _COOKIE_BYTES not in cookie or not self._rollouts.current().pinned:
            return b""
        return self.known(cookie.decode("latin-1")).key

    def known(self, cookie: str) -> Audience:
        """The audience that the header tells; of who tells no cohort, everybody."""
        plan = self._rollouts.current()
        if not plan.pinned:
            return EVERYBODY
        cohort = self._rollouts.cohort(cookie_value(cookie, COOKIE))
        return Audience(cohort, plan.vector(cohort)) if cohort else EVERYBODY

    def of(self, cookie: str) -> Audience:
        """The same for the visitor of a page, who is given a cohort if one is needed."""
        known = self.known(cookie)
        if known.cohort or not self._rollouts.current().pinned:
            return known
        return Audience(self._rollouts.deal(cookie_value(cookie, COOKIE)), is_new=True)


def cookie_value(header: str, name: str) -> str:
    """The value of a cookie, or the empty text."""
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""
