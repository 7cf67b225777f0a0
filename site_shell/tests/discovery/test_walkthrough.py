"""The commands of docs/shell-operators/rollouts.md, as they stand there, against real servers."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from fragment_contract.testing import FakeFragmentServer

from ..composing.kit import PATIENCE, free_port

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "shell-operators" / "rollouts.md"
NAME = "reviews/list"


def commands() -> str:
    """The fenced commands, each block followed by a line that tells where it ends."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 6
    return "set -eu\n" + "echo '----'\n".join(blocks)


@pytest.fixture
def service() -> Iterator[FakeFragmentServer]:
    with FakeFragmentServer() as server:
        server.add_fragment(
            NAME, html="<p>Very good.</p>", headers={"cache-control": "public, s-maxage=60"}
        )
        yield server


@pytest.fixture
def site(tmp_path: Path, service: FakeFragmentServer) -> Iterator[dict[str, str]]:
    """A shell in a process of its own; what a shell session needs to know of it."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "pages.toml").write_text(
        '[[page]]\nname = "product"\nroutes = ["products/<ref>/"]\ntemplate = "product.html"\n'
    )
    (pages / "product.html").write_text(
        "<!doctype html><html><head><title>Shop</title></head><body>"
        f'{{% fragment "{NAME}" %}}</body></html>'
    )
    registry = tmp_path / "registry.json"
    url = f"{service.url}/fragments/list"
    entry = {"url": url, "metadata": {"version": "1.0.0"}}
    registry.write_text(json.dumps({"schema": "x", "microFrontends": {NAME: [entry]}}))
    # As in a whole checkout: this project is tested alone.
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "manage.py").write_text(
        "import sys\nfrom django.core.management import execute_from_command_line\n"
        "execute_from_command_line(sys.argv)\n"
    )
    port = free_port()
    environ = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        "VAR_DIR": str(tmp_path / "var"),
        "SECRET_KEY": "x" * 50,
        "DEBUG": "true",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_ORIGIN": f"http://127.0.0.1:{port}",
        "FRAGMENT_REGISTRY": str(registry),
        "PAGE_TEMPLATES": str(pages),
        "DJANGO_SETTINGS_MODULE": "site_shell.settings",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SITE": f"http://127.0.0.1:{port}",
        "PAGE": "/products/h1001/",
        "PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "uvicorn", "site_shell.asgi:application", "--no-access-log"]
    log = (tmp_path / "shell.log").open("w+")
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, env=environ, stdout=log, stderr=log
    )
    try:
        wait_for(environ["SITE"] + environ["PAGE"], process)
        yield {**environ, "LOG": log.name}
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(url, timeout=PATIENCE).close()
            return
        except URLError:
            assert process.poll() is None and time.monotonic() < deadline, "no shell"
            time.sleep(0.05)


def test_a_canary_that_fails_everybody_halts_itself(site: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", commands()],
        cwd=tmp_path,
        env=site,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE * 4,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    begun, listed, visited, halted, after, killed = done.stdout.split("----\n")
    assert '"strategy": "Canary10Percent5Minutes"' in begun and begun.count("Written.") == 2
    assert re.search(r"2\.0\.0 +10 % .* Canary10Percent5Minutes; since .*, all at", listed)
    assert visited == ""
    assert re.search(r"2\.0\.0 +0 % .* halted .*: 100\.0 % of \d+ answers failed", halted)
    assert after.splitlines()[0] == "0"
    assert re.findall('"what": "(.*)"', after) == [
        "register 2.0.0",
        "shift 2.0.0 Canary10Percent5Minutes",
        "halt 2.0.0",
    ]
    assert killed.endswith("Written.\n")
    log = Path(site["LOG"]).read_text()
    assert "canary reviews/list 2.0.0 is halted: 100.0 %" in log
