"""Reports of browsers about broken policies: taken, bounded, counted, believed in nothing."""

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer import conf
from site_shell.composer.csp import REPORT_PATH
from site_shell.composer.measures import Measures
from site_shell.composer.reports import LINES_A_MINUTE, MAX_BYTES, CspReports

from .conftest import Open
from .kit import World

LEGACY = "application/csp-report"
REPORTS = "application/reports+json"


def legacy(**changes: Any) -> bytes:
    report = {
        "document-uri": "https://shop.example/products/?q=private",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/x.js?token=private",
        **changes,
    }
    return json.dumps({"csp-report": report}).encode()


def modern(count: int = 1) -> bytes:
    body = {
        "documentURL": "https://shop.example/",
        "effectiveDirective": "img-src",
        "blockedURL": "inline",
    }
    return json.dumps([{"type": "csp-violation", "body": body}] * count).encode()


def test_both_kinds_of_reports_are_taken_and_counted(
    world: World, open_site: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    client = open_site()
    for body, kind in ((legacy(), LEGACY), (modern(2), REPORTS)):
        response = client.post(REPORT_PATH, content=body, headers={"content-type": kind})
        assert (response.status_code, response.headers["cache-control"]) == (204, "no-store")
    counts = conf.runtime().measures.counts()
    assert counts["csp_reports", "directive", "script-src-elem"] == 1
    assert counts["csp_reports", "directive", "img-src"] == 2
    # Not caplog: when Django is set up its handlers take the place of all others.
    logged = capsys.readouterr().err
    assert "blocked=https://evil.example page=/products/" in logged
    assert "private" not in logged


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", LEGACY, 400),
        (b"[" * 10_000, LEGACY, 400),
        (b"\xff", REPORTS, 400),
        (legacy(), "text/plain", 415),
        (b"x" * (MAX_BYTES + 1), LEGACY, 413),
        (b"[]", LEGACY, 204),
        (b"1", REPORTS, 204),
        (b'{"csp-report": 1}', LEGACY, 204),
        (b'[1, {"type": "csp-violation", "body": []}]', REPORTS, 204),
    ],
)
def test_nonsense_is_answered_and_breaks_nothing(
    world: World, open_site: Open, body: bytes, kind: str, status: int
) -> None:
    response = open_site().post(REPORT_PATH, content=body, headers={"content-type": kind})
    assert response.status_code == status


def test_reports_are_posted(world: World, open_site: Open) -> None:
    response = open_site().get(REPORT_PATH)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_nobody_can_fill_the_log_or_make_up_counters(caplog: pytest.LogCaptureFixture) -> None:
    measures = Measures()
    reports = CspReports(measures, clock=lambda: 30.0)
    for number in range(100):
        reports.take(legacy(**{"effective-directive": f"made-up-{number}"}), LEGACY)
    reports.take(modern(50), REPORTS)
    assert len(caplog.records) == LINES_A_MINUTE + 1
    counts = measures.counts()
    assert counts["csp_reports", "directive", "unknown"] == 100
    assert counts["csp_reports", "directive", "img-src"] == 20
    assert len(counts) == 2


def test_the_next_minute_is_logged_again(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    reports = CspReports(Measures(), clock=lambda: now[0])
    for _ in range(LINES_A_MINUTE * 2):
        reports.take(modern(), REPORTS)
    caplog.clear()
    now[0] = 60.0
    reports.take(modern(), REPORTS)
    assert len(caplog.records) == 1


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_report_can_forge_a_line_of_the_log(blocked: str, page: str) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("site_shell.composer.reports")
    logger.addHandler(handler)
    try:
        body = legacy(**{"blocked-uri": blocked, "document-uri": page})
        assert CspReports(Measures()).take(body, LEGACY) == 204
    finally:
        logger.removeHandler(handler)
    assert all(line.isascii() and line.isprintable() and len(line) < 500 for line in lines)
