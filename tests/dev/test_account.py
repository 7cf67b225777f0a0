"""What `make test` says at the end is what happened."""

from pathlib import Path

import pytest

from dev.test import Account, read, tell, verdict

REPORT = """<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure message="no"/></testcase>
<testcase classname="a" name="broken"><error message="no"/></testcase>
<testcase classname="a" name="left out"><skipped message="chromium is missing"/></testcase>
</testsuite></testsuites>"""


def test_failures_errors_and_skips_are_counted_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "reviews.xml"
    report.write_text(REPORT)
    account = read(report)
    assert (account.passed, len(account.failed), len(account.skipped)) == (1, 2, 1)
    tell([account])
    printed = capsys.readouterr().out
    assert "skipped  reviews: a::left out: chromium is missing" in printed
    assert printed.endswith("1 passed, 2 failed, 1 skipped\n")


def test_a_skipped_test_is_accepted_on_a_laptop_and_not_by_ci() -> None:
    accounts = [Account("e2e", passed=3, skipped=["a browser test"])]
    assert verdict(accounts, sessions_ran=True, strict=False) is None
    assert "skipped" in str(verdict(accounts, sessions_ran=True, strict=True))


@pytest.mark.parametrize(
    ("accounts", "sessions_ran"),
    [
        ([Account("e2e", passed=3, failed=["one"])], True),
        ([Account("e2e", passed=3)], False),
        ([], True),
    ],
    ids=["a failed test", "a session that could not run", "no test at all"],
)
def test_anything_else_is_a_failure(accounts: list[Account], sessions_ran: bool) -> None:
    assert verdict(accounts, sessions_ran=sessions_ran, strict=False)
