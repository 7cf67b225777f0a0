"""One fetch per key across real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import SHARED_BY_PROCESSES

ROOT = Path(__file__).parents[3]


def start_rival(kind: str, place: str, log: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "site_shell.tests.store.rival", kind, place, str(log)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "site_shell.settings"},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


@pytest.mark.parametrize("kind", SHARED_BY_PROCESSES)
def test_processes_that_ask_at_once_share_one_fetch(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    place = (
        f"unix://{request.getfixturevalue('redis_socket')}?db=1"
        if kind == "redis"
        else str(tmp_path / "cache")
    )
    log = tmp_path / "fetches"
    rivals = [start_rival(kind, place, log) for _ in range(2)]
    for rival in rivals:
        assert rival.stdout is not None
        assert rival.stdout.readline() == "ready\n"
    for rival in rivals:
        assert rival.stdin is not None
        rival.stdin.write("go\n")
        rival.stdin.flush()
    answers = [rival.communicate(timeout=300)[0].strip() for rival in rivals]
    fetches = log.read_text().splitlines()
    assert len(fetches) == 1
    assert answers == fetches * 2
