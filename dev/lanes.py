"""Test sessions side by side: one more than there are cores, three at most, the longest first."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Final

from dev.projects import ROOT

# From the longest to the shortest, so that no lane is idle for long while the last one ends.
SESSIONS: tuple[str, ...] = (
    *("site_shell", "e2e", "postgresql", "dev", "product_details", "cart"),
    *("reviews", "podium", "elsewhere", "notifications", "contract", "bookmarks"),
)
# A session waits a quarter of its time: for servers that start, and for what must not happen. But
# browsers and servers have threads of their own, and with more lanes than this, time limits of
# tests are reached on small machines.
_MOST_LANES: Final = 3


def run(sessions: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Run sessions, all of them without any; whether each could be run to its end.

    Side by side, what a session says is seen when it has ended.
    """
    cores = os.cpu_count() or 1
    lanes = min(_MOST_LANES, cores + 1) if cores > 1 else 1
    if sessions or lanes == 1:
        return subprocess.run(_command(sessions or SESSIONS), cwd=ROOT, env=environ).returncode == 0
    running = _Running(environ)
    with ThreadPoolExecutor(lanes) as pool:
        results = [pool.submit(running.run, name) for name in SESSIONS]
        try:
            ended = [result.result() for result in results]
        except BaseException:
            # Whoever breaks off one ends all others with it.
            for result in results:
                result.cancel()
            running.end()
            raise
    return all(ended)


class _Running:
    """The sessions that are under way."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._processes: set[subprocess.Popen[str]] = set()
        self._telling = Lock()

    def run(self, name: str) -> bool:
        """Run one session, then show what it said; whether it came to its end."""
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output,
            subprocess.Popen(
                _command([name]),
                cwd=ROOT,
                env=self._environ,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            self._processes.add(process)
            is_good = process.wait() == 0
            output.seek(0)
            with self._telling:
                shutil.copyfileobj(output, sys.stdout)
                sys.stdout.flush()
        return is_good

    def end(self) -> None:
        """End those that have not ended."""
        for process in self._processes:
            process.terminate()


def _command(sessions: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "nox", "-s", *sessions]
