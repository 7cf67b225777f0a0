"""``manage.py fragments`` by several people at once, each in a real process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_shell.composer.registry.history import history
from site_shell.composer.registry.opening import open_writer

from .conftest import NAME, URL

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(request: pytest.FixtureRequest, address: str) -> dict[str, str]:
    return {
        **os.environ,
        "SECRET_KEY": "x" * 50,
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "site_shell.settings",
    }


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def test_commands_at_the_same_time_lose_no_change_of_each_other(
    three_releases: None,
    address: str,
    environment: dict[str, str],
    processes: list[subprocess.Popen[str]],
) -> None:
    for number in range(4):
        command = [sys.executable, "-m", "django", "fragments", f"--registry={address}"]
        command += ["register", NAME, URL, f"9.{number}.0", "--by", f"team-{number}"]
        processes.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        )
    for process in processes:
        output, _ = process.communicate(timeout=300)
        assert process.returncode == 0, output
    entry = open_writer(address).read()[NAME]
    versions = {found["metadata"]["version"] for found in entry}
    assert {f"9.{number}.0" for number in range(4)} < versions
    assert {note.who for note in history(entry)} == {f"team-{number}" for number in range(4)}
