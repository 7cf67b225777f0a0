"""What `make test` says at the end is what happened."""

from pathlib import Path

import pytest

from dev.test import read, tell

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
    assert "skipped  reviews: a::left out: chromium is missing" in capsys.readouterr().out
