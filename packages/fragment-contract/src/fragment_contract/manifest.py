"""The manifest: what a fragment says about itself, as frozen types and as JSON.

The JSON follows Podium's manifest schema (`@podium/schemas` 5), so that a Podium layout can read
it; what Podium does not know is under the one key ``fragment``, which Podium ignores. No Django.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from . import _manifest_reader
from .csp import MAX_SOURCES, NO_CSP, Csp, as_dict
from .errors import InvalidManifest

Identity = Literal["none", "optional", "required"]
FetchPriority = Literal["high", "low", "auto"]
Strategy = Literal["lazy", "beforeInteractive", "afterInteractive", "shadow-dom"]
Hydrate = Literal["load", "idle", "visible", "interaction", "media"]
Scope = Literal["content", "fallback", "all"]

MAX_BYTES: Final = 262_144
# What an action takes unless it declares otherwise: a form, of at most so many bytes.
ACTION_BYTES: Final = 1_048_576
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
# Podium layouts refuse a whole manifest with more proxy entries than this.
MAX_PROXIES: Final = 4
NO_PARAMETERS: Final[Mapping[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": [],
    "properties": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A stylesheet or a script, with the fields that Podium gives them.

    ``value`` is an absolute URL, or a path: site-relative for our own fragments, relative to
    the base URL for a foreign podlet. ``type`` is ``default`` or ``module`` for scripts and
    ``text/css`` for stylesheets (a Podium layout writes it into the link element as it is).
    ``hydrate`` says when a module loads; a Podium layout does not know it and reads ``strategy``.
    """

    value: str
    type: str
    integrity: str = ""
    crossorigin: str | None = None
    fetchpriority: FetchPriority | None = None
    strategy: Strategy | None = None
    hydrate: Hydrate | None = None
    scope: Scope = "all"
    media: str = ""
    referrerpolicy: str = ""
    async_: bool = False
    defer: bool = False
    nomodule: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The JSON object; fields that say nothing are left out."""
        fields = {
            "value": self.value,
            "type": self.type,
            "integrity": self.integrity or None,
            "crossorigin": self.crossorigin,
            "fetchpriority": self.fetchpriority,
            "strategy": self.strategy,
            "hydrate": self.hydrate,
            "scope": None if self.scope == "all" else self.scope,
            "media": self.media or None,
            "referrerpolicy": self.referrerpolicy or None,
            "async": self.async_ or None,
            "defer": self.defer or None,
            "nomodule": self.nomodule or None,
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A path that a Podium layout makes public. Ours are the first actions.

    A foreign podlet's ``target`` may be an absolute URL; a composer that fetches only what its
    registry names does not follow it.
    """

    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something a browser may send to the fragment's service, through the composer.

    ``target`` is a path to append to the fragment's base URL. ``identity`` says whether the service
    wants to know who sends it; in the JSON it is left out where it is the fragment's. ``max_bytes``
    bounds the body, and ``accepts`` names the media types that it may be of, ``image/*`` for all
    images.
    """

    name: str
    target: str
    methods: tuple[str, ...] = ("POST",)
    identity: Identity = "none"
    max_bytes: int = ACTION_BYTES
    accepts: tuple[str, ...] = FORM_TYPES

    def takes(self, content_type: str) -> bool:
        """Whether a body of that Content-Type may be sent.

        >>> Action("add", "/actions/add").takes("multipart/form-data; boundary=x")
        True
        """
        media_type = content_type.partition(";")[0].strip().lower()
        return media_type in self.accepts or f"{media_type.partition('/')[0]}/*" in self.accepts


@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentInfo:
    """What our fragments declare beyond Podium: the manifest's key ``fragment``."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: NO_PARAMETERS)
    identity: Identity = "none"
    varies: tuple[str, ...] = ()
    nested: bool = False
    events: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    csp: Csp = NO_CSP

    def as_dict(self) -> dict[str, Any]:
        # Left out where nothing is asked for: a field that is new must not change the digest
        # of manifests that do not use it.
        asked = {"csp": as_dict(self.csp)} if self.csp else {}
        return {
            "name": self.name,
            "parameters": dict(self.parameters),
            "identity": self.identity,
            "varies": list(self.varies),
            "nested": self.nested,
            "events": list(self.events),
            "actions": [self._action_as_dict(action) for action in self.actions],
            **asked,
        }

    def _action_as_dict(self, action: Action) -> dict[str, Any]:
        # What is as usual is left out here, too.
        own: dict[str, Any] = {}
        if action.identity != self.identity:
            own["identity"] = action.identity
        if action.max_bytes != ACTION_BYTES:
            own["max_bytes"] = action.max_bytes
        if action.accepts != FORM_TYPES:
            own["accepts"] = list(action.accepts)
        fixed = {"name": action.name, "target": action.target, "methods": list(action.methods)}
        return {**fixed, **own}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One version of a fragment.

    ``content`` and ``fallback`` begin with a slash and are appended to the fragment's base URL
    (``fallback`` is empty where there is none). ``fragment`` is None for a foreign podlet.
    """

    name: str
    version: str
    content: str = "/"
    fallback: str = ""
    css: tuple[Asset, ...] = ()
    js: tuple[Asset, ...] = ()
    proxy: tuple[Proxy, ...] = ()
    fragment: FragmentInfo | None = None

    def action(self, name: str) -> Action | None:
        """The declared action of that name, or None."""
        actions = self.fragment.actions if self.fragment else ()
        return next((action for action in actions if action.name == name), None)

    def as_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "name": self.name,
            "version": self.version,
            "content": self.content,
            "fallback": self.fallback,
            "css": [asset.as_dict() for asset in self.css],
            "js": [asset.as_dict() for asset in self.js],
            "proxy": [{"name": proxy.name, "target": proxy.target} for proxy in self.proxy],
        }
        if self.fragment:
            document["fragment"] = self.fragment.as_dict()
        return document

    def to_json(self) -> bytes:
        """The manifest as it travels; ``parse_manifest`` gives the same manifest back."""
        return json.dumps(self.as_dict(), ensure_ascii=False).encode()


def podium_name(fragment: str) -> str:
    """The name under which Podium knows a fragment.

    >>> podium_name("reviews/list")
    'reviews-list'
    """
    return fragment.replace("/", "-")


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest. Raises InvalidManifest, which names the field and the value.

    Unknown keys are ignored, so that a newer service can talk to an older composer.
    """
    if len(data) > MAX_BYTES:
        raise InvalidManifest("manifest", f"at most {MAX_BYTES} bytes", len(data))
    document = _manifest_reader.load(data)
    fragment = _read_fragment(document)
    manifest = Manifest(
        name=document.text("name", pattern=_manifest_reader.PODIUM_NAME, maximum=100),
        version=document.text("version", maximum=256),
        content=document.path("content"),
        fallback=document.path("fallback", default=""),
        css=tuple(_read_asset(item, "text/css") for item in document.items("css", maximum=50)),
        js=tuple(_read_asset(item, "default") for item in document.items("js", maximum=50)),
        proxy=tuple(
            Proxy(name, target) for name, target in document.proxies("proxy", maximum=MAX_PROXIES)
        ),
        fragment=fragment,
    )
    if fragment and manifest.name != podium_name(fragment.name):
        rule = f"must be fragment.name with a dash for the slash, {podium_name(fragment.name)!r}"
        raise InvalidManifest("name", rule, manifest.name)
    return manifest


def _read_asset(item: _manifest_reader.Reader, default_type: str) -> Asset:
    kind = item.text("type", default=default_type, maximum=100)
    hydrate = item.choice("hydrate", Hydrate, default=None)
    if hydrate and kind not in {"module", "esm"}:
        raise item.refuse("hydrate", "only a script of type module can have it", kind)
    asset = Asset(
        value=item.url("value"),
        # Podium knows two words for it.
        type="module" if kind == "esm" else kind,
        integrity=item.text("integrity", default="", pattern=_manifest_reader.INTEGRITY),
        crossorigin=item.crossorigin("crossorigin"),
        fetchpriority=item.choice("fetchpriority", FetchPriority, default=None),
        strategy=item.choice("strategy", Strategy, default=None),
        hydrate=hydrate,
        scope=item.choice("scope", Scope, default="all") or "all",
        media=item.text("media", default="", maximum=200),
        referrerpolicy=item.text("referrerpolicy", default="", maximum=100),
        async_=item.flag("async"),
        defer=item.flag("defer"),
        nomodule=item.flag("nomodule"),
    )
    if hydrate == "media" and not asset.media:
        raise item.refuse("hydrate", "needs the field media as well", "media")
    return asset


def _read_fragment(document: _manifest_reader.Reader) -> FragmentInfo | None:
    own = document.child("fragment")
    if own is None:
        return None
    identity: Identity = own.choice("identity", Identity, default="none") or "none"
    return FragmentInfo(
        name=own.text("name", pattern=_manifest_reader.FRAGMENT_NAME, maximum=100),
        parameters=own.parameters("parameters", default=NO_PARAMETERS),
        identity=identity,
        varies=own.words("varies", pattern=_manifest_reader.INPUT, maximum=50),
        nested=own.flag("nested"),
        events=own.words("events", pattern=_manifest_reader.EVENT, maximum=50),
        actions=tuple(
            Action(
                name=item.text("name", pattern=_manifest_reader.ACTION_NAME),
                target=item.path("target"),
                methods=item.methods("methods"),
                identity=item.choice("identity", Identity, default=identity),
                max_bytes=item.size("max_bytes", default=ACTION_BYTES),
                accepts=item.media_types("accepts", default=FORM_TYPES),
            )
            for item in own.items("actions", maximum=50)
        ),
        csp=own.csp("csp", maximum=MAX_SOURCES),
    )
