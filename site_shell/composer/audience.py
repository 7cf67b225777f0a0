"""For whom a page is composed: what beside the address may change it. Outside rollouts, nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from .rollouts import COOKIE, Rollouts
from .staging import COOKIE as STAGING
from .staging import Staging

_COOKIE_BYTES: Final = COOKIE.encode()
_STAGING_BYTES: Final = STAGING.encode()
# A page with staging is never at hand: nothing is remembered under this key.
STAGED_KEY: Final = b"staged"
# Who has it sees another version of the page templates: ``previews`` says which.
PREVIEW_COOKIE: Final = "templates_preview"
_PREVIEW_BYTES: Final = PREVIEW_COOKIE.encode()
PREVIEW_KEY: Final = b"preview"
# Who has it is told something on the next page: ``notices`` says what.
NOTICES_COOKIE: Final = "notices"
_NOTICES_BYTES: Final = NOTICES_COOKIE.encode()
NOTICED_KEY: Final = b"noticed"


@dataclass(frozen=True, slots=True)
class Audience:
    """Visitors who get the same pages.

    ``cohort`` is the visitor's part of all visitors while a rollout is under way, and empty
    otherwise; ``is_new``: the visitor does not know it yet. ``key`` is the same for everybody who
    gets the same bytes. ``staging`` is what one member of staff wants to see otherwise.
    ``is_told``: there is something to be told to this visitor.
    """

    cohort: str = ""
    key: bytes = b""
    is_new: bool = False
    staging: Staging | None = None
    is_told: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether nobody else may get what this visitor gets."""
        return self.is_told or self.staging is not None

    @property
    def new_cohort(self) -> str:
        """The cohort of who has to be told it."""
        return self.cohort if self.is_new else ""


EVERYBODY: Final = Audience()


class Audiences:
    """Tells audiences apart by the Cookie header. ``staging`` reads who wants what of it."""

    def __init__(self, rollouts: Rollouts, staging: Callable[[str], Staging | None]) -> None:
        self._rollouts = rollouts
        self._staging = staging

    def key(self, cookie: bytes) -> bytes:
        """The ``key`` of the audience that the header tells. On the path of cached pages."""
        if _NOTICES_BYTES in cookie and cookie_value(cookie.decode("latin-1"), NOTICES_COOKIE):
            return NOTICED_KEY
        if _STAGING_BYTES in cookie:
            key = self.known(cookie.decode("latin-1")).key
            return PREVIEW_KEY if _PREVIEW_BYTES in cookie else key
        if _PREVIEW_BYTES in cookie:
            return PREVIEW_KEY
        if _COOKIE_BYTES not in cookie or not self._rollouts.current().pinned:
            return b""
        return self._visitor(cookie.decode("latin-1")).key

    def known(self, cookie: str) -> Audience:
        """The audience that the header tells; of who tells no cohort, everybody."""
        return self._alone(self._visitor(cookie), cookie)

    def of(self, cookie: str) -> Audience:
        """The same for the visitor of a page, who is given a cohort if one is needed."""
        audience = EVERYBODY
        if self._rollouts.current().pinned:
            audience = self._visitor(cookie)
            if audience is EVERYBODY:
                audience = Audience(self._rollouts.deal(cookie_value(cookie, COOKIE)), is_new=True)
        return self._alone(audience, cookie)

    def _visitor(self, cookie: str) -> Audience:
        plan = self._rollouts.current()
        if not plan.pinned:
            return EVERYBODY
        cohort = self._rollouts.cohort(cookie_value(cookie, COOKIE))
        return Audience(cohort, plan.vector(cohort)) if cohort else EVERYBODY

    def _alone(self, audience: Audience, cookie: str) -> Audience:
        if STAGING in cookie and (staging := self._staging(cookie)) is not None:
            audience = replace(audience, key=STAGED_KEY, staging=staging)
        if NOTICES_COOKIE in cookie and cookie_value(cookie, NOTICES_COOKIE):
            audience = replace(audience, key=NOTICED_KEY, is_told=True)
        return audience


def cookie_value(header: str, name: str) -> str:
    """The value of a cookie, or the empty text."""
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""
