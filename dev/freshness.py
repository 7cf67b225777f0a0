"""What a project's preparation depends on, so that a second start can leave it out."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from dev.atomic import write_atomically
from dev.projects import ROOT, SHELL, STATIC_FRAGMENTS, Project

Step = Literal["database", "static", "data"]

# Per step: files of the project, by glob, whose change makes the step necessary again.
INPUTS: Final[Mapping[Step, tuple[str, ...]]] = {
    "database": ("migrations/*.py", "*/migrations/*.py"),
    "static": ("static/**/*", "*/static/**/*"),
    "data": ("management/commands/seed_demo.py", "demo/**/*.py"),
}
SQLITE: Final = "sqlite:///"


def inputs(project: Project, step: Step) -> Iterator[Path]:
    for pattern in INPUTS[step]:
        yield from project.folder.glob(pattern)
    if step == "static" and project is SHELL:
        for folder in STATIC_FRAGMENTS.values():
            yield from (ROOT / folder / "dist").glob("*")


def fingerprint(project: Project, step: Step, var: Path, environ: Mapping[str, str]) -> str:
    """Changes with the step's files, the installed packages and the place it writes to; a copy
    of the whole ``var`` folder stays prepared."""
    target = environ["STATIC_ROOT" if step == "static" else "DATABASE_URL"]
    digest = hashlib.sha256(target.replace(str(var), "").encode())
    # The packages bring migrations and static files of their own, the admin's for one.
    for path in sorted([ROOT / "requirements.lock", *inputs(project, step)]):
        if path.is_file():
            state = path.stat()
            digest.update(f"{path}:{state.st_mtime_ns}:{state.st_size}\n".encode())
    return digest.hexdigest()


def exists(step: Step, environ: Mapping[str, str]) -> bool:
    """Whether what the step makes is there. Of a database server we can only ask migrate."""
    if step == "static":
        return Path(environ["STATIC_ROOT"], "staticfiles.json").exists()
    url = environ["DATABASE_URL"]
    if url.startswith(SQLITE):
        return Path(url.removeprefix(SQLITE)).exists()
    return step == "data"


def stamp(project: Project, var: Path) -> Path:
    return var / "prepared" / f"{project.name}.json"


def due(project: Project, var: Path, environ: Mapping[str, str]) -> list[Step]:
    """The steps that a project needs before it can start, in order."""
    path = stamp(project, var)
    done: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return [
        step
        for step in INPUTS
        if done.get(step) != fingerprint(project, step, var, environ) or not exists(step, environ)
    ]


def mark_done(project: Project, var: Path, environ: Mapping[str, str], steps: list[Step]) -> None:
    path = stamp(project, var)
    done: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    done |= {step: fingerprint(project, step, var, environ) for step in steps}
    write_atomically(path, json.dumps(done, indent=1))
