"""What a fragment's HTML needs beside itself: stylesheets, scripts, and leave for them to load."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from fragment_contract.manifest import Asset

from .assets import NO_ASSETS, AssetLink, Assets
from .csp import NO_SOURCES, Sources
from .manifest import KnownManifest

Scope: TypeAlias = Literal["content", "fallback"]

# Such a stylesheet stands inside the podlet's own shadow root already.
_IN_SHADOW: Final = "shadow-dom"
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_LINK_PARAMETER = re.compile(r""";\s*([a-z*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,]+))""", re.IGNORECASE)


class Needs(NamedTuple):
    """Assets, and what they ask of the Content-Security-Policy of their page."""

    assets: Assets
    sources: Sources


NOTHING: Final = Needs(NO_ASSETS, NO_SOURCES)


@lru_cache(maxsize=512)
def manifest_needs(known: KnownManifest, scope: Scope) -> Needs:
    """What content, or the fallback, needs as its manifest has it."""
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
    own = known.manifest.fragment
    return Needs((*css, *js), frozenset(own.csp) if own else NO_SOURCES)


def linked_assets(
    headers: Iterable[tuple[str, str]], known: KnownManifest | None, scope: Scope
) -> Assets:
    """The stylesheets and scripts of Link headers; other links are none of a page's business.

    A manifest says more about an asset than a header does, so what it names is not taken twice.
    """
    links = [value for name, value in headers if name == "link"]
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


@lru_cache(maxsize=512)
def pack(needs: Needs) -> str:
    """The same as text, to be kept with the HTML."""
    packed = [[getattr(asset, name) for name in AssetLink.__slots__] for asset in needs.assets]
    return json.dumps([packed, sorted(needs.sources)])


@lru_cache(maxsize=512)
def unpack(packed: str) -> Needs:
    """What ``pack`` made a text of."""
    assets, sources = json.loads(packed)
    asked = frozenset([(directive, source) for directive, source in sources])
    return Needs(tuple([AssetLink(*values) for values in assets]), asked)
