"""What an entry tells of its last changes."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

FIELD: Final = "history"


class Note(NamedTuple):
    """One change. ``when`` is an ISO 8601 time."""

    when: str
    who: str
    what: str


def history(entry: Any) -> list[Note]:
    """The notes of an entry, the oldest first; what is no note is left out."""
    releases = entry if isinstance(entry, list) else []
    return sorted(note for release in releases for note in _notes(release))


def _notes(release: Any) -> Iterator[Note]:
    extras = release.get("extras") if isinstance(release, dict) else None
    notes = extras.get(FIELD) if isinstance(extras, dict) else None
    for note in notes if isinstance(notes, list) else ():
        if isinstance(note, dict) and all(isinstance(note.get(f), str) for f in Note._fields):
            yield Note(note["when"], note["who"], note["what"])
