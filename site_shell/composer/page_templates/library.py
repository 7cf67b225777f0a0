"""The pages of now, out of a storage that is looked at again, or of whole versions that are taken.

What is wrong with them is logged and listed in ``problems``, and what was last understood stays.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.core.files.storage import Storage

from .config import FILE
from .page_set import PageSet
from .reading import Problem, read_set, texts_of

logger = logging.getLogger(__name__)

_LOOK_EVERY: Final = 1.0  # seconds; 20 templates take half a millisecond to look at


class PageLibrary:
    """Follows a storage without a thread: it is looked at every second at most."""

    def __init__(
        self, storage: Storage | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Without a storage it has what somebody else makes it take."""
        self._storage = storage
        self._clock = clock
        self._seen: object = None
        self._look_at = float("-inf")
        self._set = PageSet()
        self.problems: tuple[Problem, ...] = ()

    @property
    def is_versioned(self) -> bool:
        """Whether only whole versions are taken: then what is served is well, come what may."""
        return self._storage is None

    def current(self) -> PageSet:
        """The pages as they are now, as far as they can be understood."""
        if self._storage is not None and (now := self._clock()) >= self._look_at:
            self._look_at = now + _LOOK_EVERY
            self._look(self._storage)
        return self._set

    def take_whole(self, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
        """Have these pages and templates from now on, unless anything is wrong with them."""
        read, problems = read_set(texts_of(files), self._set)
        if not problems:
            self._set = read
            self.tell(())
        return problems

    def tell(self, problems: tuple[Problem, ...]) -> None:
        """Say what is wrong; in the log once."""
        is_new = problems != self.problems
        self.problems = problems
        for problem in problems if is_new else ():
            logger.error("%s:%d: %s", problem.file, problem.line, problem.message)

    def _look(self, storage: Storage) -> None:
        try:
            seen = {name: storage.get_modified_time(name) for name in _files(storage, "")}
            if seen == self._seen:
                return
            files = {name: _read_file(storage, name) for name in seen}
        except (OSError, ValueError) as error:
            # A file that vanished while we looked: the next look may see more.
            self.tell((Problem(str(error), 1, "the page templates cannot be read"),))
            return
        self._seen = seen
        self._set, problems = read_set(texts_of(files), self._set)
        self.tell(problems)


def read_folder(storage: Storage) -> dict[str, bytes]:
    """All pages and templates of a storage that holds one version. Raises OSError."""
    return {name: _read_file(storage, name) for name in _files(storage, "")}


def _read_file(storage: Storage, name: str) -> bytes:
    with storage.open(name, "rb") as file:
        data: bytes = file.read()
    return data


def _files(storage: Storage, folder: str) -> Iterator[str]:
    folders, files = storage.listdir(folder)
    for name in sorted(files):
        if name == FILE or name.endswith((".html", ".svg", ".txt")):
            yield f"{folder}{name}"
    for name in sorted(folders):
        if not name.startswith("."):
            yield from _files(storage, f"{folder}{name}/")
