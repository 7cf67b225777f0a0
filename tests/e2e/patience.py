"""Page templates that wait longer: a machine that tests and draws is slower than a shop's."""

import re
import shutil
from pathlib import Path

from dev.projects import ROOT

FACTOR = 4
_TIME = re.compile(r'\b(timeout="?|budget = )(\d+)')


def patient_templates(folder: Path) -> Path:
    """The shop's page templates in a folder of their own, with nothing changed but the times."""
    shutil.copytree(ROOT / "templates", folder)
    for path in folder.rglob("*.*"):
        path.write_text(_TIME.sub(_longer, path.read_text()))
    return folder


def _longer(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) * FACTOR}"
