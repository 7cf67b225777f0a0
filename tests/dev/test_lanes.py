"""Sessions run side by side, and what becomes of one is not lost."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dev import lanes
from dev.projects import ROOT


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder in which sessions leave a file instead of testing anything; ``bad`` ones fail."""
    monkeypatch.setattr(lanes, "SESSIONS", ("one", "two", "three", "four"))
    program = (
        "import sys, pathlib\n"
        "for name in sys.argv[2:]:\n"
        "    print('ran', name)\n"
        "    pathlib.Path(sys.argv[1], name).touch()\n"
        "sys.exit('bad' in sys.argv)"
    )

    def command(sessions: Any) -> list[str]:
        return [sys.executable, "-c", program, str(tmp_path), *sessions]

    monkeypatch.setattr(lanes, "_command", command)
    return tmp_path


@pytest.mark.parametrize("cores", [1, 2])
def test_every_session_is_run_and_told_of(
    ran: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], cores: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert lanes.run([], {})
    assert {path.name for path in ran.iterdir()} == {"one", "two", "three", "four"}
    told = capfd.readouterr().out.splitlines()
    assert sorted(told) == ["ran four", "ran one", "ran three", "ran two"]


def test_named_sessions_are_the_only_ones(ran: Path) -> None:
    assert lanes.run(["two"], {})
    assert [path.name for path in ran.iterdir()] == ["two"]


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("names", [("bad", "good"), ("good", "bad")])
def test_a_session_that_fails_fails_the_run_and_keeps_no_other_from_running(
    ran: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], cores: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setattr(lanes, "SESSIONS", names)
    assert not lanes.run([], {})
    assert {path.name for path in ran.iterdir()} == {"bad", "good"}


def test_one_more_than_there_are_cores_run_at_the_same_time(
    ran: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each waits for the files that the others leave."""
    program = (
        "import sys, pathlib, time\n"
        "folder, mine, *all = pathlib.Path(sys.argv[1]), *sys.argv[2:]\n"
        "(folder / mine).touch()\n"
        "end = time.monotonic() + 120\n"
        "while not {path.name for path in folder.iterdir()} >= {*all}:\n"
        "    assert time.monotonic() < end, 'another one does not run'\n"
        "    time.sleep(0.01)"
    )
    names = ("left", "middle", "right")

    def command(sessions: Any) -> list[str]:
        return [sys.executable, "-c", program, str(tmp_path), *sessions, *names]

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(lanes, "SESSIONS", names)
    monkeypatch.setattr(lanes, "_command", command)
    assert lanes.run([], {})


def test_no_session_is_forgotten() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "nox", "--list-sessions"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    defined = {name.partition("(")[0] for name in re.findall(r"^[*-] (\S+)", listed.stdout, re.M)}
    assert defined == {*lanes.SESSIONS, "check"}
