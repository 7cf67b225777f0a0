"""Test sessions in two lanes that run side by side: one core each, and about equally long."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence

from dev.projects import ROOT

LANES: tuple[tuple[str, ...], ...] = (
    (
        *("site_shell", "contract", "product_details", "reviews", "cart", "bookmarks"),
        "notifications",
    ),
    ("postgresql", "elsewhere", "podium", "dev", "e2e"),
)
SESSIONS: tuple[str, ...] = tuple(name for lane in LANES for name in lane)


def run(sessions: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Run sessions, all of them without any; whether each could be run to its end.

    Of two lanes one is seen as it goes, and the other when it has ended.
    """
    if sessions or (os.cpu_count() or 1) < len(LANES):
        return _run(sessions or SESSIONS, environ)
    seen, unseen = LANES
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output,
        subprocess.Popen(
            _command(unseen), cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT
        ) as beside,
    ):
        try:
            is_good = _run(seen, environ)
            is_good = beside.wait() == 0 and is_good
        finally:
            # Whoever breaks off the one ends the other with it.
            beside.terminate()
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout)
        sys.stdout.flush()
    return is_good


def _run(sessions: Sequence[str], environ: Mapping[str, str]) -> bool:
    return subprocess.run(_command(sessions), cwd=ROOT, env=environ).returncode == 0


def _command(sessions: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "nox", "-s", *sessions]
