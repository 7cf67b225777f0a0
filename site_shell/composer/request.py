"""What a page may know of a browser's request; the same value from both faces."""

import random
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from .audience import EVERYBODY, Audience, cookie_value
from .light import light_dataclass
from .tracing import Span

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# The control characters have no place in a path or a value; a null byte least of all.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# What comes along when people copy: controls stand where a blank would, the others are not seen at
# all (soft hyphens, zero-width spaces, byte order marks) or turn the direction of what follows.
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
# What proxies, file systems and browsers read in different ways: dot segments, also with a
# parameter (/..;/), backslashes, and slashes that are written as if they were none.
_ODD_PATH = re.compile(r"\\|/\.{1,2}(?:[/;]|\Z)")
_HIDDEN_SLASH = re.compile(r"%(?:2f|5c)", re.IGNORECASE)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
MAX_PATH: Final = 2048


class BadRequest(ValueError):
    """The browser's request is malformed; the message is shown to the visitor."""


@light_dataclass(frozen=True, slots=True)
class PageRequest:
    """Method, raw path and raw query (both still percent-encoded), and headers in lower case.

    ``audience`` is what the composer makes of the cookies; a face leaves it as it is.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    audience: Audience = EVERYBODY

    @property
    def host(self) -> str:
        return self.headers.get("host", "")

    def cookie(self, name: str) -> str:
        """The value of a cookie, or the empty text."""
        return cookie_value(self.headers.get("cookie", ""), name)


@light_dataclass(frozen=True, slots=True)
class Trace:
    """How the lines of one request find each other, in this log and in those of the services."""

    request_id: str
    trace_id: str
    flags: str
    span: Span | None = None

    def traceparent(self) -> str:
        """A W3C traceparent for one request to a service: every one is a span of its own."""
        if self.span is not None:
            return self.span.traceparent()
        return f"00-{self.trace_id}-{_new_id()}-{self.flags}"


def trace_of(headers: Mapping[str, str]) -> Trace:
    """Take over the ids that came with a request if they are sane; make new ones otherwise."""
    found = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    trace_id, flags = (found[1], found[2]) if found else (_new_id(128), "01")
    return Trace(sane_request_id(headers.get("x-request-id")), trace_id, flags)


def sane_request_id(given: str | None) -> str:
    """The given id if it is 8 to 64 letters, digits and ``. _ -``; a new one otherwise."""
    return given if given and _REQUEST_ID.fullmatch(given) else _new_id()


def _new_id(bits: int = 64) -> str:
    # Unique, but nobody's secret: no system call for each.
    return f"{random.getrandbits(bits) or 1:0{bits // 4}x}"


@lru_cache(maxsize=1024)
def decode_path(raw: str) -> str:
    """The path as text. Raises BadRequest if it is malformed.

    >>> decode_path("/categories/l%C3%A1mparas/")
    '/categories/lámparas/'
    """
    if len(raw) > MAX_PATH:
        raise BadRequest(f"The address is longer than {MAX_PATH} characters.")
    path = _decode(raw, "The address")
    if _ODD_PATH.search(path) or _HIDDEN_SLASH.search(raw):
        raise BadRequest("The address has a dot segment, a backslash or an encoded slash in it.")
    return path


@lru_cache(maxsize=1024)
def encode_path(path: str) -> str:
    """The one way in which a path is written: ``page_path`` and redirects use it."""
    return quote(path, safe="/~!$&'()*+,;=:@-._")


def last_values(
    raw: str,
    names: frozenset[str],
    many: frozenset[str] = frozenset(),
    typed: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """The values of these names in a raw query; of duplicates the last one.

    Those of ``many`` may come several times, as ticked boxes of a form do: joined by commas.
    Those of ``typed`` are what people typed or pasted, so nothing is wrong with them: see
    as_typed.

    Other names are ignored, however malformed they are: they are somebody else's. Raises
    BadRequest if one of these values is malformed.
    """
    found: dict[str, str] = {}
    for pair in raw.split("&"):
        key, _, value = pair.partition("=")
        name = key if key in names else unquote_to_bytes(key).decode("utf-8", "replace")
        if name in names:
            plain = value.replace("+", " ")
            if name in typed:
                found[name] = as_typed(plain)
                continue
            text = _decode(plain, f"The value of {name}")
            if name in many and found.get(name):
                text = f"{found[name]},{text}"
            found[name] = text
    return found


def every_value(raw: str) -> dict[str, str]:
    """All values of a raw query; of duplicates the last one. What is malformed is left out."""
    found: dict[str, str] = {}
    for pair in raw.split("&"):
        key, _, value = pair.partition("=")
        try:
            name = _decode(key.replace("+", " "), "A name")
            found[name] = _decode(value.replace("+", " "), "A value")
        except BadRequest:
            continue
    return found


def as_typed(raw: str) -> str:
    """The words of a percent-encoded text, with one blank between two of them.

    >>> as_typed("%09blue%0A  vase 100%"), as_typed("va%C2%ADse"), as_typed("%FF")
    ('blue vase 100%', 'vase', '\ufffd')
    """
    text = unquote_to_bytes(raw.encode("latin-1", "replace")).decode("utf-8", "replace")
    return " ".join(_UNSEEN.sub("", _BLANK.sub(" ", text)).split())


def _decode(raw: str, what: str) -> str:
    if _BAD_ESCAPE.search(raw):
        raise BadRequest(f"{what} has a percent sign that is not followed by two hex digits.")
    try:
        text = unquote_to_bytes(raw.encode("latin-1", "replace")).decode()
    except UnicodeDecodeError:
        raise BadRequest(f"{what} is not UTF-8.") from None
    if _CONTROL.search(text):
        raise BadRequest(f"{what} has a control character in it.")
    return text


def negotiate(accept_language: str, locales: tuple[str, ...]) -> str:
    """The site's locale that suits an Accept-Language header best; the first one if none does.

    >>> negotiate("de-CH, en;q=0.5", ("en", "de"))
    'de'
    """
    best, best_quality = locales[0], 0.0
    for part in accept_language.lower().split(",") if len(locales) > 1 else ():
        language, _, parameter = part.strip().partition(";")
        quality = _quality(parameter)
        if quality <= best_quality:
            continue
        for locale in locales:
            if language == locale.lower() or language.split("-")[0] == locale.lower():
                best, best_quality = locale, quality
                break
    return best


def _quality(parameter: str) -> float:
    match = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", parameter)
    return float(match[1]) if match else (0.0 if parameter else 1.0)
