"""Exact versions: ``python -m dev.lock`` writes every lock, ``--check`` says which is out of date.

One resolution for the tools, which contain everything; each smaller lock picks from it, so that
tests, the demo and the images run the same versions. The check needs no network: each lock
carries a fingerprint of the ranges it was made from.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from dev.projects import PROJECTS, ROOT

CONTRACT = ROOT / "packages" / "fragment-contract"


@dataclass(frozen=True)
class Lock:
    source: Path
    target: Path
    constraint: Path | None = None


def locks() -> list[Lock]:
    tools = ROOT / "requirements-dev.lock"
    smaller = [ROOT, *(ROOT / project.name for project in PROJECTS)]
    return [
        Lock(ROOT / "requirements-dev.txt", tools),
        *(Lock(d / "requirements.txt", d / "requirements.lock", tools) for d in smaller),
    ]


def ranges(source: Path) -> list[str]:
    """The requirements in a file and in all it includes, without comments, sorted."""
    found: set[str] = set()
    for raw in source.read_text().splitlines():
        line = raw.split("#")[0].strip()
        if line.startswith("-r "):
            found.update(ranges(source.parent / line[3:].strip()))
        elif line and not line.startswith("-e "):
            found.add(line)
    return sorted(found)


def contract_ranges() -> list[str]:
    project = tomllib.loads((CONTRACT / "pyproject.toml").read_text())
    return sorted([*project["project"]["dependencies"], *project["build-system"]["requires"]])


def fingerprint(source: Path) -> str:
    lines = ranges(source) + contract_ranges()
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def header(lock: Lock) -> str:
    source = lock.source.relative_to(ROOT)
    return f"# Made by `make lock` from {source}, ranges {fingerprint(lock.source)}. Do not edit.\n"


def is_current(lock: Lock) -> bool:
    return lock.target.exists() and lock.target.read_text().startswith(header(lock))


def compile_lock(lock: Lock, *, upgrade: bool) -> None:
    """Resolve for every platform and every Python we support, and write the lock."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--upgrade"] if upgrade else []
    # The contract package comes from this repository, never from an index.
    command += ["--no-emit-package", "fragment-contract"]
    with tempfile.TemporaryDirectory() as folder:
        local = Path(folder) / "contract.in"
        local.write_text(f"fragment-contract @ {CONTRACT.as_uri()}\n")
        output = Path(folder) / "lock"
        if lock.target.exists():
            output.write_text(lock.target.read_text())
        command += [str(lock.source), str(local), "--output-file", str(output)]
        if lock.constraint:
            command += ["--constraint", str(lock.constraint)]
        done = subprocess.run(command, env=dict(os.environ), cwd=ROOT)
        if done.returncode:
            sys.exit(f"No versions satisfy {lock.source.relative_to(ROOT)} (see above).")
        lock.target.write_text(header(lock) + output.read_text())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions, too")
    options = parser.parse_args()
    if options.check:
        stale = [str(lock.target.relative_to(ROOT)) for lock in locks() if not is_current(lock)]
        if stale:
            sys.exit(f"Out of date: {', '.join(stale)}. Run `make lock` and commit the result.")
        return
    for lock in locks():
        compile_lock(lock, upgrade=options.upgrade)


if __name__ == "__main__":
    main()
