"""What never reaches a service, and what the visitor is told."""

import json

import pytest
from fragment_contract.manifest import Action
from fragment_contract.testing import FakeFragmentServer

from site_shell.gateway.sentences import APOLOGIES

from .conftest import FORM, HTMX, OURS, PATH, TARGET, Response, Shell, declare


def assert_refused(response: Response, status: int) -> None:
    """A page of the shop with the status and its sentence."""
    assert response.status == status
    assert f"<title>{APOLOGIES[status].title}" in response.text
    assert str(APOLOGIES[status].reason) in response.text
    assert "<header>Lumen</header>" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"] in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "SAME-ORIGIN"},
        {"sec-fetch-site": "same-origin, cross-site"},
        {"sec-fetch-site": "cross-site", "origin": "{own}"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "{own}.evil.example"},
        {"origin": "https://127.0.0.1"},
        {"origin": "{own}, https://evil.example"},
        {"referer": "{own}/products/"},
    ],
    ids=str,
)
def test_what_no_page_of_ours_sent_is_refused(
    shell: Shell, service: FakeFragmentServer, headers: dict[str, str]
) -> None:
    given = {name: value.replace("{own}", shell.origin) for name, value in headers.items()}
    assert_refused(shell.send(headers={**given, **FORM}), 403)
    assert service.requests == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": "{own}"},
        {"sec-fetch-site": "same-origin", "origin": "{own}"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"origin": "http://localhost:8000"},
    ],
    ids=str,
)
def test_what_a_page_of_ours_sent_is_taken(shell: Shell, headers: dict[str, str]) -> None:
    given = {name: value.replace("{own}", shell.origin) for name, value in headers.items()}
    assert shell.send(headers={**given, **FORM}).status == 200


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_no_actions(
    shell: Shell, service: FakeFragmentServer, method: str
) -> None:
    response = shell.send(method=method, body=None)
    assert_refused(response, 405)
    assert response.headers["allow"] == "POST, PUT, PATCH, DELETE"
    # Whether a foreign podlet's proxy is meant, which can be read, its manifest tells.
    assert {request.path for request in service.requests} <= {"/fragments/form/manifest.json"}


def test_head_is_refused_without_a_body(shell: Shell) -> None:
    response = shell.send(method="HEAD", body=None)
    assert (response.status, response.body) == (405, b"")


def test_a_method_that_the_action_does_not_declare_is_refused(
    shell: Shell, service: FakeFragmentServer
) -> None:
    response = shell.send(method="DELETE")
    assert_refused(response, 405)
    assert response.headers["allow"] == "POST"
    assert service.requests_for(TARGET) == ()


@pytest.mark.parametrize(
    "path",
    [
        "/actions/reviews/form/other",
        "/actions/reviews/list/submit",
        "/actions/other/form/submit",
        "/actions/reviews/form/" + "a" * 500,
        "/actions/Reviews/form/submit",
    ],
)
def test_what_nobody_declared_does_not_exist(
    shell: Shell, service: FakeFragmentServer, path: str
) -> None:
    assert_refused(shell.send(path=path), 404)
    assert {request.method for request in service.requests} <= {"GET"}


@pytest.mark.parametrize(
    "path",
    [
        "/actions/",
        "/actions/reviews/form/",
        "/actions/reviews/form/submit/",
        "/actions/reviews/form/submit/more",
        "/actions/reviews/form/..%2Fsubmit",
        "/actions/reviews/form/sub%00mit",
        "/actions//form/submit",
        "/actions/reviews/form/%FF",
        "/actions/../actions/reviews/form/submit",
    ],
)
def test_a_malformed_address_reaches_nobody(
    shell: Shell, service: FakeFragmentServer, path: str
) -> None:
    assert shell.send(path=path).status in (400, 404, 405)
    # Below an action there may be a foreign podlet's proxy: its manifest tells.
    assert {request.path for request in service.requests} <= {"/fragments/form/manifest.json"}


def test_a_new_action_is_found_without_a_restart(shell: Shell, service: FakeFragmentServer) -> None:
    assert shell.send().status == 200
    declare(service, Action("like", "/actions/submit"), version="1.1.0")
    assert shell.send(path="/actions/reviews/form/like").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "nonsense"},
        {"content-type": ""},
        {"content-type": "text/plain; charset=\xff"},
        {"content-type": "a/b, c/d"},
        {"content-type": "multipart/form-data; boundary=b; charset=unicode_escape"},
        {"content-type": 'multipart/form-data; Charset="hex"'},
        {**FORM, "content-encoding": "gzip"},
        {**FORM, "content-encoding": "identity, br"},
    ],
    ids=ascii,
)
def test_a_body_that_no_service_could_read_is_refused(
    shell: Shell, service: FakeFragmentServer, headers: dict[str, str]
) -> None:
    assert_refused(shell.send(headers={**OURS, **headers}), 415)
    assert service.requests == ()


def test_a_foreign_host_is_refused(shell: Shell, service: FakeFragmentServer) -> None:
    response = shell.send(headers={**OURS, **FORM, "host": "evil.example"})
    assert response.status == 400
    assert service.requests == ()


def test_htmx_is_told_by_an_event_and_keeps_its_form(shell: Shell) -> None:
    response = shell.send(path="/actions/reviews/form/other", headers={**HTMX, **FORM})
    assert (response.status, response.body) == (404, b"")
    event = json.loads(response.headers["hx-trigger"])
    assert event == {
        "notification:show": {"message": APOLOGIES[404].message("form"), "level": "error"}
    }


def test_nothing_that_was_typed_is_logged(shell: Shell, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    shell.send(path=f"{PATH}?q=typed", body="title=typed")
    shell.send(path=f"{PATH}?q=typed", body="title=typed", headers={**FORM, "origin": "null"})
    lines = [record.getMessage() for record in caplog.records if "gateway" in record.name]
    assert len(lines) == 2
    assert not any("typed" in line for line in lines)
    assert "403" in lines[1]
