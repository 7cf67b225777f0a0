"""What a face sends to the browser."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .headers import HTML, NO_STORE, Headers, cache_control, encode, surrogate_key
from .outcome import Outcome
from .records import Again
from .request import PageRequest
from .rollouts import FREE, Pin
from .staging import HEADER, Staging

# Who depends on these is one visitor's; on "*", nobody knows whose.
_PERSONAL: Final = frozenset({"cookie", "authorization", "*"})


@dataclass(slots=True)
class Answer:
    """Status, headers and a body that is either there or comes in parts.

    ``again`` is what is to be recorded, where the answer was at hand.
    """

    status: int
    headers: Headers
    body: bytes | AsyncGenerator[bytes, None] = b""
    again: Again | None = None

    def also(self, headers: Iterable[tuple[str, str]]) -> None:
        """Have these headers, too. Empty values are left out."""
        self.headers = [*self.headers, *encode(headers)]


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


def mark(answer: Answer, staging: Staging) -> None:
    """Say of an answer that one person gets it so, and nobody else may."""
    hidden = {b"cache-control", b"surrogate-key", b"etag"}
    kept = [header for header in answer.headers if header[0] not in hidden]
    own = [("cache-control", f"private, {NO_STORE}"), (HEADER, staging.summary)]
    answer.headers = [*kept, *encode(own)]


def uncached(vary: Sequence[str], pin: Pin = FREE) -> list[tuple[str, str]]:
    """The same for an answer that nobody may keep."""
    return [("cache-control", NO_STORE), *varying(vary, pin)]


def varying(vary: Sequence[str], pin: Pin) -> list[tuple[str, str]]:
    """On what an answer depends, and the cohort of who had none."""
    names = sorted({*vary, "cookie"}) if pin.is_pinned else vary
    return [("vary", ", ".join(names)), ("set-cookie", pin.cookie)]
