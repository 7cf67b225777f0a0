"""Follows the version of the page templates that is current, in a thread of its own.

No request waits for a storage. What was last understood stays: through an outage, when a version is
broken, and by a copy on this machine when a process starts meanwhile.
"""

import json
import logging
import random
import threading
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

from ..errors import TemplatesUnavailable
from ..registry.atomic import write_atomically
from .library import PageLibrary
from .reading import Problem
from .versions import POINTER, TemplateVersions, Version, hashes_of

logger = logging.getLogger(__name__)

_JITTER: Final = 0.25  # of the interval


class TemplateFollower:
    """Looks again at least every ``seconds``, earlier by chance, so that processes spread.

    ``copy`` is a file with the version last understood of what ``source`` names.
    """

    def __init__(
        self,
        library: PageLibrary,
        versions: TemplateVersions,
        *,
        source: str,
        copy: Path,
        seconds: float,
    ) -> None:
        self._library = library
        self._versions = versions
        self._source = source
        self._copy = copy
        self._seconds = seconds
        self._served: Version | None = None
        # Looked at and found broken: it will not mend itself.
        self._refused: tuple[str, tuple[Problem, ...]] = ("", ())
        self._tried = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="page-templates", daemon=True)

    def start(self, *, patience: float) -> None:
        """Begin; waits so many seconds for the first version."""
        self._read_copy()
        self._thread.start()
        self._tried.wait(patience)

    def close(self) -> None:
        """End the thread; a request that is under way ends within its own time limits."""
        self._ending.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self.look()
            except Exception as error:
                # Whatever it is: one that stops following is worse than one that is late.
                self._library.tell((Problem(POINTER, 1, str(error)),))
            self._tried.set()
            self._ending.wait(self._seconds * random.uniform(1 - _JITTER, 1))

    def look(self) -> None:
        """Take the version that is current, if it is another one. Raises TemplatesUnavailable."""
        pointer = self._versions.pointer()
        if pointer is None:
            raise TemplatesUnavailable("no version is published")
        if self._served is not None and pointer.version == self._served.name:
            self._library.tell(())
            return
        if pointer.version == self._refused[0]:
            self._library.tell(self._refused[1])
            return
        version = self._versions.load(pointer.version, self._served)
        problems = self._library.take_whole(version.files)
        if problems:
            notes = [Problem(f"{version.name}/{p.file}", p.line, p.message) for p in problems]
            self._refused = version.name, tuple(notes)
            self._library.tell(tuple(notes))
            return
        logger.info("page templates: version %s", version.name)
        self._served, self._refused = version, ("", ())
        self._write_copy(version)

    def _read_copy(self) -> None:
        try:
            document = json.loads(self._copy.read_bytes())
            if document["source"] != self._source:
                return
            files = {path: b64decode(data) for path, data in document["files"].items()}
            version = Version(document["version"], files, hashes_of(files))
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.error("page templates: the copy %s is of no use: %s", self._copy, error)
            return
        if not self._library.take_whole(version.files):
            self._served = version

    def _write_copy(self, version: Version) -> None:
        files = {path: b64encode(data).decode() for path, data in version.files.items()}
        document = {"source": self._source, "version": version.name, "files": files}
        try:
            write_atomically(self._copy, json.dumps(document))
        except OSError as error:
            logger.error("page templates: the copy %s cannot be written: %s", self._copy, error)
