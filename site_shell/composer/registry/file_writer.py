"""Changes a registry file."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ..errors import RegistryError
from .atomic import write_atomically
from .editing import Edit, edited
from .schema import parse_registry, read_json
from .writing import Change

_SCHEMA: Final = (
    "https://raw.githubusercontent.com/awslabs/frontend-discovery/main/schema/v1-pre.json"
)


class FileWriter:
    """Writers take turns by a lock on a file beside the registry, which itself is replaced.

    Who writes without the lock, an editor for one, is noticed until the moment of replacing.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def read(self) -> Mapping[str, Any]:
        """The entries by fragment, as they are registered, wrong ones too."""
        fragments: Mapping[str, Any] = _document(self._bytes())["microFrontends"]
        return fragments

    def change(self, fragment: str, edit: Edit) -> Change:
        """Apply an edit to what is registered at that moment."""
        with self._turn():
            while True:
                data = self._bytes()
                document = _document(data)
                fragments = document["microFrontends"]
                before = fragments.get(fragment)
                after = edited(fragment, before, edit)
                if after == before:
                    return Change(before, after)
                if after is None:
                    del fragments[fragment]
                else:
                    fragments[fragment] = after
                if self._bytes() == data:
                    write_atomically(self._path, json.dumps(document, indent=2) + "\n")
                    return Change(before, after)

    def _bytes(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise RegistryError(f"{self._path}: {error}") from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        lock = self._path.with_name(f".{self._path.name}.lock")
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            # Left in place: who deletes a lock's file lets two writers hold two locks.
            with lock.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise RegistryError(f"{self._path}: {error}") from error


def _document(data: bytes) -> dict[str, Any]:
    """What a file says; one that is not there or empty is the beginning of a registry."""
    if not data:
        return {"schema": _SCHEMA, "microFrontends": {}}
    parse_registry(data)
    document: dict[str, Any] = read_json(data)
    return document
