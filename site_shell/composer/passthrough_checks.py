"""Checks of what slots let pass: that it is not everything, that it is nobody's secret, and that
fragments and pages mean the same by it."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from django.core import checks
from django.core.checks import CheckMessage, Error, register
from fragment_contract.manifest import FragmentInfo

from . import bridge
from .allowances import ALL, Passthrough
from .checks import Found, found_slots
from .conf import Runtime, runtime
from .errors import ComposerError, SlotError
from .slot import Slot

_SECONDS: Final = 2.0
_ALL_HINT: Final = (
    "Every visitor's values then make entries of their own in the fragment cache, and a page that "
    "passes all headers or cookies is never shared. Name what the fragment needs."
)
_DECLARE_HINT: Final = "A fragment names its inputs in varies: docs/fragment-teams/wire-contract.md"


@register()
def check_passthrough(**kwargs: Any) -> list[CheckMessage]:
    """No slot lets everything pass unknowingly, or a cookie of the shell."""
    parts = runtime()
    own = parts.site.own_cookies
    messages: list[CheckMessage] = []
    for where, slot in _sound(found_slots(parts.library.current())):
        wide = ", ".join(f"{item.source}:all" for item in slot.passthrough if item.name == ALL)
        if wide:
            text = f"{where}: {slot.fragment} is passed {wide}"
            messages.append(checks.Warning(text, hint=_ALL_HINT, id="composer.W020"))
        passed = {item.name for item in slot.passthrough if item.source == "cookie"}
        for name in sorted(own & (passed | {*slot.set_cookies})):
            text = f"{where}: the cookie {name!r} is the shell's own and never passes"
            messages.append(Error(text, id="composer.E020"))
    return messages


@register(deploy=True)
def check_declared_inputs(**kwargs: Any) -> list[CheckMessage]:
    """Slots pass what manifests declare, and the other way round; of services that answer."""
    parts = runtime()
    slots = list(_sound(found_slots(parts.library.current())))
    fragments = sorted({slot.fragment for _, slot in slots})
    declared = dict(bridge.run(_manifests(parts, fragments)))
    messages: list[CheckMessage] = []
    for where, slot in slots:
        info = declared.get(slot.fragment)
        for word in undeclared(slot, info) if info else ():
            text = f"{where}: {slot.fragment} is passed {word}, which its manifest does not declare"
            messages.append(checks.Warning(text, hint=_DECLARE_HINT, id="composer.W021"))
    for fragment, info in declared.items():
        for word in unpassed([slot for _, slot in slots if slot.fragment == fragment], info):
            text = f"{fragment} declares {word} in varies, but no slot passes it"
            hint = f'passthrough="{word}" in a slot lets it pass.'
            messages.append(checks.Warning(text, hint=hint, id="composer.W022"))
    return messages


def undeclared(slot: Slot, info: FragmentInfo) -> list[str]:
    """What a slot passes although the fragment asks for nothing of the kind."""
    parameters = info.parameters.get("properties", {})
    known = {
        # Names of headers have no case.
        *(word.lower() if word.startswith("header:") else word for word in info.varies),
        *(f"{source}:{ALL}" for source in ("query", "header", "cookie")),
        *(f"query:{name}" for name in parameters),
    }
    wide = {word.partition(":")[0] for word in info.varies if word.endswith(":all")}
    return [
        f"{item.source}:{item.name}"
        for item in slot.passthrough
        if f"{item.source}:{item.name}" not in known and item.source not in wide
    ]


def unpassed(slots: list[Slot], info: FragmentInfo) -> list[str]:
    """What a fragment asks for although none of its slots passes it."""
    passed = {item for slot in slots for item in slot.passthrough}
    return [word for word in info.varies if not _passes(passed, word)]


def _passes(passed: set[Passthrough], word: str) -> bool:
    source, _, name = word.partition(":")
    name = name.lower() if source == "header" else name
    return any(item.source == source and item.name in {name, ALL} for item in passed)


def _sound(found: Iterator[Found]) -> Iterator[tuple[str, Slot]]:
    for name, line, slot in found:
        if not isinstance(slot, SlotError):
            yield f"{name}:{line}", slot


async def _manifests(parts: Runtime, fragments: list[str]) -> list[tuple[str, FragmentInfo]]:
    found = await asyncio.gather(*[_manifest(parts, name) for name in fragments])
    return [(name, info) for name, info in zip(fragments, found, strict=True) if info]


async def _manifest(parts: Runtime, fragment: str) -> FragmentInfo | None:
    """What a fragment declares; None for a foreign podlet and while its service is away."""
    try:
        releases = parts.registry.releases(fragment)
        release = next((each for each in releases if each.default), releases[0])
        known = await parts.manifests.get(release, timeout=_SECONDS)
    except ComposerError:
        return None
    return known.manifest.fragment
