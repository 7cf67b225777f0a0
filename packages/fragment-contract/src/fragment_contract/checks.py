"""System checks of the fragments that a project serves."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from .assets import Css, Js
from .errors import ContractError
from .fragments import Fragment
from .identity import SETTINGS as IDENTITY_SETTINGS
from .project import setting


@register(Tags.urls)
def check_fragments(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """Assets and fallback templates of every fragment that has a URL."""
    messages: list[CheckMessage] = []
    for fragment in dict.fromkeys(_served(get_resolver().url_patterns)):
        messages += _check_assets(fragment)
        messages += _check_fallback(fragment)
        messages += _check_identity(fragment)
    return messages


def _check_assets(fragment: Fragment) -> Iterator[CheckMessage]:
    declared: tuple[Css | Js, ...] = (*fragment.css, *fragment.js)
    for asset in declared:
        try:
            asset.resolve()
        except ContractError as error:
            yield Error(
                f"{fragment.name}: {error}",
                hint="Correct the path in @fragment, or run collectstatic.",
                obj=fragment.name,
                id="fragment_contract.E001",
            )


def _check_fallback(fragment: Fragment) -> Iterator[CheckMessage]:
    if not fragment.fallback:
        return
    try:
        get_template(fragment.fallback)
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        yield Error(
            f"{fragment.name}: fallback template {fragment.fallback!r} cannot be used: {error}",
            hint="It is rendered without parameters, and kept by composers for bad times.",
            obj=fragment.name,
            id="fragment_contract.E002",
        )


def _check_identity(fragment: Fragment) -> Iterator[CheckMessage]:
    asked = {fragment.identity, *(action.identity for action, _ in fragment.actions.values())}
    missing = [name for name in IDENTITY_SETTINGS if not setting(name)]
    if asked != {"none"} and missing:
        yield Error(
            f"{fragment.name} wants to know who is asking, but {', '.join(missing)} is not set",
            hint="They say whose context tokens count, and for which service they must be.",
            obj=fragment.name,
            id="fragment_contract.E003",
        )


def _served(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[Fragment]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _served(pattern.url_patterns)
        else:
            fragment = getattr(pattern.callback, "fragment", None)
            if isinstance(fragment, Fragment):
                yield fragment
