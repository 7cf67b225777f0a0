"""What the composer tells, as values."""

from typing import Any

import pytest
from django.test import RequestFactory
from fragment_contract import FragmentContext, context, deadline


def test_context_headers_become_values(requests: RequestFactory) -> None:
    request = requests.get(
        "/",
        headers={
            "podium-locale": "de",
            "podium-requested-by": "site-shell",
            "podium-mount-origin": "https://shop.example",
            "podium-mount-pathname": "/",
            "podium-public-pathname": "/actions/a/b/",
            "x-request-id": "r1",
            "traceparent": "00-1-2-01",
        },
    )
    assert context(request) == FragmentContext(
        locale="de",
        requested_by="site-shell",
        mount_origin="https://shop.example",
        mount_pathname="/",
        public_pathname="/actions/a/b/",
        request_id="r1",
        traceparent="00-1-2-01",
    )


def test_a_request_without_context_has_one_that_knows_nothing(requests: RequestFactory) -> None:
    request = requests.get("/")
    assert context(request) == FragmentContext()
    assert deadline(request) is None


def test_the_deadline_counts_down_from_the_arrival(
    requests: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([100.0, 100.25, 999.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    request = requests.get("/", headers={"fragment-deadline-ms": "400"})
    context(request)
    assert deadline(request) == 150
    assert deadline(request) == 0


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "٣", "9" * 10])
def test_a_deadline_that_is_no_number_is_none(requests: RequestFactory, text: Any) -> None:
    headers = {"fragment-deadline-ms": text}
    assert FragmentContext.from_headers(headers).deadline() is None
