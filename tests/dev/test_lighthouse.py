"""How reports of Lighthouse are read, and what is done where one says nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from dev import lighthouse
from dev.lighthouse import NoVerdict, Verdict


def report(score: float | None = 1.0, **more: Any) -> dict[str, Any]:
    audit = {"score": 1, "title": "LCP", "displayValue": "1.2 s", "scoreDisplayMode": "numeric"}
    return {
        "lighthouseVersion": "12.8.2",
        "categories": {
            "performance": {
                "score": score,
                "auditRefs": [{"id": "largest-contentful-paint", "weight": 25}],
            }
        },
        "audits": {"largest-contentful-paint": audit},
        **more,
    }


def verdict(score: int) -> Verdict:
    return Verdict({"performance": score}, {}, (), "12.8.2")


def test_a_report_has_scores_and_figures() -> None:
    found = lighthouse.read(report(0.98))
    assert found.scores == {"performance": 98}
    assert found.figures == {"largest-contentful-paint": "1.2 s"}


def test_a_browser_that_lost_its_record_gave_no_verdict() -> None:
    error = {"code": "NO_NAVSTART", "message": "Something went wrong with recording the trace"}
    with pytest.raises(NoVerdict, match="NO_NAVSTART: Something went wrong"):
        lighthouse.read(report(None, runtimeError=error))
    with pytest.raises(NoVerdict, match="no score for performance"):
        lighthouse.read(report(None))


@pytest.mark.parametrize(("failures", "is_judged"), [(0, True), (3, True), (4, False)])
def test_a_look_that_failed_is_repeated(
    monkeypatch: pytest.MonkeyPatch, failures: int, is_judged: bool
) -> None:
    def answers() -> Iterator[Verdict | None]:
        yield from [None] * failures
        yield verdict(100)

    coming = answers()

    def look(url: str, categories: object) -> Verdict:
        if (found := next(coming)) is None:
            raise NoVerdict("NO_NAVSTART")
        return found

    monkeypatch.setattr(lighthouse, "_look", look)
    if is_judged:
        assert lighthouse.judge("http://localhost/").scores == {"performance": 100}
    else:
        with pytest.raises(NoVerdict):
            lighthouse.judge("http://localhost/")


def test_the_look_in_the_middle_counts() -> None:
    looks = [verdict(score) for score in (98, 91, 100, 99, 97)]
    assert lighthouse.middle(looks).scores == {"performance": 98}
