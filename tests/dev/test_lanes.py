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
    monkeypatch.setattr(lanes, "LANES", (("one", "two"), ("three", "four")))
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
    told = "ran one ran two ran three ran four"
    assert capfd.readouterr().out.split() == told.split()


def test_named_sessions_are_the_only_ones(ran: Path) -> None:
    assert lanes.run(["two"], {})
    assert [path.name for path in ran.iterdir()] == ["two"]


@pytest.mark.parametrize("names", [(("bad",), ("good",)), (("good",), ("bad",))])
def test_a_failure_in_either_lane_is_one(
    ran: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[tuple[str, ...], ...]
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(lanes, "LANES", names)
    assert not lanes.run([], {})


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
