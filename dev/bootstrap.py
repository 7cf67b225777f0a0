"""Make ``.venv`` with exactly the locked packages: ``python3 dev/bootstrap.py [run|dev]``.

Runs before anything is installed, so: the standard library only, and a syntax that an old
Python still reads far enough to say which one is needed. ``run`` is what the shop needs, ``dev``
adds the tools for tests and checks. A second call with nothing changed returns at once.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONTRACT = ROOT / "packages" / "fragment-contract"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
NEEDED = (3, 11)

# What pip was told about the network, in the words of uv, which does not read pip's settings.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def interpreter() -> str:
    """The Python to build with: this one if it is new enough, else the newest on PATH."""
    if sys.version_info >= NEEDED:
        return sys.executable
    for minor in (14, 13, 12, 11):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    sys.exit(
        f"Python 3.11 or later is needed, but {sys.executable} is {sys.version.split()[0]} and no "
        "python3.11 to python3.14 is on PATH.\n"
        "Install one, or name it: make run PYTHON=/path/to/python3.12"
    )


def fingerprint(kind: str) -> str:
    """Changes whenever an existing ``.venv`` no longer is what the locks ask for."""
    digest = hashlib.sha256(str(VENV).encode())
    for path in (LOCKS[kind], CONTRACT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(kind: str) -> bool:
    stamp = VENV / (f"installed-{kind}")
    return PYTHON.exists() and stamp.is_file() and stamp.read_text() == fingerprint(kind)


def create() -> None:
    if PYTHON.exists():  # false, too, where it links to a Python that has been removed
        return
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([interpreter(), "-m", "venv", str(VENV)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(
            f"Could not create {VENV}:\n{done.stdout}{done.stderr}\n"
            "On Debian and Ubuntu: apt install python3-venv"
        )


def uv_environment(pip_config: str) -> dict[str, str]:
    """Settings for uv out of what ``pip config list`` printed; uv's own variables win."""
    settings = {}
    for line in pip_config.splitlines():
        match = re.match(r"(:env:|global|install)\.([a-z-]+)='(.*)'$", line)
        name = UV_NAMES.get(match.group(2)) if match else None
        if match and name:
            settings[name] = match.group(3)
    # As pip does: the best version from all indexes. The hashes of the lock say what is genuine.
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {**settings, **os.environ}


def locked_uv() -> str:
    """The requirement on uv with its hashes, cut out of the lock of the tools."""
    block = re.search(r"^uv==.*(\n +--hash=.*)+", LOCKS["dev"].read_text(), re.MULTILINE)
    assert block, "requirements-dev.lock has no uv: run `make lock`"
    return block.group(0)


def installer() -> tuple[list[str], dict[str, str]]:
    """The fast installer where it has a wheel for this machine, pip where it has none."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = VENV / "uv.txt"
    wanted.write_text(locked_uv() + "\n")
    options = ["--only-binary", ":all:", "--require-hashes", "-r", str(wanted)]
    if subprocess.run(pip + options, capture_output=True).returncode:
        return pip, dict(os.environ)
    config = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True
    )
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    return uv, uv_environment(config.stdout)


def install(kind: str) -> None:
    command, environment = installer()
    steps = (
        ["--require-hashes", "-r", str(LOCKS[kind])],
        # Its build backend is in the lock, so nothing unlocked is fetched to build it.
        ["--no-deps", "--no-build-isolation", "-e", str(CONTRACT)],
    )
    for step in steps:
        if subprocess.run(command + step, env=environment).returncode:
            sys.exit("Installing failed (see above): " + " ".join(command + step))


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if kind not in LOCKS:
        sys.exit(f"usage: bootstrap.py [{'|'.join(LOCKS)}], not {kind!r}")
    # The tools contain what the shop needs, from one resolution: one complete set is enough.
    if is_current(kind) or (kind == "run" and is_current("dev")):
        return
    print("Installing the locked packages into .venv ...", flush=True)
    create()
    install(kind)
    (VENV / (f"installed-{kind}")).write_text(fingerprint(kind))


if __name__ == "__main__":
    main()
