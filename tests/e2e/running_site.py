"""The whole site as `make run` starts it, for tests that look at it from outside."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 600.0  # the first start draws every picture of the catalogue


@dataclass
class RunningSite:
    """A site of its own on free ports, with its own data."""

    var: Path
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, var: Path) -> "RunningSite":
        """Start it, with the data that lies in ``var`` already or with fresh demo data."""
        var.mkdir(parents=True, exist_ok=True)
        log = var / "site.log"
        (var / "site.json").unlink(missing_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "dev.run", "--port=0", "--no-reload", "--keep-going"],
                cwd=ROOT,
                env={**os.environ, "VAR_DIR": str(var)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return cls(var, process, log)

    def is_ready(self) -> bool:
        """Whether every process answers. AssertionError with its log if the site has ended."""
        assert self.process.poll() is None, f"the site ended:\n{self.log.read_text()}"
        return (self.var / "site.json").exists()

    @property
    def origin(self) -> str:
        found: str = self._state["origin"]
        return found

    def service(self, name: str) -> str:
        """The origin of a service, which in production nobody outside can reach."""
        found: str = self._state["services"][name]
        return found

    @property
    def _state(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = json.loads((self.var / "site.json").read_text())
        return found

    def kill(self, name: str) -> None:
        """End a service for good, with all its workers; its port refuses afterwards."""
        os.killpg(int(self._state["pids"][name]), signal.SIGKILL)

    def pause(self, name: str) -> None:
        """Make a service hang: it accepts connections and says nothing."""
        os.killpg(int(self._state["pids"][name]), signal.SIGSTOP)

    def resume(self, name: str) -> None:
        os.killpg(int(self._state["pids"][name]), signal.SIGCONT)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
