"""From a service's answer to an entry of the fragment cache, and from there to an outcome."""

import re
from functools import lru_cache
from typing import Final

from fragment_contract import wire

from .asking import Ask
from .errors import MalformedResponse, UnusableAnswer
from .head import HeadBlock, split_head
from .light import light_dataclass
from .manifest import KnownManifest
from .markup import PLAIN_TAG, unfinished
from .needs import NOTHING, Needs, Scope, linked_assets, manifest_needs, pack, unpack
from .outcome import Kind, Outcome, Via
from .passed import DEFAULT, cookie_name
from .policy import NO_STORE, parse_cache_control
from .slot import Slot
from .store import Entry, parse_tags
from .transport import FetchResponse
from .transport.html import html_or_raise

# Kept with the entry under a name no HTTP header can have, so that HTML from the cache comes
# with the assets of its own release, and what that asks of the page's policy, without any manifest.
_NEEDS: Final = ":assets"
# And with HTML that holds slots, whether its manifest lets it.
_NESTED: Final = (":nested", "true")
_PLAIN_TAG: Final = f"<{PLAIN_TAG}".encode()
_OK: Final = 200
_EMPTY: Final = frozenset({204, 404, 410})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
# Each body is remembered beside its HTML: 512 times 128 KiB at most.
_MAX_REMEMBERED: Final = 65_536
# A header's value: no control characters, with which it could become two headers.
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]+")
_MAX_VALUE: Final = 4096
_LOCATION = re.compile(r"(?:https?://[^/\\]|/(?![/\\]))[\x21-\x7e]*")


@light_dataclass(frozen=True, slots=True)
class FragmentHtml:
    """The two parts of a fragment's body, and what is wrong with it, if anything is."""

    head: HeadBlock
    html: bytes
    problem: str


def read_html(body: bytes) -> FragmentHtml:
    """Split a body into head block and HTML. Remembered: services say the same many times."""
    return (_read_html if len(body) <= _MAX_REMEMBERED else _read_html.__wrapped__)(body)


@lru_cache(maxsize=512)
def _read_html(body: bytes) -> FragmentHtml:
    text = body.decode()
    head, rest = split_head(text)
    swallowed = unfinished(rest)
    html = body if rest is text else rest.encode()
    return FragmentHtml(head, html, f"{swallowed} never ends" if swallowed else "")


def to_entry(
    response: FetchResponse,
    known: KnownManifest | None,
    scope: Scope,
    *,
    started: float,
    slot: Slot | None = None,
) -> Entry:
    """Check an answer and make an entry of it. Raises FetchError if no page could use it.

    ``started`` is when the fetch began (epoch seconds). ``slot`` says which of its headers may
    pass on; an answer with a cookie that may is one visitor's, and used once.
    """
    status = response.status
    # Of several lines of one name the first one counts.
    named = dict(reversed(response.headers))
    body = b""
    if status == _OK:
        body = html_or_raise(response)
        if problem := read_html(body).problem:
            raise MalformedResponse(problem)
    elif status in _MOVED:
        location = named.get("location", "")
        if not _LOCATION.fullmatch(location):
            raise MalformedResponse(f"the Location {location!r:.200} is neither a path nor a URL")
    elif status not in _EMPTY:
        raise UnusableAnswer(status, f"the service answered {status}")
    needs = manifest_needs(known, scope) if known else NOTHING
    if "link" in named:
        needs = Needs(
            (*needs.assets, *linked_assets(response.headers, known, scope)), needs.sources
        )
    cookies = _cookies(response, slot) if slot is not None and slot.set_cookies else []
    wanted = _wanted_headers(slot)
    kept = [] if wanted.isdisjoint(named) else _kept_headers(response, wanted)
    headers = (*kept, *cookies, (_NEEDS, pack(needs)))
    if scope == "content" and known and is_nested(known) and _PLAIN_TAG in body.lower():
        headers = (*headers, _NESTED)
    policy = parse_cache_control(named.get("cache-control"), named.get("age"))
    # Whatever it says itself: what was told to one visitor is for nobody else.
    is_told = scope == "content" and known is not None and known.identity != "none"
    return Entry(
        status=status,
        body=body,
        headers=headers,
        version=named.get(wire.VERSION),
        policy=NO_STORE if cookies or is_told else policy,
        fetched_at=started,
        tags=parse_tags(named.get(wire.SURROGATE_KEY)),
    )


def to_outcome(
    ask: Ask,
    entry: Entry,
    kind: Kind,
    *,
    reason: str = "",
    via: Via = "",
    began: float = 0.0,
    ms: float = 0.0,
) -> Outcome:
    """What an entry means for a slot."""
    parts = read_html(entry.body)
    needs = NOTHING
    for name, value in entry.headers:
        if name == _NEEDS:
            needs = unpack(value)
    return Outcome(
        slot=ask.slot,
        kind=kind,
        reason=reason or ("" if entry.status == _OK else f"http-{entry.status}"),
        via=via,
        release=entry.version or ask.release.version,
        began_ms=began,
        ms=ms,
        status=entry.status,
        html=parts.html,
        head=parts.head,
        assets=needs.assets,
        asked=needs.sources,
        headers=entry.headers,
        policy=entry.policy,
        fetched_at=entry.fetched_at,
        tags=entry.tags,
        nested=_NESTED in entry.headers,
    )


def is_nested(known: KnownManifest) -> bool:
    """Whether its fragment may hold others."""
    return known.manifest.fragment is not None and known.manifest.fragment.nested


# The rest of a service's headers is between the service and the composer.
_KEPT_HEADERS: Final = frozenset({"location", "retry-after"}) | DEFAULT


def _wanted_headers(slot: Slot | None) -> frozenset[str]:
    own = slot.response_headers if slot is not None else ()
    return _KEPT_HEADERS.union(own) if own else _KEPT_HEADERS


def _kept_headers(response: FetchResponse, wanted: frozenset[str]) -> list[tuple[str, str]]:
    """Those that a page may need. Some transports know no rules for values, so here is one."""
    found: dict[str, str] = {}
    for name, value in response.headers:
        if name in wanted and _VALUE.fullmatch(value):
            # Several lines mean one list: RFC 9110, 5.3. Of a place there is one alone.
            is_more = name in found and name != "location"
            found[name] = f"{found[name]}, {value}" if is_more else found.get(name, value)
    return [(name, value) for name, value in found.items() if len(value) <= _MAX_VALUE]


def _cookies(response: FetchResponse, slot: Slot) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in response.headers
        if name == "set-cookie" and cookie_name(value) in slot.set_cookies
    ]
