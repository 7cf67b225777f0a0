"""Changes to the registry from the desk: looked at first, then made under a name."""

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from ..composer.errors import RegistryError
from ..composer.registry.editing import (
    Edit,
    Entry,
    clear_halt,
    edited,
    kill,
    promote,
    rollback,
)
from ..composer.registry.history import Note, noted, without_history
from ..composer.registry.writing import RegistryWriter

Action = Literal["promote", "rollback", "kill", "clear-halt"]
ACTIONS: Final = get_args(Action)
CHANGED_MEANWHILE: Final = (
    "Somebody has changed this fragment since you looked at it. Nothing was written; "
    "look again, and decide again."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a change would do. ``seen`` stands for what it was decided on."""

    seen: str
    difference: list[tuple[Literal["same", "added", "removed"], str]]


def edit_of(action: Action, version: str) -> Edit:
    """The edit that an action means."""
    match action:
        case "promote":
            return promote(version, now=datetime.now(UTC).isoformat(timespec="microseconds"))
        case "rollback":
            return rollback()
        case "kill":
            return kill(version)
        case "clear-halt":
            return clear_halt(version)


def propose(writer: RegistryWriter, fragment: str, edit: Edit) -> Proposal:
    """Look at a change without making it. Raises RegistryError."""
    before = writer.read().get(fragment)
    return Proposal(_digest(before), _difference(before, edited(fragment, before, edit)))


def change(
    writer: RegistryWriter, fragment: str, edit: Edit, *, seen: str, who: str, what: str
) -> None:
    """Make a change, if the entry is still the one that was looked at, and note who made it.

    Raises RegistryError.
    """
    note = Note(datetime.now(UTC).isoformat(timespec="seconds"), who, what)

    def careful(entry: Entry | None) -> Entry | None:
        if _digest(entry) != seen:
            raise RegistryError(CHANGED_MEANWHILE)
        return noted(edit, note)(entry)

    writer.change(fragment, careful)


def _digest(entry: Entry | None) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _difference(
    before: Entry | None, after: Entry | None
) -> list[tuple[Literal["same", "added", "removed"], str]]:
    old, new = (
        [] if entry is None else json.dumps(without_history(entry), indent=2).splitlines()
        for entry in (before, after)
    )
    words: Mapping[str, Literal["same", "added", "removed"]] = {"+": "added", "-": "removed"}
    lines = [line for line in difflib.ndiff(old, new) if not line.startswith("?")]
    return [(words.get(line[0], "same"), line) for line in lines]
