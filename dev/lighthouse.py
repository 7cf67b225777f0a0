"""``python -m dev.lighthouse [ORIGIN]``: what Lighthouse says of the shop, into docs/lighthouse.md.

In its mobile profile: a phone of the middle class on a slow network, both simulated. Each page is
visited before, so that nothing is drawn or fetched for the first time, and looked at several times:
the look in the middle counts, since a machine that does something else as well makes some of them
slower than the page is.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import urllib.request
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
TIMES: Final = 5
# A browser that gets no time for some seconds loses the beginning of its own record (NO_NAVSTART)
# or the page, and Lighthouse reports that it saw nothing.
ATTEMPTS: Final = 4
_SECONDS: Final = 120
_METRICS: Final = {
    "first-contentful-paint": "first paint",
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


class NoVerdict(Exception):
    """Lighthouse could not look at the page; the message is its own."""


def judge(url: str, categories: Sequence[str] = CATEGORIES) -> Verdict:
    """Let Lighthouse look at a page. Raises NoVerdict if it cannot, however often it is asked."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _look(url, categories)
        except NoVerdict as error:
            if attempt == ATTEMPTS:
                raise
            print(f"{url}: {error}; once more", file=sys.stderr)
    raise AssertionError("unreachable")


def _look(url: str, categories: Sequence[str]) -> Verdict:
    program = node.install(PACKAGES) / "lighthouse" / "cli" / "index.js"
    browser = chromium.program()
    if browser is None:
        raise RuntimeError("chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        flags = " ".join(["--headless=new", *chromium.OPTIONS])
        options = ["--quiet", "--output=json", f"--output-path={path}", f"--chrome-flags={flags}"]
        only = [f"--only-categories={','.join(categories)}"]
        try:
            done = subprocess.run(
                ["node", str(program), url, *options, *only],
                env={**os.environ, "CHROME_PATH": browser},
                capture_output=True,
                text=True,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise NoVerdict(f"no answer within {_SECONDS} s") from error
        if not path.exists():
            raise NoVerdict(done.stderr.strip()[-500:] or f"exit code {done.returncode}")
        return read(json.loads(path.read_text()))


def read(report: dict[str, Any]) -> Verdict:
    """What a report says. Raises NoVerdict for one about a look that failed."""
    categories, audits = report["categories"], report["audits"]
    if error := report.get("runtimeError"):
        raise NoVerdict(f"{error['code']}: {error['message']}"[:500])
    if unjudged := [name for name, found in categories.items() if found["score"] is None]:
        raise NoVerdict(f"no score for {', '.join(unjudged)}: {_errors(audits)}"[:500])
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


def _errors(audits: dict[str, Any]) -> str:
    said = (audit.get("errorMessage") for audit in audits.values())
    return "; ".join(sorted({message for message in said if message}))


def middle(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict in the middle of several looks at one page, by performance."""
    ordered = sorted(verdicts, key=lambda verdict: verdict.scores.get("performance", 0))
    return ordered[len(ordered) // 2]


def table(verdicts: dict[str, Verdict]) -> Iterator[str]:
    """The lines of the page in the documentation."""
    version = next(iter(verdicts.values())).version
    day = datetime.now(UTC).strftime("%d %B %Y")
    yield "# What Lighthouse says"
    yield ""
    yield f"Lighthouse {version} in its mobile profile, the median of {TIMES} runs, on {day} with"
    machine = f"{os.cpu_count()} cores ({platform.machine()})"
    yield f"{machine}. `python -m dev.lighthouse` writes this page."
    yield "Tests hold all but performance at 100. That one depends on what else a machine does;"
    yield "tests hold [what it is made of](shell-operators/budgets.md)."
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


def visit(url: str) -> None:
    """Twice, as shops are visited all the time: pages and pictures are at hand then."""
    for _ in range(2):
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            answer.read()


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else None
    with origin(given) as site:
        verdicts = {}
        for name, path in PAGES.items():
            visit(site + path)
            verdicts[name] = middle([judge(site + path) for _ in range(TIMES)])
            print(name, verdicts[name].scores, *verdicts[name].faults, sep="\n  ")
    PAGE.write_text("\n".join(table(verdicts)) + "\n")


if __name__ == "__main__":
    main()
