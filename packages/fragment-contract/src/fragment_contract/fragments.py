"""``@fragment``: a Django view and all that its manifest says about it."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any, Final, TypeVar, get_args

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from . import wire
from ._manifest_reader import ACTION_METHODS, ACTION_NAME, EVENT, FRAGMENT_NAME, INPUT, MEDIA_TYPE
from .assets import Css, Js, asset_origin, static_storage
from .caching import Cache, check_tags
from .csp import NO_CSP, Csp, csp_of
from .errors import InvalidDeclaration
from .manifest import (
    ACTION_BYTES,
    FORM_TYPES,
    MAX_PROXIES,
    Action,
    FragmentInfo,
    Identity,
    Manifest,
    Proxy,
    podium_name,
)
from .parameters import Parameters, Text

View = Callable[..., HttpResponseBase]
_AnyView = TypeVar("_AnyView", bound=View)

# A version travels in a header; the part after "+" is ours.
_VERSION: Final = re.compile(r"[0-9A-Za-z.-]{1,64}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Fragment:
    """A declared fragment. Calling it calls the view, as if it were not decorated."""

    name: str
    version: str
    view: View
    parameters: Parameters
    cache: Cache
    tags: tuple[str, ...] = ()
    css: tuple[Css, ...] = ()
    js: tuple[Js, ...] = ()
    fallback: str | None = None
    identity: Identity = "none"
    varies: tuple[str, ...] = ()
    nested: bool = False
    events: tuple[str, ...] = ()
    csp: Csp = NO_CSP
    actions: dict[str, tuple[Action, View]] = field(default_factory=dict)
    _known: dict[Any, Manifest] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        _check_words(self)
        _check_inputs(self)
        _check_tag_templates(self)

    def __call__(self, request: HttpRequest, **parameters: Any) -> HttpResponseBase:
        return self.view(request, **parameters)

    @property
    def short_name(self) -> str:
        """The part of the name after the slash, under which the fragment is served."""
        return self.name.partition("/")[2]

    @property
    def base_path(self) -> str:
        """Where ``fragment_urls`` puts the fragment: the path of the registry's URL."""
        return f"/fragments/{self.short_name}"

    def action(
        self,
        name: str,
        *,
        methods: tuple[str, ...] = ("POST",),
        identity: Identity | None = None,
        max_bytes: int = ACTION_BYTES,
        accepts: tuple[str, ...] = FORM_TYPES,
    ) -> Callable[[_AnyView], _AnyView]:
        """Declare a view that the browser reaches through the composer's gateway.

        ``identity`` is the fragment's unless it is given: a form that is the same for everybody
        may have an action that needs to know who sends it. ``max_bytes`` bounds the body: more
        than a form needs, for uploads. ``accepts`` names the media types of bodies, by default
        those of forms; ``image/*`` is all images.
        """
        asked = self.identity if identity is None else identity
        _check_identity(self.name, asked)
        if name == wire.ADOPT and asked != "required":
            raise InvalidDeclaration(
                f"{self.name}: action {name} takes over what an anonymous visitor had, so its "
                f"identity is 'required', not {asked!r}"
            )
        if name == wire.FORGET and asked != "required":
            raise InvalidDeclaration(
                f"{self.name}: action {name} deletes what a shopper had, so its identity is "
                f"'required', not {asked!r}"
            )
        if name == wire.UNUSED and asked != "required":
            raise InvalidDeclaration(
                f"{self.name}: action {name} says what a shopper has, so its identity is "
                f"'required', not {asked!r}"
            )
        if not ACTION_NAME.fullmatch(name) or name in self.actions:
            rule = f"must match {ACTION_NAME.pattern} and be declared once"
            raise InvalidDeclaration(f"{self.name}: an action's name {rule}, not {name!r}")
        if not methods or not set(methods) <= set(ACTION_METHODS):
            legal = ", ".join(ACTION_METHODS)
            raise InvalidDeclaration(
                f"{self.name}: methods of action {name} are some of {legal}, not {methods!r}"
            )

        _check_body(f"{self.name}: {{}} of action {name}", max_bytes, accepts)

        def declare(view: _AnyView) -> _AnyView:
            target = f"{wire.ACTION_PREFIX}{name}"
            action = Action(
                name, target, tuple(methods), asked, max_bytes=max_bytes, accepts=tuple(accepts)
            )
            self.actions[name] = (action, view)
            return view

        return declare

    def tags_for(self, parameters: Mapping[str, Any]) -> tuple[str, ...]:
        """The declared tags, with the parameters of one request filled in."""
        return check_tags(tag.format_map(parameters) for tag in self.tags)

    def manifest(self) -> Manifest:
        """The manifest as it is served now. Raises UnknownAsset for a missing file.

        Its version is the declared one, a plus sign and a digest of the manifest, so that a
        stylesheet that changed without a new version is still a new version to composers.
        """
        # A service without assets need not have set up static files.
        storage = static_storage() if self.css or self.js else None
        key = (storage, asset_origin(), len(self.actions))
        if settings.DEBUG or key not in self._known:
            bare = self._bare_manifest()
            digest = hashlib.sha256(bare.to_json()).hexdigest()[:8]
            self._known[key] = replace(bare, version=f"{self.version}+{digest}")
        return self._known[key]

    def _bare_manifest(self) -> Manifest:
        actions = tuple(action for action, _ in self.actions.values())
        return Manifest(
            name=podium_name(self.name),
            version=self.version,
            content="/",
            fallback="/fallback" if self.fallback else "",
            css=tuple(css.resolve() for css in self.css),
            js=tuple(js.resolve() for js in self.js),
            proxy=tuple(Proxy(action.name, action.target) for action in actions[:MAX_PROXIES]),
            fragment=FragmentInfo(
                name=self.name,
                parameters=self.parameters.schema(),
                identity=self.identity,
                varies=self.varies,
                nested=self.nested,
                events=self.events,
                actions=actions,
                csp=self.csp,
            ),
        )


def fragment(
    name: str,
    *,
    version: str,
    # No default: how old a fragment may be is a question for whoever writes it.
    cache: Cache,
    tags: tuple[str, ...] = (),
    css: tuple[Css, ...] = (),
    js: tuple[Js, ...] = (),
    fallback: str | None = None,
    identity: Identity = "none",
    varies: tuple[str, ...] = (),
    nested: bool = False,
    events: tuple[str, ...] = (),
    csp: Mapping[str, Iterable[str]] | None = None,
) -> Callable[[View], Fragment]:
    """Make a fragment of a view whose keyword-only arguments are the fragment's parameters.

    ``tags`` are surrogate keys, formatted with the parameters: ``"reviews:{product}"``.
    ``fallback`` is a template, rendered without parameters, that composers keep for bad times.
    ``varies`` names inputs beyond the parameters, for ``inputs(request)``: ``"header:x-currency"``.
    ``identity`` says whether the view wants to know who is asking, as ``visitor(request)`` tells.
    ``nested`` says that the HTML may hold slots of its own, ``events`` names the custom events
    that it may dispatch.
    ``csp`` asks for sources of other origins: ``{"img-src": ["https://images.example"]}``; the
    page's operator allows or refuses them.
    """
    try:
        sources = csp_of(csp or {})
    except ValueError as error:
        raise InvalidDeclaration(f"{name}: {error}") from error

    def declare(view: View) -> Fragment:
        return Fragment(
            name=name,
            version=version,
            view=view,
            parameters=Parameters.of(view),
            cache=cache,
            tags=tags,
            css=css,
            js=js,
            fallback=fallback,
            identity=identity,
            varies=varies,
            nested=nested,
            events=events,
            csp=sources,
        )

    return declare


def _check_words(declared: Fragment) -> None:
    _check_identity(declared.name, declared.identity)
    if declared.identity != "none" and declared.cache.scope == "public":
        raise InvalidDeclaration(
            f"{declared.name}: a fragment with identity {declared.identity!r} must not be in a "
            f"shared cache: use Cache.private() or Cache.no_store()"
        )
    for what, pattern, words in (
        ("name", FRAGMENT_NAME, (declared.name,)),
        ("version", _VERSION, (declared.version,)),
        ("events", EVENT, declared.events),
        ("varies", INPUT, declared.varies),
    ):
        for word in words:
            if not pattern.fullmatch(word):
                raise InvalidDeclaration(
                    f"{declared.name}: {what} must match {pattern.pattern}, not {word!r}"
                )


def _check_identity(fragment: str, identity: str) -> None:
    legal = get_args(Identity)
    if identity not in legal:
        raise InvalidDeclaration(
            f"{fragment}: identity is one of {', '.join(legal)}, not {identity!r}"
        )


def _check_body(what: str, max_bytes: int, accepts: tuple[str, ...]) -> None:
    if max_bytes < 1:
        rule = "is a number of bytes"
        raise InvalidDeclaration(f"{what.format('max_bytes')} {rule}, not {max_bytes!r}")
    for kind in accepts or ("",):
        if not MEDIA_TYPE.fullmatch(kind):
            rule = f"must match {MEDIA_TYPE.pattern}"
            raise InvalidDeclaration(f"{what.format('accepts')} {rule}, not {kind!r}")


def _check_inputs(declared: Fragment) -> None:
    for word in declared.varies:
        source, _, name = word.partition(":")
        if source == "query" and name in declared.parameters.rules:
            raise InvalidDeclaration(
                f"{declared.name}: varies names {word}, which is a parameter already"
            )


def _check_tag_templates(declared: Fragment) -> None:
    """A tag with a parameter that may hold anything would fail on some request."""
    rules = declared.parameters.rules
    for tag in declared.tags:
        names = [name for _, name, _, _ in Formatter().parse(tag) if name is not None]
        check_tags([re.sub(r"\{\w*\}", "", tag) or "-"])
        for name in names:
            rule = rules.get(name)
            if rule is None or (isinstance(rule, Text) and rule.pattern is None):
                raise InvalidDeclaration(
                    f"{declared.name}: tag {tag!r} needs a parameter {name!r} that is a number, "
                    f"a Literal, or a Text with a pattern"
                )
