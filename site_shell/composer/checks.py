"""System checks: what is wrong with templates, pages.toml, registry and cache, before a visitor
finds out. docs/shell-operators/checks.md lists the ids."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.core import checks
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Error, register
from django.template import TemplateDoesNotExist, Variable
from django.template.base import FilterExpression, Template
from django.template.library import SimpleNode

from .conf import runtime
from .configuration import settings
from .errors import SlotError
from .markup import line_of
from .page import plain_tags
from .page_templates.config import FILE
from .page_templates.facts import facts_of
from .page_templates.page_set import PageSet
from .page_templates.reading import Problem
from .reserved import reserved_prefix
from .slot import Slot, make_slot, slot_from_tag
from .templatetags.composer import fragment

_TEMPLATE_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
# Stands for what is only known when the template is rendered.
_DYNAMIC: Final = "\ue002"
_OPTIONS_HINT: Final = "docs/shell-operators/slots.md lists the options and their values."

Found = tuple[str, int, Slot | SlotError]


@register()
def check_pages(**kwargs: Any) -> list[CheckMessage]:
    """pages.toml and page templates can be understood, and name templates that exist."""
    library = runtime().library
    return page_messages(library.current(), library.problems)


def page_messages(pages: PageSet, problems: Sequence[Problem]) -> list[CheckMessage]:
    """What is wrong with these pages, and ``problems``, which were found by reading them."""
    messages: list[CheckMessage] = []
    for problem in problems:
        is_config = problem.file == FILE
        hint = "docs/shell-operators/pages.md describes the file." if is_config else None
        where = f"{problem.file}:{problem.line}: {problem.message}"
        messages.append(Error(where, hint=hint, id=f"composer.E00{1 if is_config else 2}"))
    for page in pages.pages:
        if not _exists(pages, page.template):
            text = f"{FILE}:{page.line}: page {page.name!r} has no template {page.template!r}"
            hint = f"Templates are looked for in {settings.PAGE_TEMPLATES}."
            messages.append(Error(text, hint=hint, id="composer.E004"))
    return messages


@register()
def check_slots(**kwargs: Any) -> list[CheckMessage]:
    """Every ``{% fragment %}`` and ``<micro-frontend>`` can be understood."""
    parts = runtime()
    return slot_messages(parts.library.current(), parts.registry.fragments())


def slot_messages(pages: PageSet, known: Sequence[str]) -> list[CheckMessage]:
    """What is wrong with the slots of these pages; ``known`` are the registered fragments."""
    messages: list[CheckMessage] = []
    for name, line, slot in found_slots(pages):
        if isinstance(slot, SlotError):
            text = f"{name}:{line}: {slot}"
            messages.append(Error(text, hint=_OPTIONS_HINT, id="composer.E003"))
            continue
        for what, template in (("fallback", slot.fallback), ("skeleton", slot.arrival.skeleton)):
            if template and not _exists(pages, template):
                text = f"{name}:{line}: there is no {what} template {template!r}"
                messages.append(Error(text, id="composer.E005"))
        if known and slot.fragment not in known:
            text = f"{name}:{line}: no fragment {slot.fragment!r} is registered"
            hint = f"Registered are {', '.join(known)}."
            messages.append(checks.Warning(text, hint=hint, id="composer.W001"))
    return messages


@register()
def check_inline_blocks(**kwargs: Any) -> list[CheckMessage]:
    """Every inline script and style of a template can be hashed for the page's policy."""
    pages = runtime().library.current()
    hint = "Move the values into data attributes, and the code into a file."
    return [
        checks.Warning(f"{name}: {problem}", hint=hint, id="composer.W004")
        for name, source in pages.sources.items()
        for problem in facts_of(source).problems
    ]


@register()
def check_reserved_routes(**kwargs: Any) -> list[CheckMessage]:
    """No page is where the shell itself answers: nobody would ever see it."""
    messages: list[CheckMessage] = []
    for page in runtime().library.current().pages:
        for route in page.routes:
            if (taken := reserved_prefix(f"/{route}")) is not None:
                text = f"{FILE}:{page.line}: route {route!r} of page {page.name!r} is below {taken}"
                hint = "The shell answers there itself; choose another path."
                messages.append(Error(text, hint=hint, id="composer.E006"))
    return messages


@register()
def check_registry(**kwargs: Any) -> list[CheckMessage]:
    """The registry can be read. A warning: services may be registered after the shell starts."""
    hint = "FRAGMENT_REGISTRY says where it is; docs/shell-operators/registry.md describes it."
    problems = runtime().registry.problems
    return [checks.Warning(problem, hint=hint, id="composer.W003") for problem in problems]


@register(deploy=True)
def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """A site that says nothing about itself would tell services that it is somebody's laptop."""
    if settings.defines("SITE_ORIGIN"):
        return []
    hint = "SITE_ORIGIN = 'https://www.example.com' in settings.py; docs/elsewhere.md lists all."
    text = f"SITE_ORIGIN is not set: services are told {settings.SITE_ORIGIN}"
    return [checks.Warning(text, hint=hint, id="composer.W041")]


@register()
def check_credentials(**kwargs: Any) -> list[CheckMessage]:
    """What releases refer to is there. A warning: others than this process may have it."""
    parts = runtime()
    hint = "docs/shell-operators/transports.md describes credentials and references."
    releases = [
        release
        for name in parts.registry.fragments()
        for release in parts.registry.releases(name)
        if release.credentials != "None"
    ]
    problems = filter(None, map(parts.transport.credentials_problem, releases))
    return [checks.Warning(problem, hint=hint, id="composer.W040") for problem in problems]


@register()
def check_cache(**kwargs: Any) -> list[CheckMessage]:
    """Several workers that do not share a cache do not share purges either."""
    workers = os.environ.get("WEB_CONCURRENCY", "1")
    if not isinstance(caches["default"], LocMemCache) or workers in {"", "0", "1"}:
        return []
    text = f"{workers} workers, and each has a fragment cache of its own"
    hint = "A purge reaches only one of them. Set CACHE_URL to a redis:// address."
    return [checks.Warning(text, hint=hint, id="composer.W002")]


def slots_of(pages: PageSet, name: str) -> list[Slot | SlotError]:
    """The slots that a template itself asks for, as far as they can be known now."""
    return [slot for template, _, slot in found_slots(pages) if template == name]


def _exists(pages: PageSet, name: str) -> bool:
    try:
        pages.template(name)
    except TemplateDoesNotExist:
        return False
    return True


def found_slots(pages: PageSet) -> Iterator[Found]:
    """Every slot of the templates with file and line, or what is wrong with it."""
    for name, source in pages.sources.items():
        for line, slot in _tag_slots(pages.template(name)):
            yield name, line, slot
        for line, slot in _plain_slots(source):
            yield name, line, slot


def _tag_slots(template: Template) -> Iterator[tuple[int, Slot | SlotError]]:
    for node in template.nodelist.get_nodes_by_type(SimpleNode):
        if isinstance(node, SimpleNode) and node.func is fragment:
            line = node.token.lineno if node.token and node.token.lineno else 1
            name = _constant(node.args[0]) if node.args else None
            given = {key: _constant(value) for key, value in node.kwargs.items()}
            if name != _DYNAMIC:
                yield line, _try(name, _without_dynamic(given))


def _plain_slots(source: str) -> Iterator[tuple[int, Slot | SlotError]]:
    masked = _TEMPLATE_TAG.sub(lambda tag: re.sub(".", _DYNAMIC, tag[0]), source)
    for token, _ in plain_tags(masked):
        attributes = token.attributes
        attributes.pop("/", None)
        if _DYNAMIC in attributes.get("src", ""):
            continue
        given = {
            name: _DYNAMIC if _DYNAMIC in value else value
            for name, value in attributes.items()
            if _DYNAMIC not in name
        }
        line = line_of(source, token.start)
        try:
            slot = slot_from_tag({k: str(v) for k, v in _without_dynamic(given).items()})
        except SlotError as error:
            yield line, error
        else:
            yield line, slot


def _try(name: object, attributes: Mapping[str, object]) -> Slot | SlotError:
    try:
        return make_slot(name, attributes)
    except SlotError as error:
        return error


def _without_dynamic(given: Mapping[str, object]) -> dict[str, object]:
    """What can be judged now: an option that is computed is judged when it is there."""
    return {name: value for name, value in given.items() if value != _DYNAMIC}


def _constant(expression: FilterExpression) -> object:
    """The value of an expression that has one before any template is rendered."""
    if expression.filters:
        return _DYNAMIC
    if not isinstance(expression.var, Variable):
        return expression.var
    names = {"True": True, "False": False, "None": None}
    if expression.token in names:
        return names[expression.token]
    return _DYNAMIC if expression.var.literal is None else expression.var.literal
