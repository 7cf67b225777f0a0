"""Fixtures around the small site."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .small_site import Run, build_tree

StartSite = Callable[..., Run]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return build_tree(tmp_path / "tree")


@pytest.fixture
def start(tree: Path) -> Iterator[StartSite]:
    """Starts the small site; whatever happens in the test, it is stopped after it."""
    runs: list[Run] = []

    def start(*options: str, environ: dict[str, str] | None = None) -> Run:
        run = Run(tree, *(options or ("--port", "0")), environ=environ)
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.close()
