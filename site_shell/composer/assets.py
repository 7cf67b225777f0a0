"""Stylesheets and scripts of fragments: collected, deduplicated, announced and written once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final, Literal
from urllib.parse import urlsplit

Kind = Literal["css", "js", "module"]

# Every announced asset is a request header more at each proxy on the way.
MAX_PRELOADS: Final = 16
# What may stand in a Link header as well as in an attribute.
_URL: Final = re.compile(r"[^\x00-\x20\x7f-\U0010ffff<>\"\\]+")
_INTEGRITY: Final = re.compile(r"(?:sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2} ?)*")
_CROSSORIGINS: Final = frozenset({None, "", "anonymous", "use-credentials"})


@dataclass(frozen=True, slots=True)
class AssetLink:
    """One stylesheet or script as a page refers to it: ``url`` is site-relative or absolute.

    ``hydrate`` says what a module waits for: ``idle``, ``visible``, ``interaction`` or ``media``.
    """

    kind: Kind
    url: str
    integrity: str = ""
    crossorigin: str | None = None
    fetchpriority: str = ""
    media: str = ""
    referrerpolicy: str = ""
    is_async: bool = False
    nomodule: bool = False
    hydrate: str = ""

    # Looked up several times for each page: what tells most assets apart is enough.
    def __hash__(self) -> int:
        return hash(self.url)

    def html(self) -> str:
        """The element. Scripts never block the parser: a module, ``async`` or ``defer``."""
        attributes: list[tuple[str, str | None]] = []
        if self.kind == "css":
            attributes += ("rel", "stylesheet"), ("href", self.url)
        else:
            attributes += ("src", self.url), ("type", "module" if self.kind == "module" else None)
        attributes += (
            ("integrity", self.integrity or None),
            ("crossorigin", self.crossorigin),
            ("fetchpriority", self.fetchpriority or None),
            ("media", self.media or None),
            ("referrerpolicy", self.referrerpolicy or None),
        )
        text = "".join(f' {k}="{escape(v)}"' for k, v in attributes if v is not None)
        if self.kind == "css":
            return f"<link{text}>"
        flags = [" async" if self.is_async else "", " nomodule" if self.nomodule else ""]
        flags.append(" defer" if self.kind == "js" and not self.is_async else "")
        return f"<script{text}{''.join(flags)}></script>"

    def waiting_html(self) -> str:
        """The element of a module that waits; static/composer/hydrate.js knows what to do."""
        attributes = (
            ("src", self.url),
            ("on", self.hydrate or "load"),
            ("integrity", self.integrity or None),
            ("crossorigin", self.crossorigin),
            ("media", self.media or None),
        )
        text = "".join(f' {k}="{escape(v)}"' for k, v in attributes if v is not None)
        return f"<fragment-module{text} hidden></fragment-module>"

    def preload(self) -> str:
        """The entry of a Link header that lets the browser fetch it before the HTML is read."""
        rel = "modulepreload" if self.kind == "module" else "preload"
        what = {"css": "; as=style", "js": "; as=script", "module": ""}[self.kind]
        integrity = f'; integrity="{self.integrity}"' if self.integrity else ""
        crossorigin = ""
        if self.crossorigin is not None:
            crossorigin = f"; crossorigin={self.crossorigin or 'anonymous'}"
        return f"<{self.url}>; rel={rel}{what}{integrity}{crossorigin}"


# Part of every cache key: in a rolling deployment two versions of the shell share one cache, and
# neither should stumble over assets that the other one packed.
LAYOUT: Final = " ".join((*AssetLink.__slots__, "csp"))

Assets = tuple[AssetLink, ...]
NO_ASSETS: Final[Assets] = ()


@dataclass(frozen=True, slots=True)
class LoadRules:
    """From where a page may load assets, and how.

    ``own`` is the site's origin, ``origins`` are all that are allowed: they are in its CSP, too.
    With ``integrity_required`` a file of another origin needs an integrity.
    """

    own: str = ""
    origins: frozenset[str] = frozenset()
    integrity_required: bool = False

    def is_unproven(self, asset: AssetLink) -> bool:
        """Whether a stranger could change what the page loads."""
        is_own = asset.url.startswith("/") or asset.url.startswith(f"{self.own}/")
        return not (asset.integrity or is_own)


class AssetCollector:
    """Hands out every asset of a page once, by its URL."""

    def __init__(self, rules: LoadRules) -> None:
        self._rules = rules
        self._seen: dict[str, AssetLink] = {}
        self.problems: list[str] = []

    def add(self, assets: Iterable[AssetLink]) -> Assets:
        """Those of the assets that the page does not have yet."""
        new = []
        for asset in assets:
            known = self._seen.get(asset.url)
            if known is None:
                self._seen[asset.url] = asset
                if self._is_usable(asset):
                    new.append(asset)
            elif known.integrity != asset.integrity:
                self.problems.append(f"two integrities for {asset.url}: the first one counts")
        return tuple(new)

    def usable(self, assets: Iterable[AssetLink]) -> Assets:
        """Those of the assets that a page may load, however often it has them."""
        return tuple([asset for asset in assets if self._is_usable(asset)])

    def _is_usable(self, asset: AssetLink) -> bool:
        if not is_allowed(asset.url, self._rules.origins):
            self.problems.append(f"{asset.url} is not of an allowed origin (ASSET_ORIGINS)")
            return False
        if self._rules.integrity_required and self._rules.is_unproven(asset):
            self.problems.append(f"{asset.url} has no integrity (SRI_REQUIRED)")
            return False
        if asset.crossorigin not in _CROSSORIGINS or not _INTEGRITY.fullmatch(asset.integrity):
            self.problems.append(f"{asset.url} has a malformed integrity or crossorigin")
            return False
        return True


@lru_cache(maxsize=1024)
def is_allowed(url: str, origins: frozenset[str]) -> bool:
    """Whether a page may load the URL: from the site itself, or from an allowed origin."""
    if not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return url.startswith("/")
    return parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" in origins


# Services name the same few assets in answer after answer.
@lru_cache(maxsize=1024)
def tags(assets: Assets) -> str:
    """The elements of the assets, stylesheets first."""
    ordered = sorted(assets, key=lambda asset: asset.kind != "css")
    return "".join([asset.html() for asset in ordered])


@lru_cache(maxsize=1024)
def link_header(assets: Assets) -> str:
    """The value of a Link header that announces the first of the assets; may be empty."""
    early = [asset for asset in assets if not asset.nomodule][:MAX_PRELOADS]
    return ", ".join([asset.preload() for asset in early])
