"""The whole site as `make run` starts it, for whoever looks at it from outside: tests, a camera."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dev.environment import environment
from dev.projects import ROOT, SERVICES
from dev.serving import command, open_listener

START_SECONDS = 600.0  # the first start draws every picture of the catalogue


@dataclass
class RunningSite:
    """A site of its own on free ports, with its own data."""

    var: Path
    process: subprocess.Popen[bytes]
    log: Path
    revived: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    def start(cls, var: Path, environ: Mapping[str, str] | None = None) -> "RunningSite":
        """Start it, with the data that lies in ``var`` already or with fresh demo data."""
        var.mkdir(parents=True, exist_ok=True)
        log = var / "site.log"
        (var / "site.json").unlink(missing_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "dev.run", "--port=0", "--no-reload", "--keep-going"],
                cwd=ROOT,
                env={**os.environ, **(environ or {}), "VAR_DIR": str(var)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return cls(var, process, log)

    def wait_until_ready(self) -> None:
        """Until every process answers; RuntimeError with the log if that does not come."""
        deadline = time.monotonic() + START_SECONDS
        while not (self.var / "site.json").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the site is not ready:\n{self.log.read_text()}")
            time.sleep(0.1)

    @property
    def origin(self) -> str:
        return str(self._state["origin"])

    def service(self, name: str) -> str:
        """The origin of a service, which in production nobody outside can reach."""
        return str(self._state["services"][name])

    @property
    def _state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.var / "site.json").read_text())
        return found

    def kill(self, name: str) -> None:
        """End a service, with all its workers; its port refuses afterwards."""
        os.killpg(int(self._state["pids"][name]), signal.SIGKILL)

    def revive(self, name: str) -> None:
        """Start a service again that was killed, where it was and as it was."""
        project = next(one for one in SERVICES if one.name == name)
        state, environ = self._state, {**os.environ, "VAR_DIR": str(self.var)}
        services = state["services"]
        with open_listener(int(services[name].rpartition(":")[2])) as listener:
            process = subprocess.Popen(
                command(project, listener),
                cwd=ROOT,
                env=environment(project, environ, origin=self.origin, services=services),
                pass_fds=[listener.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.revived[name] = process

    def pause(self, name: str) -> None:
        """Make a service hang: it accepts connections and says nothing."""
        os.killpg(int(self._state["pids"][name]), signal.SIGSTOP)

    def resume(self, name: str) -> None:
        os.killpg(int(self._state["pids"][name]), signal.SIGCONT)

    def stop(self) -> None:
        for process in (*self.revived.values(), self.process):
            process.terminate()
        for process in self.revived.values():
            process.wait(30)
        self.process.wait(30)
