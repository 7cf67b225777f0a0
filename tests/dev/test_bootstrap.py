"""Making ``.venv``: the right Python, the locked packages, pip's settings, no work done twice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dev import bootstrap


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``.venv`` that looks installed, in a folder of its own."""
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "VENV", folder)
    monkeypatch.setattr(bootstrap, "PYTHON", folder / "bin" / "python")
    return folder


def mark_installed(venv: Path, kind: str) -> None:
    (venv / f"installed-{kind}").write_text(bootstrap.fingerprint(kind))


def test_this_python_is_taken_when_it_is_new_enough() -> None:
    assert bootstrap.interpreter() == sys.executable


def test_an_old_python_finds_a_newer_one_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: f"/opt/{name}" if "12" in name else None)
    assert bootstrap.interpreter() == "/opt/python3.12"


def test_without_a_python_that_will_do_it_says_which_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"(?s)3\.11 or later is needed.*make run PYTHON"):
        bootstrap.interpreter()


def test_a_machine_without_venv_is_told_which_package_has_it(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (venv / "bin" / "python").unlink()
    monkeypatch.setattr(bootstrap, "interpreter", lambda: "false")
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap.create()


def test_nothing_is_installed_when_nothing_changed(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_installed(venv, "run")
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "run"])
    monkeypatch.setattr(bootstrap, "install", lambda kind: pytest.fail("installed again"))
    bootstrap.main()


def test_the_tools_contain_what_the_site_needs(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark_installed(venv, "dev")
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "run"])
    monkeypatch.setattr(bootstrap, "install", lambda kind: pytest.fail("installed again"))
    bootstrap.main()


def test_a_changed_lock_is_installed(
    venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_installed(venv, "run")
    lock = tmp_path / "requirements.lock"
    lock.write_text("django==5.2\n")
    monkeypatch.setitem(bootstrap.LOCKS, "run", lock)
    assert not bootstrap.is_current("run")


def test_where_uv_has_no_wheel_pip_installs(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_wheel(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, returncode=1)

    monkeypatch.setattr(subprocess, "run", no_wheel)
    command, _ = bootstrap.installer()
    assert command[:4] == [str(venv / "bin" / "python"), "-m", "pip", "install"]


def test_uv_itself_is_locked_with_hashes() -> None:
    block = bootstrap.locked_uv()
    assert block.startswith("uv==")
    assert block.count("--hash=sha256:") > 1
    assert not block.endswith("\\")


def test_uv_is_told_what_pip_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in bootstrap.UV_NAMES.values():
        monkeypatch.delenv(name, raising=False)
    settings = bootstrap.uv_environment(
        "global.index-url='https://packages.example/simple'\n"
        ":env:.cert='/etc/company.pem'\n"
        "install.find-links='/opt/wheels'\n"
        "global.disable-pip-version-check='1'\n"
    )
    assert settings["UV_DEFAULT_INDEX"] == "https://packages.example/simple"
    assert settings["SSL_CERT_FILE"] == "/etc/company.pem"
    assert settings["UV_FIND_LINKS"] == "/opt/wheels"


def test_settings_for_uv_itself_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    settings = bootstrap.uv_environment("global.index-url='https://pip.example/simple'")
    assert settings["UV_DEFAULT_INDEX"] == "https://uv.example/simple"


def test_what_make_starts_keeps_what_it_compiles_for_the_next_process() -> None:
    """A container may say otherwise, and every process of the shop would compile Django anew."""
    done = subprocess.run(
        ["make", "--silent", "--no-print-directory", "-f", "Makefile", "-f", "-", "probe"],
        input="probe:\n\t@env\n",
        cwd=bootstrap.ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PATH=" in done.stdout
    assert "PYTHONDONTWRITEBYTECODE" not in done.stdout
