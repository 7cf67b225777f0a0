"""What choosing a release costs: a registry file of a thousand fragments with five releases each.

In this process, on its CPU clock; no server is needed for it.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from site_shell.composer.registry.file import FileRegistry
from site_shell.composer.rollouts import Rollouts

FRAGMENTS = 1_000
RELEASES = 5
TARGET_US = 2.0
_ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Choosing:
    """Microseconds of CPU time for one choice, or for one look at the whole registry."""

    name: str
    us: float
    best_us: float
    target_us: float | None = None


def measure(folder: Path) -> list[Choosing]:
    """With no rollout anywhere, and with one of every fragment."""
    names = [f"service-{number}/fragment" for number in range(FRAGMENTS)]
    quiet = _rollouts(folder / "quiet.json", names, traffic=0)
    busy = _rollouts(folder / "busy.json", names, traffic=10)
    return [
        _timed("no rollout under way", lambda: _choose(quiet, names), FRAGMENTS, TARGET_US),
        _timed("every fragment under rollout", lambda: _choose(busy, names), FRAGMENTS, TARGET_US),
        _timed("plan for all, when one begins or a share changes", lambda: _plan(busy), 1, None),
    ]


def table(measured: list[Choosing]) -> str:
    """The lines that are printed."""
    lines = [
        f"choosing a release out of {FRAGMENTS} fragments x {RELEASES} releases"
        f"{'CPU us':>12}{'best':>9}{'target':>9}"
    ]
    for one in measured:
        target = f"<= {one.target_us:.0f}" if one.target_us else ""
        verdict = ""
        if one.target_us:
            verdict = "  met" if one.us <= one.target_us else "  MISSED"
        lines.append(f"{one.name:58}{one.us:9.2f}{one.best_us:9.2f}{target:>9}{verdict}")
    return "\n".join(lines)


def _rollouts(path: Path, names: list[str], *, traffic: float) -> Rollouts:
    fragments = {name: [_entry(number, traffic) for number in range(RELEASES)] for name in names}
    path.write_text(json.dumps({"schema": "bench", "microFrontends": fragments}))
    return Rollouts(FileRegistry(path))


def _entry(number: int, traffic: float) -> dict[str, Any]:
    share = {0: 100 - traffic, 1: traffic}.get(number, 0)
    return {
        "url": f"http://127.0.0.1:{9000 + number}/fragment",
        "metadata": {"version": f"{number}.0.0"},
        "deployment": {"traffic": share, "default": number == 0},
    }


def _choose(rollouts: Rollouts, names: list[str]) -> None:
    for name in names:
        rollouts.choose(name, "default", "7")


def _plan(rollouts: Rollouts) -> None:
    rollouts.forget()
    rollouts.current()


def _timed(name: str, work: Callable[[], None], count: int, target: float | None) -> Choosing:
    work()
    found = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        found.append((time.process_time() - began) / count * 1e6)
    return Choosing(name, median(found), min(found), target)
