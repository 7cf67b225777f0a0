"""A registry in a JSON file, read again when the file changes."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..errors import RegistryError
from ..release import Release
from .contents import Contents
from .schema import MAX_BYTES, parse_registry

_LOOK_EVERY: Final = 1.0  # seconds; a stat costs 2 µs, which a page of ten slots need not pay
_Signature = tuple[int, ...] | None


class FileRegistry:
    """Follows its file without a thread: a lookup looks at the file at most once a second.

    What cannot be understood is logged and listed in ``problems``, and what was last understood
    stays: the whole registry for a broken file, one fragment for a broken entry.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = Path(path)
        self._clock = clock
        self._contents = Contents(str(path))
        # Neither a file's signature nor that of a missing one, so that the first look reads.
        self._seen: _Signature = ()
        self._is_understood = False
        self._look_at = clock()
        self._look()

    @property
    def generation(self) -> int:
        """Grows whenever the contents change."""
        self._look()
        return self._contents.generation

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the file now, for a system check."""
        self._look()
        return self._contents.problems

    @property
    def as_of(self) -> float:
        """When the file was last found to say what is known (epoch seconds)."""
        self._look()
        return self._contents.as_of

    def fragments(self) -> tuple[str, ...]:
        """The names of all registered fragments, sorted."""
        self._look()
        return self._contents.fragments()

    def releases(self, fragment: str) -> tuple[Release, ...]:
        """The releases of a fragment, the default one first; raises UnknownFragment."""
        self._look()
        return self._contents.releases(fragment)

    def close(self) -> None:
        """Nothing runs in the background."""

    def _look(self) -> None:
        now = self._clock()
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_EVERY
        signature = self._signature()
        if signature == self._seen:
            if self._is_understood:
                self._contents.confirm()
            return
        # Taken before reading: a change in between is seen at the next look.
        self._seen = signature
        try:
            with self._path.open("rb") as file:
                registered = parse_registry(file.read(MAX_BYTES + 1))
        except (OSError, RegistryError) as error:
            self._is_understood = False
            self._contents.keep(error)
        else:
            self._is_understood = True
            self._contents.take(registered)

    def _signature(self) -> _Signature:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        # ctime too: a file that becomes readable keeps its mtime.
        return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino
