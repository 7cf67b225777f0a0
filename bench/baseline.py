"""An earlier revision of this repository, to be measured beside the one that is here."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .shell import ROOT


@contextmanager
def checkout(revision: str, folder: Path) -> Iterator[Path]:
    """The tree of a revision in a folder of its own; raises ValueError if there is none such."""
    tree = folder / "baseline"
    git = ["git", "-C", str(ROOT), "worktree"]
    added = subprocess.run(
        [*git, "add", "--detach", str(tree), revision], capture_output=True, text=True
    )
    if added.returncode:
        raise ValueError(f"{revision!r} cannot be checked out: {added.stderr.strip()}")
    try:
        yield tree
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True, capture_output=True)
