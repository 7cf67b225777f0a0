"""Which projects have been edited since the last look."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from dev.projects import PROJECTS, ROOT, SHELL, STATIC_FRAGMENTS, Project

CODE: Final = frozenset({".py", ".html", ".toml"})
CONTRACT: Final = ROOT / "packages" / "fragment-contract" / "src"
NOT_RUNNING: Final = frozenset({"tests", "__pycache__", "migrations", "demo"})

Change = Literal["code", "static"]
Changes = dict[Project, set[Change]]
Snapshot = dict[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Watched:
    project: Project
    change: Change
    folder: Path


def watched() -> Iterator[Watched]:
    """The folders of each project. Page templates are not among them: the composer reads those
    again by itself, without a restart."""
    for project in PROJECTS:
        yield Watched(project, "code", project.folder)
        yield Watched(project, "code", CONTRACT)
        for folder in (project.folder / "static", *project.folder.glob("*/static")):
            yield Watched(project, "static", folder)
    for name in STATIC_FRAGMENTS.values():
        yield Watched(SHELL, "static", ROOT / name / "dist")


def files(folder: Path, change: Change) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            leave = NOT_RUNNING | ({"static"} if change == "code" else frozenset())
            if path.name not in leave:
                yield from files(path, change)
        elif change == "static" or path.suffix in CODE:
            yield path


def snapshot(place: Watched) -> Snapshot:
    found: Snapshot = {}
    for path in files(place.folder, place.change):
        try:
            state = path.stat()
        except FileNotFoundError:  # an editor replaces files by renaming
            continue
        found[path] = (state.st_mtime_ns, state.st_size)
    return found


class Watch:
    def __init__(self) -> None:
        self._seen = {place: snapshot(place) for place in watched()}

    def changes(self) -> Changes:
        """What has changed since the last call, by project."""
        found: Changes = {}
        for place, before in self._seen.items():
            now = snapshot(place)
            if now != before:
                self._seen[place] = now
                found.setdefault(place.project, set()).add(place.change)
        return found
