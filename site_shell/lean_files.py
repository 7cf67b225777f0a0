"""Our own stylesheets and scripts as browsers get them: joined, without comments and blanks.

Sources stay as they are written. A stylesheet that consists of ``@import "part.css";``, or a
script of ``import "./part.js";``, becomes one file with its parts, when static files are collected;
browsers understand the source, too, so nothing has to be built before it can be looked at.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

import rcssmin
import rjsmin
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What shoppers get of us. Packages bring files that are small already, and services their own.
_OURS: Final = ("site_shell/", "composer/delivery.", "composer/hydrate.")
_COMMENT: Final = {
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"^\s*//.*$", re.MULTILINE),
}
_IMPORT: Final = {
    ".css": re.compile(r'^\s*@import "([\w-]+\.css)";', re.MULTILINE),
    ".js": re.compile(r'^\s*import "\./([\w-]+\.js)";', re.MULTILINE),
}
_IMPORTS: Final = re.compile(r"""^\s*(?:@import|import\b\s*[\w"'{*])""", re.MULTILINE)

Read = Callable[[str], str]


def is_ours(name: str) -> bool:
    return name.startswith(_OURS) and name.endswith((".css", ".js"))


def lean(name: str, read: Read) -> str:
    """The text of a static file as browsers get it; ``read`` gives the source of a name."""
    texts = [read(part) for part in parts(name, read)] or [read(name)]
    if name.endswith(".css"):
        return str(rcssmin.cssmin("".join(texts)))
    # As modules, parts had their names for themselves.
    joined = texts[0] if len(texts) == 1 else "".join(f"{{{text}\n}}\n" for text in texts)
    return str(rjsmin.jsmin(joined))


def parts(name: str, read: Read) -> list[str]:
    """The names of the files that a file is joined from; none where it is whole."""
    kind = PurePosixPath(name).suffix
    text = _COMMENT[kind].sub("", read(name))
    if not _IMPORTS.search(text):
        return []
    if _IMPORT[kind].sub("", text).strip():
        word = '@import "part.css";' if kind == ".css" else 'import "./part.js";'
        raise ImproperlyConfigured(
            f"{name}: a file that imports holds nothing but {word} of parts that lie beside it"
        )
    # Beside it, so that the addresses in a part lead from there to the same place.
    names = [str(PurePosixPath(name).with_name(part)) for part in _IMPORT[kind].findall(text)]
    for part in names:
        if parts(part, read):
            raise ImproperlyConfigured(f"{name}: its part {part} imports in turn")
    return names


def sources(name: str) -> list[Path]:
    """The files that a static file is made from, where they were written."""

    def read(name: str) -> str:
        found = finders.find(name)
        return Path(found).read_text("utf-8") if isinstance(found, str) else ""

    made_of = [name, *(parts(name, read) if is_ours(name) else ())]
    found = [finders.find(one) for one in made_of]
    return [Path(path) for path in found if isinstance(path, str)]


class LeanStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's, which hashes and compresses, after our own files have been made lean."""

    def post_process(
        self, paths: Mapping[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if dry_run:
            return

        def read(name: str) -> str:
            if name not in paths:
                raise ImproperlyConfigured(f"{name} is imported, and there is no such static file")
            storage, path = paths[name]
            with storage.open(path) as file:
                return bytes(file.read()).decode()

        # From the sources, always: a part may have changed where its whole did not.
        ours = {name: lean(name, read) for name in paths if is_ours(name)}
        for name, text in ours.items():
            self.delete(name)
            self._save(name, ContentFile(text.encode()))
        yield from super().post_process({**paths, **{name: (self, name) for name in ours}})
