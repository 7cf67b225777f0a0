"""Programs of other languages, and the shell, as processes that a test starts and ends."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

import httpx

from dev.environment import environment
from dev.projects import ROOT, SHELL, Project
from dev.registry import SCHEMA
from dev.serving import command, open_listener, origin

HERE: Final = Path(__file__).resolve().parent
START_SECONDS: Final = 180.0
PATIENCE_SECONDS: Final = 30.0


class Program:
    """A process whose first line is the origin at which it listens."""

    def __init__(self, arguments: Sequence[str], *, env: Mapping[str, str]) -> None:
        self.last: deque[str] = deque(maxlen=40)
        self._first = threading.Event()
        self.origin = ""
        self.process = subprocess.Popen(
            arguments,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        try:
            if not self._first.wait(START_SECONDS) or not self.origin.startswith("http"):
                raise RuntimeError("it did not start:\n" + "".join(self.last))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; whoever asks from now on is refused."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self._reader.join(10)
        if self.process.stdout:
            self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.last.append(line)
            if not self.origin:
                self.origin = line.strip()
                self._first.set()
        self._first.set()


class Served:
    """A project of this repository with the servers of production, on a free port."""

    def __init__(self, project: Project, env: Mapping[str, str], host: str = "127.0.0.1") -> None:
        self._listener = open_listener(0)
        self.origin = origin(self._listener, host)
        self._project = project
        self._env = dict(env)
        self._process: subprocess.Popen[bytes] | None = None
        self.log: Path | None = None

    def start(self, log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command(self._project, self._listener),
                cwd=ROOT,
                env=environment(self._project, {**os.environ, **self._env}, origin=self.origin),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(self._listener.fileno(),),
            )
        wait_for(lambda: _answers(f"{self.origin}/healthz"), self.explain)

    def restart(self, **env: str) -> None:
        """End the process and start another one on the same socket."""
        assert self._process is not None and self.log is not None
        self._process.terminate()
        self._process.wait(20)
        self._env.update(env)
        self.start(self.log)

    def explain(self) -> str:
        return self.log.read_text() if self.log else "it was not started"

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
        self._listener.close()


class Shell:
    """The shell with a registry and page templates of its own."""

    def __init__(self, var: Path) -> None:
        var.mkdir(parents=True)
        self.var = var
        self._pages = var / "pages"
        self._pages.mkdir()
        (self._pages / "base.html").write_text(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>'
            '<link rel="icon" href="data:,"></head><body>{% block main %}{% endblock %}</body>'
            "</html>"
        )
        (self._pages / "action.html").write_text("<!doctype html><title>Shop</title>{{ answer }}")
        self._fragments: dict[str, Any] = {}
        self._server: Served | None = None
        self.origin = ""
        self._write_registry()

    def _write_registry(self) -> None:
        path = self.var / "registry.json"
        text = json.dumps({"schema": SCHEMA, "microFrontends": self._fragments})
        path.with_suffix(".new").write_text(text)
        path.with_suffix(".new").replace(path)

    def page(self, name: str, body: str) -> None:
        """The page at ``/<name>/``."""
        (self._pages / f"{name}.html").write_text(
            f'{{% extends "base.html" %}}{{% block main %}}{body}{{% endblock %}}'
        )
        with (self._pages / "pages.toml").open("a") as file:
            file.write(
                f'[[page]]\nname = "{name}"\nroutes = ["{name}/"]\ntemplate = "{name}.html"\n'
            )

    def register(self, name: str, url: str, version: str = "1.0.0") -> None:
        entry = {
            "url": url,
            "metadata": {"version": version},
            "deployment": {"traffic": 100, "default": True},
        }
        self._fragments[name] = [entry]
        self._write_registry()

    def open(self, *asset_origins: str, **env: str) -> httpx.Client:
        """Start it. ``asset_origins`` are those of podlets, from which browsers load assets."""
        settings = {
            "VAR_DIR": str(self.var),
            "PAGE_TEMPLATES": str(self._pages),
            "ASSET_ORIGINS": ",".join(asset_origins),
            "LOG_FORMAT": "json",
            **env,
        }
        self._server = Served(SHELL, settings, "localhost")
        self.origin = self._server.origin
        self._server.start(self.var / "shell.log")
        self.client = httpx.Client(base_url=self.origin, timeout=PATIENCE_SECONDS, trust_env=False)
        return self.client

    @property
    def environment(self) -> dict[str, str]:
        """For commands about this site."""
        return {**os.environ, "VAR_DIR": str(self.var)}

    def tell_where_it_runs(self) -> None:
        """As ``make run`` does, for commands that look for a running shop."""
        (self.var / "site.json").write_text(json.dumps({"origin": self.origin, "services": {}}))

    @property
    def log(self) -> str:
        return (self.var / "shell.log").read_text()

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
            self.client.close()


def prepared(project: Project, var: Path, **env: str) -> Served:
    """A service with an empty database."""
    served = Served(project, {"VAR_DIR": str(var), **env})
    environ = environment(project, {**os.environ, "VAR_DIR": str(var)}, origin=served.origin)
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env={**environ, "PYTHONPATH": str(ROOT)}, check=True)
    served.start(var / f"{project.name}.log")
    return served


def wait_for(happened: Any, explain: Any = lambda: "", seconds: float = START_SECONDS) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise AssertionError(f"it did not happen\n{explain()}")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False
