"""What a fragment sees of the browser's request beyond its parameters: what ``varies`` names.

``@fragment(..., varies=("header:x-currency", "query:preview"))`` asks for it; a page's slot lets it
pass, and caches keep the answer under it. No Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from .errors import InvalidParameters
from .parameters import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

_ATTRIBUTE: Final = "_fragment_inputs"
_ALL: Final = "all"
# A longer query is refused as a whole, with its parameters.
_MAX_QUERY: Final = 8_192
_VALUE: Final = Text(max_length=2_048)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The declared inputs that came with one request. Names of headers are in lower case."""

    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)


_NONE: Final = Inputs()


def inputs(request: "HttpRequest") -> Inputs:
    """The declared inputs of a request for content; whatever else came with it is not in there."""
    found: Inputs = getattr(request, _ATTRIBUTE, _NONE)
    return found


def take_inputs(
    request: "HttpRequest", varies: tuple[str, ...], parameters: Mapping[str, object]
) -> str:
    """Remember the declared inputs of a request; what is left of its query is returned.

    Raises InvalidParameters for a value of the query that is no text.
    """
    raw: str = request.META.get("QUERY_STRING", "")
    if not varies:
        return raw
    left, query = _divide(raw, _names(varies, "query"), parameters)
    headers = {name.lower() for name in _names(varies, "header")}
    found = Inputs(
        query,
        {name: value for name in headers if (value := request.headers.get(name))},
        {
            name: value
            for name, value in request.COOKIES.items()
            if not {name, _ALL}.isdisjoint(_names(varies, "cookie"))
        },
    )
    setattr(request, _ATTRIBUTE, found)
    return left


def vary_of(varies: tuple[str, ...]) -> list[str]:
    """The names that a Vary header needs, so that caches on the way keep answers apart, too."""
    headers = sorted(name.lower() for name in _names(varies, "header"))
    if _ALL in headers:
        return ["*"]
    return headers + (["cookie"] if _names(varies, "cookie") else [])


def _names(varies: tuple[str, ...], source: str) -> frozenset[str]:
    pairs = [word.partition(":") for word in varies]
    return frozenset(name for kind, _, name in pairs if kind == source)


def _divide(
    raw: str, names: frozenset[str], parameters: Mapping[str, object]
) -> tuple[str, dict[str, str]]:
    """The query without the declared inputs, and these."""
    left: list[str] = []
    found: dict[str, str] = {}
    if len(raw) > _MAX_QUERY:
        return raw, found
    for pair in raw.split("&"):
        key, _, text = pair.partition("=")
        name = unquote_plus(key, errors="surrogateescape")
        is_input = name in names or (_ALL in names and name and name not in parameters)
        if not is_input or name in parameters:
            left.append(pair)
        elif name in found:
            raise InvalidParameters(f"input {name} is given more than once")
        else:
            found[name] = _read(name, unquote_plus(text, errors="surrogateescape"))
    return "&".join(left), found


def _read(name: str, text: str) -> str:
    try:
        return _VALUE.read(text)
    except ValueError:
        raise InvalidParameters(f"input {name!a:.80} must be {_VALUE.legal}") from None
