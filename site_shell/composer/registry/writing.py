"""Who changes a registry, so that of two changes at a time neither is lost."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from .editing import Edit, Entry


class Change(NamedTuple):
    """What an edit came to; both are equal if there was nothing to do."""

    before: Entry | None
    after: Entry | None


class RegistryWriter(Protocol):
    """Reads from the source itself, never from a copy. Blocks, and raises RegistryError."""

    def read(self) -> Mapping[str, Any]:
        """The entries by fragment, as they are registered, wrong ones too."""

    def change(self, fragment: str, edit: Edit) -> Change:
        """Apply an edit to what is registered at that moment."""
