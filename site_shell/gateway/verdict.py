"""What a service's answer to an action means, and the only parts of it that may go on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, TypeAlias

from fragment_contract import wire

from ..composer.answer import read_html
from ..composer.errors import MalformedResponse
from ..composer.own_path import is_own_path
from ..composer.transport import FetchResponse
from ..composer.transport.html import html_or_raise
from .saying import SILENCE, Said, said_in

# With these a service may show HTML of its own: done, or not done and why.
_SHOWN: Final = frozenset({200, 201, 202, 409, 422})
# With these it says that the request was wrong; the page about it is the shell's.
_REFUSALS: Final = frozenset({400, 403, 404, 405, 410, 413, 415, 429})
_NOTHING: Final = frozenset({204, 205})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_UNAVAILABLE: Final = 503
_FIRST_REDIRECT: Final = 300
_BAD_GATEWAY: Final = 502


@dataclass(frozen=True, slots=True)
class Fragment:
    """HTML for the shopper."""

    status: int
    html: bytes
    said: Said = SILENCE


@dataclass(frozen=True, slots=True)
class GoTo:
    """Another page of this site."""

    location: str
    said: Said = SILENCE


@dataclass(frozen=True, slots=True)
class Again:
    """Done, and the page on which it was asked for is to be loaded anew."""

    said: Said = SILENCE


@dataclass(frozen=True, slots=True)
class Nothing:
    """Done, and there is nothing to show."""

    said: Said = SILENCE


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing that the service said can be shown. ``reason`` is for the log alone."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()


Verdict: TypeAlias = Fragment | GoTo | Again | Nothing | Refused


def judge(response: FetchResponse, events: Collection[str]) -> Verdict:
    """Decide on an answer. ``events`` are the custom events that the fragment declares."""
    status = response.status
    said = said_in(response.header(wire.HX_TRIGGER), events)
    is_done = status < _FIRST_REDIRECT
    redirect = response.header(wire.HX_REDIRECT) if is_done else None
    if status in _MOVED or redirect is not None:
        location = response.header("location") or "" if redirect is None else redirect
        if is_own_path(location):
            return GoTo(location, said)
        return Refused(_BAD_GATEWAY, f"Location {location!r:.200} is no path of this site")
    if is_done and response.header(wire.HX_REFRESH) == "true":
        return Again(said)
    if status in _NOTHING:
        return Nothing(said)
    if status in _SHOWN:
        return _fragment(response, said)
    if status in _REFUSALS or status == _UNAVAILABLE:
        return Refused(status, f"the service answered {status}")
    return Refused(_BAD_GATEWAY, f"the service answered {status}")


def _fragment(response: FetchResponse, said: Said) -> Fragment | Refused:
    try:
        html = html_or_raise(response)
        problem = read_html(html).problem
    except MalformedResponse as error:
        problem, html = str(error), b""
    if problem:
        return Refused(_BAD_GATEWAY, problem)
    return Fragment(response.status, html, said)
