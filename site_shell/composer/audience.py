"""For whom a page is composed: what beside the address may change it. Outside rollouts, nothing."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Audience:
    """Visitors who get the same pages.

    ``cohort`` is the visitor's part of all visitors while a rollout is under way, and empty
    otherwise. ``key`` is the same for everybody who gets the same bytes.
    """

    cohort: str = ""
    key: bytes = b""


EVERYBODY: Final = Audience()


class Audiences:
    """Tells audiences apart by the Cookie header."""

    def key(self, cookie: bytes) -> bytes:
        """The ``key`` of the audience that the header tells. On the path of cached pages."""
        return self.of(cookie.decode("latin-1")).key

    def of(self, cookie: str) -> Audience:
        """The audience that the header tells."""
        return EVERYBODY
