"""Page templates by version, in any storage: a folder or S3.

    current                      {"version": "20261121T140512Z-1f9a03c2", "previous": "..."}
    versions/<version>.json      {"files": {"pages.toml": "<sha256>", ...}, "published": "..."}
    versions/<version>/...       the files

A version never changes. Its index is written after its files and the pointer after the index, so
whoever follows the pointer sees one whole version, and never a mix of two.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from ..errors import TemplatesUnavailable

POINTER: Final = "current"
_FOLDER: Final = "versions"
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PATH: Final = re.compile(r"(?!/)(?!.*(?:^|/)\.)[\x21-\x7e]{1,200}")
_MAX_BYTES: Final = 16 * 1024 * 1024

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Version:
    """A whole version. ``hashes`` are those of its files (SHA-256, in hex), by path."""

    name: str
    files: Files = field(repr=False)
    hashes: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which version is served, and which was before it."""

    version: str
    previous: str = ""


class TemplateVersions:
    """The versions in a storage. Whatever a storage throws is a TemplatesUnavailable."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def pointer(self) -> Pointer | None:
        """Which version is current; None before the first is published."""
        if not self._try(POINTER, lambda: self._storage.exists(POINTER)):
            return None
        document = _document(POINTER, self._read(POINTER))
        version, previous = document.get("version"), document.get("previous", "")
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            raise TemplatesUnavailable(f"{POINTER} names no version: {version!r:.100}")
        return Pointer(version, previous if isinstance(previous, str) else "")

    def names(self) -> list[str]:
        """All versions that are complete, the oldest first as far as their names tell."""
        _, files = self._try(_FOLDER, lambda: self._storage.listdir(_FOLDER))
        return sorted(name.removesuffix(".json") for name in files if name.endswith(".json"))

    def load(self, name: str, known: Version | None = None) -> Version:
        """A whole version; what is the same as in the one already known is not read again."""
        hashes = self._index(name)
        held = {known.hashes[path]: known.files[path] for path in known.files} if known else {}

        def one(path: str) -> bytes:
            wanted = hashes[path]
            data = held.get(wanted)
            if data is None:
                data = self._read(f"{_FOLDER}/{name}/{path}")
            if hashlib.sha256(data).hexdigest() != wanted:
                raise TemplatesUnavailable(f"{path} of {name} is not what was published")
            return data

        files = {path: one(path) for path in hashes}
        return Version(name, files, hashes)

    def add(self, files: Files, *, now: datetime | None = None) -> str:
        """Write a new version, which nobody serves yet; returns its name."""
        hashes = hashes_of(files)
        digest = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:8]
        published = now or datetime.now(UTC)
        name = f"{published:%Y%m%dT%H%M%SZ}-{digest}"
        for path, data in files.items():
            self._write(f"{_FOLDER}/{name}/{path}", data)
        index = {"files": hashes, "published": published.isoformat(timespec="seconds")}
        self._write(f"{_FOLDER}/{name}.json", json.dumps(index, indent=1).encode())
        return name

    def use(self, name: str) -> Pointer:
        """Let everybody serve a version; returns what was served before. The last step."""
        former = self.pointer() or Pointer("")
        if not name or former.version != name:
            self.load(name)
            document = {"version": name, "previous": former.version}
            self._write(POINTER, json.dumps(document).encode())
        return former

    def _index(self, name: str) -> dict[str, str]:
        if not _VERSION.fullmatch(name):
            raise TemplatesUnavailable(f"{name!r:.100} is no version")
        path = f"{_FOLDER}/{name}.json"
        if not self._try(path, lambda: self._storage.exists(path)):
            raise TemplatesUnavailable(f"there is no version {name!r}")
        files = _document(path, self._read(path)).get("files")
        if not isinstance(files, dict) or not all(
            isinstance(sha, str) and _PATH.fullmatch(file) for file, sha in files.items()
        ):
            raise TemplatesUnavailable(f"{path} lists no files")
        return files

    def _read(self, path: str) -> bytes:
        def read() -> bytes:
            with self._storage.open(path, "rb") as file:
                data: bytes = file.read(_MAX_BYTES + 1)
            return data

        data: bytes = self._try(path, read)
        if len(data) > _MAX_BYTES:
            raise TemplatesUnavailable(f"{path} has more than {_MAX_BYTES} bytes")
        return data

    def _write(self, path: str, data: bytes) -> None:
        saved = self._try(path, lambda: self._storage.save(path, ContentFile(data)))
        if saved != path:
            raise TemplatesUnavailable(f"{path} was there already and may not be overwritten")

    def _try(self, path: str, act: Callable[[], Any]) -> Any:
        try:
            return act()
        # The storage's library, its HTTP client and the file system each have their own errors.
        except Exception as error:
            raise TemplatesUnavailable(f"{path}: {type(error).__name__}: {error}") from error


def hashes_of(files: Files) -> dict[str, str]:
    """SHA-256 of files, in hex, by path. Raises TemplatesUnavailable for a path of no template."""
    for path in files:
        if not _PATH.fullmatch(path):
            raise TemplatesUnavailable(f"{path!r:.200} is no name for a template")
    return {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}


def _document(path: str, data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise TemplatesUnavailable(f"{path} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise TemplatesUnavailable(f"{path} is no JSON object")
    return document
