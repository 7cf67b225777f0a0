"""``python -m dev.lighthouse [ORIGIN]``: what Lighthouse says of the shop, into docs/lighthouse.md.

In its mobile profile: a phone of the middle class on a slow network, both simulated. Each page is
looked at three times and the best figure of each kind counts, since a machine that does something
else as well makes a page look slower, and nothing makes it look faster.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from dev import chromium, node
from dev.environment import var_folder
from dev.projects import ROOT
from dev.running_site import RunningSite

PACKAGES: Final = ROOT / "tests" / "e2e"
PAGE: Final = ROOT / "docs" / "lighthouse.md"
PAGES: Final = {"home": "/", "list": "/products/", "product": "/products/h1001/tide-vase/"}
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
TIMES: Final = 3
_SECONDS: Final = 120
_METRICS: Final = {
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "layout shift",
    "total-byte-weight": "sent",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Scores from 0 to 100 by category, figures as Lighthouse writes them, what is not perfect."""

    scores: dict[str, int]
    figures: dict[str, str]
    faults: tuple[str, ...]
    version: str


def judge(url: str, categories: Sequence[str] = CATEGORIES) -> Verdict:
    """Let Lighthouse look at a page once."""
    program = node.install(PACKAGES) / "lighthouse" / "cli" / "index.js"
    browser = chromium.program()
    if browser is None:
        raise RuntimeError("chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        flags = " ".join(["--headless=new", *chromium.OPTIONS])
        options = ["--quiet", "--output=json", f"--output-path={path}", f"--chrome-flags={flags}"]
        only = [f"--only-categories={','.join(categories)}"]
        subprocess.run(
            ["node", str(program), url, *options, *only],
            env={**os.environ, "CHROME_PATH": browser},
            check=True,
            timeout=_SECONDS,
        )
        return _read(json.loads(path.read_text()))


def _read(report: dict[str, Any]) -> Verdict:
    categories, audits = report["categories"], report["audits"]
    faults = [
        f"{name}: {audits[ref['id']]['title']} {audits[ref['id']].get('displayValue', '')}".strip()
        for name, category in categories.items()
        for ref in category["auditRefs"]
        if ref["weight"] and (audits[ref["id"]]["score"] or 0) < 1
        if audits[ref["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual", "informative"}
    ]
    return Verdict(
        {name: round(100 * category["score"]) for name, category in categories.items()},
        {name: audits[name]["displayValue"] for name in _METRICS if name in audits},
        tuple(faults),
        report["lighthouseVersion"],
    )


def best(verdicts: Sequence[Verdict]) -> Verdict:
    """The best of several looks at one page: its figures are those of the best performance."""
    winner = max(verdicts, key=lambda verdict: verdict.scores["performance"])
    scores = {name: max(verdict.scores[name] for verdict in verdicts) for name in winner.scores}
    return Verdict(scores, winner.figures, winner.faults, winner.version)


def table(verdicts: dict[str, Verdict]) -> Iterator[str]:
    """The lines of the page in the documentation."""
    version = next(iter(verdicts.values())).version
    day = datetime.now(UTC).strftime("%d %B %Y")
    yield "# What Lighthouse says"
    yield ""
    yield f"Lighthouse {version} in its mobile profile, the best of {TIMES} runs, on {day} with"
    machine = f"{os.cpu_count()} cores ({platform.machine()})"
    yield f"{machine}. `python -m dev.lighthouse` writes this page."
    yield "Tests hold all but performance at 100; that one depends on what else a machine does."
    yield ""
    yield f"| page | {' | '.join(CATEGORIES)} | {' | '.join(_METRICS.values())} |"
    yield f"|---|{'---|' * (len(CATEGORIES) + len(_METRICS))}"
    for name, verdict in verdicts.items():
        cells = [str(verdict.scores[category]) for category in CATEGORIES]
        figures = [verdict.figures[metric].removeprefix("Total size was ") for metric in _METRICS]
        cells += [figure.replace("\N{NO-BREAK SPACE}", " ") for figure in figures]
        yield f"| {name} | {' | '.join(cells)} |"


@contextmanager
def origin(given: str | None) -> Iterator[str]:
    """The origin of a running site, or of one that runs for as long as this takes."""
    if given:
        yield given.rstrip("/")
        return
    site = RunningSite.start(var_folder())
    try:
        site.wait_until_ready()
        yield site.origin
    finally:
        site.stop()


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else None
    with origin(given) as site:
        verdicts = {}
        for name, path in PAGES.items():
            verdicts[name] = best([judge(site + path) for _ in range(TIMES)])
            print(name, verdicts[name].scores, *verdicts[name].faults, sep="\n  ")
    PAGE.write_text("\n".join(table(verdicts)) + "\n")


if __name__ == "__main__":
    main()
