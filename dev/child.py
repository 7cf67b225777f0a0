"""One process of the site: started, heard, stopped with everything it started itself."""

import asyncio
import ctypes
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from dev.log import Log

REMEMBERED_LINES = 15
GRACE_SECONDS = 5.0
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> Callable[[], None] | None:
    """Makes a child on Linux end when we are killed without a chance to stop it ourselves."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def set_signal() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return set_signal


class Child:
    """A process in a process group of its own, so that its grandchildren end with it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        log: Log,
        listener: socket.socket | None = None,
    ) -> None:
        self.name = name
        self.last_lines: deque[str] = deque(maxlen=REMEMBERED_LINES)
        self.listener = listener
        self._command = list(command)
        self._environ = dict(environ)
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode if self._process else None

    async def start(self) -> None:
        self.last_lines.clear()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent(),
            pass_fds=[self.listener.fileno()] if self.listener else [],
        )
        assert self._process.stdout
        self._reader = asyncio.create_task(self._read(self._process.stdout))

    async def wait(self) -> int:
        """Until the process has ended and its last words are heard; its exit code."""
        assert self._process and self._reader
        code = await self._process.wait()
        # A grandchild may hold the pipe open for as long as it likes.
        await asyncio.wait([self._reader], timeout=0.5)
        return code

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Ask the whole group to end, and after the grace period make it."""
        if not self._process or not self._reader:
            return
        self._signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), grace)
        self._signal(signal.SIGKILL)
        await self._process.wait()
        await asyncio.wait([self._reader], timeout=0.5)
        self._reader.cancel()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    async def _read(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > 65_536:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._hear(line)
        if rest:
            self._hear(rest)

    def _hear(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        self.last_lines.append(text)
        self._log.line(self.name, text)
