"""From a service's answer to an entry of the fragment cache, and from there to an outcome."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from fragment_contract import wire
from fragment_contract.manifest import Asset

from .asking import Ask
from .assets import NO_ASSETS, AssetLink, Assets
from .csp import NO_SOURCES, Sources
from .errors import MalformedResponse, UnusableAnswer
from .head import HeadBlock, split_head
from .light import light_dataclass
from .manifest import KnownManifest
from .markup import PLAIN_TAG, unfinished
from .outcome import Kind, Outcome, Via
from .passed import DEFAULT, cookie_name
from .policy import NO_STORE, parse_cache_control
from .slot import Slot
from .store import Entry, parse_tags
from .transport import FetchResponse
from .transport.html import html_or_raise

# Kept with the entry under a name no HTTP header can have, so that HTML from the cache comes
# with the assets of its own release, and what that asks of the page's policy, without any manifest.
_ASSETS: Final = ":assets"
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
# Such a stylesheet stands inside the podlet's own shadow root already.
_IN_SHADOW: Final = "shadow-dom"
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_LINK_PARAMETER = re.compile(r""";\s*([a-z*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,]+))""", re.IGNORECASE)


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
    scope: Literal["content", "fallback"],
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
    own = manifest_assets(known, scope) if known else NO_ASSETS
    asked = manifest_sources(known) if known else NO_SOURCES
    cookies = _cookies(response, slot) if slot is not None and slot.set_cookies else []
    assets = (*own, *_linked(response, known, scope)) if "link" in named else own
    headers = (*_kept_headers(response, slot), *cookies, (_ASSETS, _pack(assets, asked)))
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
    assets, asked = NO_ASSETS, NO_SOURCES
    for name, value in entry.headers:
        if name == _ASSETS:
            assets, asked = _unpack(value)
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
        assets=assets,
        asked=asked,
        headers=entry.headers,
        policy=entry.policy,
        fetched_at=entry.fetched_at,
        tags=entry.tags,
        nested=_NESTED in entry.headers,
    )


def is_nested(known: KnownManifest) -> bool:
    """Whether its fragment may hold others."""
    return known.manifest.fragment is not None and known.manifest.fragment.nested


@lru_cache(maxsize=512)
def manifest_assets(known: KnownManifest, scope: Literal["content", "fallback"]) -> Assets:
    """The assets of a manifest that content, or the fallback, needs."""
    css = [
        _link(asset, "css")
        for asset in known.css
        if asset.scope in {scope, "all"} and asset.strategy != _IN_SHADOW
    ]
    js = [
        _link(asset, "module" if asset.type == "module" or _hydrate(asset) else "js")
        for asset in known.js
        if asset.scope in {scope, "all"}
    ]
    return (*css, *js)


@lru_cache(maxsize=512)
def manifest_sources(known: KnownManifest) -> Sources:
    """What a manifest asks of the policy of its pages."""
    own = known.manifest.fragment
    return frozenset(own.csp) if own else NO_SOURCES


def _linked(
    response: FetchResponse, known: KnownManifest | None, scope: Literal["content", "fallback"]
) -> Assets:
    """The stylesheets and scripts of Link headers; other links are none of a page's business.

    A manifest says more about an asset than a header does, so what it names is not taken twice.
    """
    links = [value for name, value in response.headers if name == "link"]
    found: list[AssetLink] = []
    named = {asset.value for asset in (*known.css, *known.js)} if known else set()
    for url, rest in _LINK.findall(", ".join(links)):
        words = {
            name.lower(): quoted or bare for name, quoted, bare in _LINK_PARAMETER.findall(rest)
        }
        kind = _kind(words)
        resolved = known.resolve(url) if known else url
        is_wanted = words.get("scope", "all") in {scope, "all"} and resolved not in named
        if kind is None or not is_wanted or words.get("strategy") == _IN_SHADOW:
            continue
        # Podium writes a flag as "true".
        crossorigin = words.get("crossorigin")
        crossorigin = "anonymous" if crossorigin == "true" else crossorigin
        found.append(AssetLink(kind, resolved, words.get("integrity", ""), crossorigin))
    return tuple(found)


def _kind(words: Mapping[str, str]) -> Literal["css", "js", "module"] | None:
    """What a Link header announces; ``asset-type`` is how Podium says it."""
    is_module = words.get("type") in {"module", "esm"}
    match words.get("rel", "").lower(), words.get("as", "").lower(), words.get("asset-type", ""):
        case ("stylesheet", _, _) | ("preload", "style", _) | (_, _, "style"):
            return "css"
        case ("modulepreload", _, _):
            return "module"
        case ("preload", "script", _) | (_, _, "script"):
            return "module" if is_module else "js"
    return None


def _link(asset: Asset, kind: Literal["css", "js", "module"]) -> AssetLink:
    return AssetLink(
        kind,
        asset.value,
        integrity=asset.integrity,
        crossorigin=asset.crossorigin,
        fetchpriority=asset.fetchpriority or "",
        media=asset.media,
        referrerpolicy=asset.referrerpolicy,
        is_async=asset.async_,
        nomodule=asset.nomodule,
        hydrate="" if kind == "css" else _hydrate(asset),
    )


def _hydrate(asset: Asset) -> str:
    """What a script waits for; empty if for nothing. Podium's ``lazy`` is an import() later on."""
    if asset.hydrate is not None:
        return "" if asset.hydrate == "load" else asset.hydrate
    return "idle" if asset.strategy == "lazy" else ""


# The rest of a service's headers is between the service and the composer.
_KEPT_HEADERS: Final = frozenset({"location", "retry-after"}) | DEFAULT


def _kept_headers(response: FetchResponse, slot: Slot | None) -> list[tuple[str, str]]:
    """Those that a page may need. Some transports know no rules for values, so here is one."""
    own = slot.response_headers if slot is not None else ()
    named = _KEPT_HEADERS.union(own) if own else _KEPT_HEADERS
    found: dict[str, str] = {}
    for name, value in response.headers:
        if name in named and _VALUE.fullmatch(value):
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


@lru_cache(maxsize=512)
def _pack(assets: Assets, asked: Sources) -> str:
    packed = [[getattr(asset, name) for name in AssetLink.__slots__] for asset in assets]
    return json.dumps([packed, sorted(asked)])


@lru_cache(maxsize=512)
def _unpack(packed: str) -> tuple[Assets, Sources]:
    assets, asked = json.loads(packed)
    sources = frozenset([(directive, source) for directive, source in asked])
    return tuple([AssetLink(*values) for values in assets]), sources
