"""Load, by wrk: keep-alive connections that ask again as soon as they are answered."""

import re
import subprocess
from dataclasses import dataclass

from .server import Server


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of load cost the server."""

    requests: int
    seconds: float
    cpu_seconds: float

    @property
    def cpu_us(self) -> float:
        return self.cpu_seconds / self.requests * 1e6

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def run_round(
    server: Server,
    url: str,
    *,
    core: int,
    seconds: float,
    connections: int,
    accept_encoding: str = "",
) -> Round:
    """One round; raises RuntimeError if any answer was not a success."""
    headers = ("--header", f"Accept-Encoding: {accept_encoding}") if accept_encoding else ()
    before = server.cpu_seconds()
    output = subprocess.run(
        [
            *("taskset", "--cpu-list", str(core)),
            *("wrk", "--threads", "1", "--connections", str(connections)),
            *("--duration", f"{seconds:.0f}s", "--timeout", "10s", *headers, url),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    cpu_seconds = server.cpu_seconds() - before
    done = re.search(r"(\d+) requests in ([\d.]+)s", output)
    if not done or "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{url} did not answer well:\n{output}")
    return Round(int(done[1]), float(done[2]), cpu_seconds)
