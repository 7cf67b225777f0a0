"""A server under measurement: on its own core, with its CPU time on record."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

_START_SECONDS = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """Starts a command on a core, waits until a URL answers, and ends it with all its children."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        ready_url: str,
        core: int,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self._command = command
        self._ready_url = ready_url
        self._core = core
        self._log = log
        self._env = {**os.environ, **(env or {})}
        self._cwd = cwd

    def __enter__(self) -> "Server":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["taskset", "--cpu-list", str(self._core), *self._command],
                env=self._env,
                cwd=self._cwd,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def cpu_seconds(self) -> float:
        """CPU time of the process, its threads and its children, to the nanosecond."""
        family = [self._process.pid, *_children(self._process.pid)]
        return sum(map(_cpu_seconds, family))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                with urlopen(self._ready_url, timeout=5) as response:
                    response.read()
            except (URLError, OSError) as error:
                ended = self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise RuntimeError(
                        f"{' '.join(self._command)} does not answer {self._ready_url}: {error}; "
                        f"see {self._log}"
                    ) from error
                time.sleep(0.05)
            else:
                return

    def _end(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


def _children(pid: int) -> list[int]:
    # Servers fork from their main thread.
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [one for child in map(int, children) for one in (child, *_children(child))]


def _cpu_seconds(pid: int) -> float:
    # The process's own CPU clock, as clock_getcpuclockid(3) names it. It counts nanoseconds, and
    # threads that have ended; /proc/PID/stat counts hundredths, /proc/PID/task only the living.
    return time.clock_gettime((~pid << 3) | 2)
