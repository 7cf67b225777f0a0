"""What `make run` prints: every line with the name of the process it came from."""

import io
import os
import sys
from collections.abc import Mapping
from typing import Final, TextIO

# Cyan, magenta, yellow, green, blue: red is kept for what went wrong.
COLOURS: Final = ("36", "35", "33", "32", "34")
RED: Final = "31"
BOLD: Final = "1"


def wants_colour(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """A terminal gets colours unless NO_COLOR is set; a pipe gets none unless FORCE_COLOR is."""
    if environ.get("NO_COLOR"):
        return False
    return bool(environ.get("FORCE_COLOR")) or stream.isatty()


class Log:
    """Writes whole lines, so that processes never write into each other's."""

    def __init__(self, stream: TextIO = sys.stdout, *, colour: bool | None = None) -> None:
        self._stream = stream
        self._colour = wants_colour(stream) if colour is None else colour
        self._names: list[str] = []

    def line(self, name: str, text: str) -> None:
        """A line of a process."""
        if name not in self._names:
            self._names.append(name)
        code = COLOURS[self._names.index(name) % len(COLOURS)]
        self._write(f"{self._paint(f'{name:<15} |', code)} {text}")

    def say(self, text: str) -> None:
        """A line of our own."""
        self._write(self._paint(text, BOLD))

    def complain(self, text: str) -> None:
        self._write(self._paint(text, RED))

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def _write(self, text: str) -> None:
        try:
            print(text, file=self._stream, flush=True)
        except BrokenPipeError:
            # The reader of a pipe has gone (`make run | head`): everything still has to be
            # stopped in order, only without anybody to tell.
            self._stream = io.StringIO()
