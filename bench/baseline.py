"""An earlier revision of this repository, measured beside the one that is here.

Two processes of the same code differ by a tenth, for as long as they live: where the memory
allocator has put what, and how strings hash. So the two revisions are compared pair by pair, each
pair of processes a new one under the same minute of the machine, and what counts is the median of
their ratios.
"""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .cores import Cores
from .load import run_round
from .running import CACHED, LANE, MISSED, Running, fetch, is_complete, start_application
from .shell import ROOT

# What the lane may cost, in terms of what it did cost.
TARGET = 1.10
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """CPU time per page in microseconds: a median of each process, in the order of the pairs."""

    path: str
    revision: str
    before_us: list[float]
    now_us: list[float]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def ratios(self) -> list[float]:
        """One of each pair, the smallest first."""
        pairs = zip(self.before_us, self.now_us, strict=True)
        return sorted(now / before for before, now in pairs)


def compare(
    revision: str, pairs: int, cores: Cores, folder: Path, env: dict[str, str], connections: int
) -> list[Comparison]:
    """Measure this tree and that of a revision under the same load, by turns."""
    found = [Comparison(path, revision[:10], [], []) for path in (CACHED, MISSED)]
    with checkout(revision, folder) as tree:
        for _ in range(pairs):
            with ExitStack() as stack:
                before, now = [
                    start_application(stack, LANE, cores, folder, env, tree=one)
                    for one in (tree, ROOT)
                ]
                for one in found:
                    figures = _by_turns([before, now], one.path, cores, connections)
                    one.before_us.append(figures[0])
                    one.now_us.append(figures[1])
    return found


def table(measured: list[Comparison]) -> str:
    """The lines that are printed."""
    one = measured[0]
    title = f"the lane beside itself at {one.revision}, {len(one.now_us)} pairs of processes"
    lines = [f"{title:63}{'before':>8}{'now':>8}{'ratio':>8}{'target':>9}"]
    for one in measured:
        verdict = "met" if one.ratio <= TARGET else "MISSED"
        low, high = one.ratios[0], one.ratios[-1]
        name = f"{one.path} (single pairs: {low:.2f} to {high:.2f})"
        lines.append(
            f"{name:63}{median(one.before_us):8.1f}{median(one.now_us):8.1f}{one.ratio:8.2f}"
            f"{f'<= {TARGET:.2f}':>9}  {verdict}"
        )
    return "\n".join(lines)


def _by_turns(both: list[Running], path: str, cores: Cores, connections: int) -> list[float]:
    figures: list[list[float]] = [[], []]
    for one in both:
        if not is_complete(fetch(one.origin + path)):
            raise RuntimeError(f"{path} lacks a fragment; see the log")
    # The first round warms up; who begins changes from round to round.
    for number in range(_ROUNDS + 1):
        for index in (0, 1) if number % 2 else (1, 0):
            one = both[index]
            took = run_round(
                one.server, one.origin + path, core=cores.load, seconds=1, connections=connections
            )
            if number:
                figures[index].append(took.cpu_us)
    return [median(some) for some in figures]


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
