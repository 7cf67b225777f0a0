"""A machine that tests and draws is slower than a shop's: everything waits longer."""

import re
import shutil
from pathlib import Path

from dev.projects import ROOT

FACTOR = 4
WAIT_MS = 30_000
# Toasts go after six seconds, and whoever looks for them may be slower.
LASTING_TOASTS = """{
    const { setTimeout } = window;
    window.setTimeout = (then, ms, ...more) => setTimeout(then, ms < 6000 ? ms : 10 * ms, ...more);
}"""
_TIME = re.compile(r'\b(timeout="?|budget = )(\d+)')


def patient_templates(folder: Path) -> Path:
    """The shop's page templates in a folder of their own, with nothing changed but the times."""
    shutil.copytree(ROOT / "templates", folder)
    for path in folder.rglob("*.*"):
        path.write_text(_TIME.sub(_longer, path.read_text()))
    return folder


def _longer(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) * FACTOR}"
