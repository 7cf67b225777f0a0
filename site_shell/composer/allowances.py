"""What a slot lets pass between the browser and a fragment, by name: the words of its attributes.

Requests: ``passthrough="query:page header:x-country cookie:theme"``. Responses:
``response_headers="x-robots-tag"`` and ``set_cookies="session-hint"``.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from fragment_contract import wire

from .errors import SlotError

Source = Literal["query", "header", "cookie"]

# As a name: everything of that source.
ALL: Final = "*"
# The one podium- header of which a visitor's request decides. It has three values.
DEVICE_TYPE: Final = wire.DEVICE_TYPE
_DEVICE_HINTS: Final = ("user-agent", "sec-ch-ua-mobile")
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SOURCES: Final[tuple[Source, ...]] = get_args(Source)
# More names are a mistake, and each is looked for in every request.
_MAX_NAMES: Final = 50

# The composer itself writes these headers, or they describe one connection only.
_NEVER_ASKED: Final = frozenset(
    {
        *("host", "connection", "content-length", "content-type", "cookie", "keep-alive"),
        *("te", "trailer", "transfer-encoding", "upgrade", "expect", "http2-settings"),
        *("accept-encoding", "accept-language", "x-request-id", "traceparent", "tracestate"),
        *("range", "if-none-match", "if-match", "if-modified-since", "if-unmodified-since"),
        *("if-range", "fragment-deadline-ms"),
    }
)
_NEVER_ASKED_PREFIXES: Final = ("podium-", "sec-", "proxy-")
# With "header:all" these stay behind: they are who the visitor is, not what he wants.
_ONLY_BY_NAME: Final = frozenset({"authorization"})

# A page's connection, framing, caching, security and cookies are the shell's.
_NEVER_ANSWERED: Final = frozenset(
    {
        *("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "via"),
        *("content-length", "content-type", "content-encoding", "content-range", "accept-ranges"),
        *("cache-control", "age", "expires", "pragma", "vary", "etag", "last-modified", "date"),
        *("warning", "cdn-cache-control", "cache-tag", "edge-control", "cache-status"),
        *("strict-transport-security", "x-frame-options", "x-content-type-options", "x-powered-by"),
        *("referrer-policy", "permissions-policy", "feature-policy", "x-xss-protection"),
        *("public-key-pins", "expect-ct", "report-to", "reporting-endpoints", "nel"),
        *("clear-site-data", "origin-agent-cluster", "document-policy", "timing-allow-origin"),
        *("www-authenticate", "authorization", "authentication-info", "set-cookie", "set-cookie2"),
        *("location", "refresh", "link", "server", "server-timing", "alt-svc", "sourcemap"),
        *("service-worker-allowed", "x-request-id", "x-sendfile", "x-accel-buffering"),
        *("podlet-version", "host", "cookie", "retry-after", "speculation-rules"),
    }
)
_NEVER_ANSWERED_PREFIXES: Final = (
    *("content-security-policy", "cross-origin-", "access-control-", "proxy-", "surrogate-"),
    *("x-accel-", "hx-", "podium-", "sec-", "x-amz-", "x-lambda-"),
)


@dataclass(frozen=True, slots=True)
class Passthrough:
    """Something of the browser's request that a fragment may see, and is cached by."""

    source: Source
    name: str

    @property
    def varies(self) -> tuple[str, ...]:
        """The request headers on which a page depends that lets this pass."""
        if self.source == "query":
            return ()
        if self.source == "cookie":
            return ("cookie",)
        return _DEVICE_HINTS if self.name == DEVICE_TYPE else (self.name,)


def read_passthrough(value: object) -> tuple[Passthrough, ...]:
    """Read the attribute ``passthrough``. Raises SlotError.

    >>> read_passthrough("query:page, header:X-Country")
    (Passthrough(source='query', name='page'), Passthrough(source='header', name='x-country'))
    """
    found: dict[Passthrough, None] = {}
    for word in _words("passthrough", value):
        source, _, name = word.partition(":")
        if word == "all":
            found.update(dict.fromkeys(Passthrough(each, ALL) for each in _SOURCES))
            continue
        kind = next((each for each in _SOURCES if each == source), None)
        if kind is None:
            legal = ", ".join(_SOURCES)
            raise SlotError(f"passthrough={source!r} must be one of {legal}, or all")
        if not _TOKEN.fullmatch(name):
            raise SlotError(f"passthrough={word!r} must be written like query:page")
        name = ALL if name == "all" else name
        if kind == "header":
            name = name.lower()
            if name != ALL and not may_be_asked(name):
                raise SlotError(f"passthrough={word!r}: this header is never passed on")
        found[Passthrough(kind, name)] = None
    return tuple(found)


def read_response_headers(value: object) -> tuple[str, ...]:
    """Read names of response headers that may become the page's. Raises SlotError.

    >>> read_response_headers("X-Shelf, X-Aisle")
    ('x-aisle', 'x-shelf')
    """
    names = {word.lower() for word in _words("response_headers", value)}
    for name in sorted(names):
        if not _TOKEN.fullmatch(name) or ALL in name:
            raise SlotError(f"response_headers={name!r} is no name of a header")
        if name in _NEVER_ANSWERED or name.startswith(_NEVER_ANSWERED_PREFIXES):
            raise SlotError(f"response_headers={name!r}: this header is the page's own")
    return tuple(sorted(names))


def read_cookie_names(value: object) -> tuple[str, ...]:
    """Read names of cookies that a fragment may set. Raises SlotError."""
    names = set(_words("set_cookies", value))
    for name in sorted(names):
        if not _TOKEN.fullmatch(name) or name in {ALL, "all"}:
            raise SlotError(f"set_cookies={name!r} is no name of a cookie")
    return tuple(sorted(names))


def may_be_asked(header: str, *, by_name: bool = True) -> bool:
    """Whether a request header (in lower case) may pass to a fragment at all."""
    if header == DEVICE_TYPE:
        return by_name
    if header in _NEVER_ASKED or header.startswith(_NEVER_ASKED_PREFIXES):
        return False
    return by_name or header not in _ONLY_BY_NAME


def _words(attribute: str, value: object) -> list[str]:
    words = str(value or "").replace(",", " ").split()
    if len(words) > _MAX_NAMES:
        raise SlotError(f"{attribute} has {len(words)} names, more than {_MAX_NAMES}")
    return words
