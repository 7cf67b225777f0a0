"""A small site of our own: the real dev/ code, around projects of a few lines."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from queue import Empty, Queue

import pytest

from dev.projects import PROJECTS, SERVICES

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 180.0

SETTINGS = """
import os
SECRET_KEY = os.environ["SECRET_KEY"]
DATABASE_URL = os.environ["DATABASE_URL"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3",
                          "NAME": DATABASE_URL.removeprefix("sqlite:///")}}}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth",
                  "django.contrib.staticfiles", "{name}"]
STATIC_URL = "/static/"
STATIC_ROOT = os.environ["STATIC_ROOT"]
STORAGES = {{"staticfiles": {{
    "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}}}
"""
WSGI = """
ANSWER = b"first"

def application(environ, start_response):
    start_response("200 OK", [("content-length", str(len(ANSWER)))])
    return [ANSWER]
"""
ASGI = """
import os, sys

print("shell says hello", flush=True)
print("registry at", os.environ["FRAGMENT_REGISTRY"], file=sys.stderr)

async def application(scope, receive, send):
    if scope["type"] == "http":
        print("asked for", scope["path"], flush=True)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"shell"})
"""
PROTOCOL = """
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as StrictProtocol
"""
SEED = """
from pathlib import Path
from django.conf import settings
from django.core.management.base import BaseCommand

class Command(BaseCommand):
    def handle(self, **options):
        with Path(settings.STATIC_ROOT, "seeded").open("a") as file:
            file.write("x")
"""
BESIDE = """
import threading
from django.core.management.base import BaseCommand

class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--every", type=int)

    def handle(self, every, **options):
        print(f"settles orders every {every} s", flush=True)
        threading.Event().wait()
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).lstrip())


def build_tree(tree: Path) -> Path:
    """Lay out a repository whose projects answer, and do nothing else."""
    shutil.copytree(ROOT / "dev", tree / "dev", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tree)
    write(tree / "requirements.lock", "")
    write(tree / "notifications_static" / "dist" / "manifest.json", "{}")
    (tree / "packages" / "fragment-contract" / "src").mkdir(parents=True)
    for name in (project.name for project in PROJECTS):
        write(tree / name / "__init__.py", "")
        write(tree / name / "settings.py", SETTINGS.format(name=name))
        write(tree / name / "static" / name / "site.css", "body { color: red }")
    for name in (service.name for service in SERVICES):
        write(tree / name / "wsgi.py", WSGI)
    write(tree / "site_shell" / "asgi.py", ASGI)
    write(tree / "site_shell" / "protocol.py", PROTOCOL)
    write(tree / "reviews" / "management" / "commands" / "seed_demo.py", SEED)
    write(tree / "cart" / "management" / "commands" / "settle_orders.py", BESIDE)
    write(
        tree / "site_shell" / "management" / "commands" / "forget_shoppers.py",
        BESIDE.replace("settles orders", "forgets shoppers"),
    )
    return tree


class Run:
    """A running ``python -m dev.run``, with what it has printed so far."""

    def __init__(self, tree: Path, *options: str, environ: dict[str, str] | None = None) -> None:
        self.tree = tree
        self.lines: list[str] = []
        self._queue: Queue[str | None] = Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dev.run", *options],
            cwd=tree,
            env=clean_environ() | (environ or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def until(self, pattern: str) -> str:
        """The next printed line that matches."""
        while True:
            try:
                line = self._queue.get(timeout=PATIENCE_SECONDS)
            except Empty:
                pytest.fail(f"{pattern!r} was not printed:\n{self.text}")
            if line is None:
                pytest.fail(f"ended before it printed {pattern!r}:\n{self.text}")
            self.lines.append(line)
            if re.search(pattern, line):
                return line

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def ended(self) -> int:
        """Wait for the end; its exit code. The rest of what it printed is in ``text``."""
        code = self.process.wait(PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        while not self._queue.empty():
            line = self._queue.get()
            if line is not None:
                self.lines.append(line)
        return code

    def ready(self) -> str:
        """The origin of the site, when it is up."""
        match = re.search(r"Ready: (\S+)/ ", self.until("Ready: "))
        assert match
        return match.group(1)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
        assert self.process.stdout
        self._reader.join(PATIENCE_SECONDS)
        self.process.stdout.close()


def clean_environ() -> dict[str, str]:
    """The environment without what the test run itself sets for Django."""
    ours = ("DJANGO_SETTINGS_MODULE", "PORT", "VAR_DIR", "DATABASE_URL", "SECRET_KEY")
    return {name: value for name, value in os.environ.items() if name not in ours}
