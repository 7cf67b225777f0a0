"""``make check``: everything that can be found without running the site."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from dev.environment import environment
from dev.production import production_environment
from dev.projects import PROJECTS, ROOT, SERVICES
from dev.registry import write_registry

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", *arguments]


def types(scratch: Path) -> Iterator[Check]:
    """mypy once per project, because the Django plugin knows one settings module at a time."""
    around = {"VAR_DIR": str(scratch)}
    for project in PROJECTS:
        environ = environment(project, {**os.environ, **around})
        cache = f"--cache-dir=.mypy_cache/{project.name}"
        yield Check(f"types of {project.name}", tool("mypy", cache, "-p", project.name), environ)
    shell = environment(PROJECTS[-1], {**os.environ, **around})
    rest = ["packages/fragment-contract/src", "dev", "tests", "bench", "manage.py", "noxfile.py"]
    found = [name for name in rest if (ROOT / name).exists()]
    yield Check("types of the rest", tool("mypy", "--cache-dir=.mypy_cache/rest", *found), shell)


def django(scratch: Path) -> Iterator[Check]:
    """Its own checks, static files and migrations, in the environment of production."""
    write_registry(
        scratch / "registry.json",
        {service.name: f"http://{service.name}:8000" for service in SERVICES},
        "https://shop.example",
    )
    for project in PROJECTS:
        environ = {**os.environ, **production_environment(project, scratch)}
        yield Check(f"{project.name} in production", python("-m", "dev.production"), environ)


def checks(scratch: Path) -> Iterator[Check]:
    yield Check("format", tool("ruff", "format", "--check", "."))
    yield Check("lint", tool("ruff", "check", "."))
    yield Check("imports", tool("lint-imports"))
    yield Check("locks", python("-m", "dev.lock", "--check"))
    yield Check("translations", python("-m", "dev.messages", "--check"))
    yield Check("links in the documentation", python("-m", "dev.links"))
    found = [
        *(ROOT / "deploy" / "docker").glob("*.Dockerfile"),
        *ROOT.glob("examples/*/Dockerfile"),
    ]
    dockerfiles = sorted(map(str, found))
    yield Check("Dockerfiles", tool("hadolint", *dockerfiles))
    yield from types(scratch)
    yield from django(scratch)


def run(check: Check) -> bool:
    started = time.perf_counter()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.environ},
        capture_output=True,
        text=True,
    )
    mark = "failed" if done.returncode else "ok"
    report = f"{check.name:<30} {mark:<6} {time.perf_counter() - started:5.1f} s"
    if done.returncode:
        report += f"\n{' '.join(check.command)}\n{done.stdout}{done.stderr}"
    print(report, flush=True)
    return done.returncode == 0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        good = list(pool.map(run, checks(Path(folder))))
    print(f"{sum(good)} of {len(good)} checks are good")
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
