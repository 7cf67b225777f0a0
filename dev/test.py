"""``make test``: all test sessions, and one account of what ran, failed and was skipped.

With CI=true a skipped test is a failure: a build machine has to have everything that is needed.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from dev import lanes
from dev.bootstrap import uv_environment
from dev.environment import var_folder


@dataclass
class Account:
    """What one session's tests came to."""

    session: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        numbers = f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"
        return f"{self.session:<28} {numbers}"


def read(report: Path) -> Account:
    """An account out of a JUnit XML file, which pytest and Vitest both write."""
    account = Account(report.stem)
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own file
        name = f"{report.stem}: {case.get('classname')}::{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            account.failed.append(name)
        elif skip is not None:
            account.skipped.append(f"{name}: {skip.get('message')}")
        else:
            account.passed += 1
    return account


def tell(accounts: list[Account]) -> None:
    for account in accounts:
        print(account)
    for account in accounts:
        for line in account.failed:
            print(f"failed   {line}")
        for line in account.skipped:
            print(f"skipped  {line}")
    passed = sum(account.passed for account in accounts)
    failed = sum(len(account.failed) for account in accounts)
    skipped = sum(len(account.skipped) for account in accounts)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)


def verdict(accounts: list[Account], *, sessions_ran: bool, strict: bool) -> str | None:
    """Why this run is not good enough, or None. ``strict`` accepts no skipped test."""
    if not sessions_ran or not accounts or any(account.failed for account in accounts):
        return "Tests failed, or a session could not run (see above)."
    if strict and any(account.skipped for account in accounts):
        return "Tests were skipped, which CI does not accept (see above)."
    return None


def nox_environment(reports: Path) -> dict[str, str]:
    config = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
    )
    return {**uv_environment(config.stdout), "TEST_REPORTS": str(reports)}


def main() -> None:
    reports = var_folder() / "test-reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    strict = os.environ.get("CI") == "true"
    sessions_ran = lanes.run(sys.argv[1:], nox_environment(reports))
    accounts = [read(report) for report in sorted(reports.glob("*.xml"))]
    tell(accounts)
    sys.exit(verdict(accounts, sessions_ran=sessions_ran, strict=strict))


if __name__ == "__main__":
    main()
