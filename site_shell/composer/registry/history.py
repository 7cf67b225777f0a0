"""The last changes to a fragment: who, when and what. Kept with its entry, so that every backend
has them, and everybody who reads the registry.

They stand under ``extras.history`` of the first release in the list, whichever that is.
"""

import copy
from typing import Any, Final

from .editing import Edit, Entry
from .notes import FIELD, Note, history

__all__ = ["MAX_NOTES", "Note", "history", "noted", "without_history", "without_oldest"]

MAX_NOTES: Final = 10
_MAX_TEXT: Final = 80


def noted(edit: Edit, note: Note) -> Edit:
    """The same edit, which leaves a note if it changes anything."""

    def edit_and_note(entry: Entry | None) -> Entry | None:
        if entry is None:
            after = edit(None)
            return after and _with(after, [note])
        notes, bare = history(entry), without_history(entry)
        # Compared with a copy: an edit changes what it is given.
        after = edit(without_history(entry))
        if after is None or after == bare:
            return entry if after is not None else None
        return _with(after, [*notes, note][-MAX_NOTES:])

    return edit_and_note


def without_history(entry: Entry) -> Entry:
    """A copy of an entry as it is without notes."""
    return [_bare(release) for release in entry]


def without_oldest(entry: Entry) -> Entry | None:
    """The entry with one note less, for a store that has no room for all; None without notes."""
    notes = history(entry)
    return _with(without_history(entry), notes[1:]) if notes else None


def _bare(release: dict[str, Any]) -> dict[str, Any]:
    copied = copy.deepcopy(release)
    extras = copied.get("extras")
    if isinstance(extras, dict) and extras.pop(FIELD, None) is not None and not extras:
        del copied["extras"]
    return copied


def _with(entry: Entry, notes: list[Note]) -> Entry:
    if notes and entry:
        texts = [
            {name: value[:_MAX_TEXT] for name, value in note._asdict().items()} for note in notes
        ]
        entry[0].setdefault("extras", {})[FIELD] = texts
    return entry
