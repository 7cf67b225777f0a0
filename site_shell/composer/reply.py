"""What a face sends to the browser."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .headers import HTML, NO_STORE, Headers, cache_control, encode, matches, surrogate_key
from .outcome import Outcome
from .records import Again
from .request import PageRequest
from .rollouts import FREE, Pin

# Who depends on these is one visitor's; on "*", nobody knows whose.
_PERSONAL: Final = frozenset({"cookie", "authorization", "*"})
_OF_THE_CONTENT: Final = frozenset({b"content-type", b"content-length", b"content-language"})


@dataclass(slots=True)
class Answer:
    """Status, headers and a body that is either there or comes in parts."""

    status: int
    headers: Headers
    body: bytes | AsyncGenerator[bytes, None] = b""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A whole page as bytes, for as long as it is certain to be right.

    ``until`` is a monotonic time, ``generation`` that of the fragment cache: a purge voids it.
    ``tails`` tell what is recorded for a request of a method that is answered with a status.
    What ``is_pinned`` is right for its audience only, all else for everybody.
    """

    until: float
    generation: int
    etag: str
    headers: Headers
    body: bytes
    tails: Mapping[tuple[str, int], Again]
    is_pinned: bool = False

    def answer(self, method: str, if_none_match: str | None, request_id: str) -> Answer:
        """The page for one request."""
        own = (b"x-request-id", request_id.encode())
        if if_none_match is not None and matches(if_none_match, self.etag):
            # Without content, so without a word about it: RFC 9110, 15.4.5.
            kept = [header for header in self.headers if header[0] not in _OF_THE_CONTENT]
            return Answer(304, [*kept, own])
        return Answer(200, [*self.headers, own], b"" if method == "HEAD" else self.body)


def whole(
    request: PageRequest,
    request_id: str,
    status: int,
    body: bytes,
    headers: Sequence[tuple[str, str]],
    fixed: Headers,
) -> Answer:
    """An answer that is complete; for HEAD its body is left out, but not its length.

    ``fixed`` are the headers that all answers of the site have.
    """
    own = [("content-length", str(len(body))), ("x-request-id", request_id)]
    if body:
        own.append(("content-type", HTML))
    sent = b"" if request.method == "HEAD" else body
    return Answer(status, [*fixed, *encode([*headers, *own])], sent)


def caching(
    outcomes: Sequence[Outcome], now: float, vary: Sequence[str], pin: Pin = FREE
) -> list[tuple[str, str]]:
    """Cache-Control, Vary and Surrogate-Key of a page that has all its slots."""
    control = cache_control(outcomes, now, pin.until)
    tags = surrogate_key(outcomes)
    is_personal = not _PERSONAL.isdisjoint(vary)
    # With more tags than can be told nobody could purge it.
    is_untold = not tags and any(outcome.tags for outcome in outcomes)
    # Whoever got the cookie of another visitor would count as that visitor.
    if is_personal or is_untold or pin.cookie:
        control = NO_STORE
    if control == NO_STORE:
        tags = ""
    return [("cache-control", control), *varying(vary, pin), ("surrogate-key", tags)]


def uncached(vary: Sequence[str], pin: Pin = FREE) -> list[tuple[str, str]]:
    """The same for an answer that nobody may keep."""
    return [("cache-control", NO_STORE), *varying(vary, pin)]


def varying(vary: Sequence[str], pin: Pin) -> list[tuple[str, str]]:
    """On what an answer depends, and the cohort of who had none."""
    names = sorted({*vary, "cookie"}) if pin.is_pinned else vary
    return [("vary", ", ".join(names)), ("set-cookie", pin.cookie)]
