"""A foreign podlet's proxies are reached through the shell, and nothing else of its server is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fragment_contract.testing import FakeFragmentServer, Reply

from ..staging.conftest import cookie
from .conftest import OURS, PATH, Shell, declare

BASE = "/fragments/form"
PROXY = "/actions/reviews/form/api"
JSON = {**OURS, "content-type": "application/json"}


def podlet(server: FakeFragmentServer, *proxies: tuple[str, str]) -> None:
    """reviews/form is a podlet that knows nothing of the key ``fragment``."""
    manifest = {
        "name": "form",
        "version": "1.0.0",
        "content": "/",
        "proxy": [{"name": name, "target": target} for name, target in proxies],
    }
    body = json.dumps(manifest)
    server.respond(f"{BASE}/manifest.json", Reply(body=body, content_type="application/json"))


@pytest.fixture
def service() -> Iterator[FakeFragmentServer]:
    with FakeFragmentServer() as server:
        podlet(server, ("api", "/v1/api"))
        server.respond("*", Reply(body='{"ok": 1}', content_type="application/json"))
        yield server


def asked(service: FakeFragmentServer) -> list[Any]:
    return [each for each in service.requests if not each.path.endswith("/manifest.json")]


@pytest.mark.parametrize(
    ("path", "upstream"),
    [
        (PROXY, "/v1/api"),
        (f"{PROXY}/", "/v1/api/"),
        (f"{PROXY}/items/7", "/v1/api/items/7"),
        (f"{PROXY}/h%C3%A9?a=1&a=2&b=%20", "/v1/api/hé"),
    ],
)
def test_path_and_query_below_a_proxy_arrive_as_they_came(
    shell: Shell, service: FakeFragmentServer, path: str, upstream: str
) -> None:
    response = shell.send(path, None, {}, "GET")
    assert (response.status, response.text) == (200, '{"ok": 1}')
    assert response.headers["content-type"] == "application/json"
    (received,) = asked(service)
    assert received.path == f"{BASE}{upstream}"
    assert received.query == path.partition("?")[2]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_changes_something_needs_a_page_of_the_site(
    shell: Shell, service: FakeFragmentServer, method: str
) -> None:
    refused = shell.send(f"{PROXY}/x", b"{}", {"content-type": "application/json"}, method)
    assert refused.status == 403
    assert service.requests == ()
    assert shell.send(f"{PROXY}/x", b"{}", JSON, method).status == 200
    (received,) = asked(service)
    assert (received.method, received.body) == (method, b"{}")


@pytest.mark.parametrize("kind", [{}, {"content-type": 'rubbish; charset="no'}])
def test_the_body_of_a_read_stays_behind(
    shell: Shell, service: FakeFragmentServer, kind: dict[str, str]
) -> None:
    assert shell.send(PROXY, b"x=1", kind, "GET").status == 200
    (received,) = asked(service)
    assert (received.method, received.body) == ("GET", b"")
    assert "content-type" not in received.headers


def test_what_another_release_answers_is_in_no_cache(
    shell: Shell, service: FakeFragmentServer
) -> None:
    kept = Reply(body="{}", content_type="application/json", headers={"cache-control": "max-age=9"})
    service.respond("*", kept)
    assert shell.send(PROXY, None, {}, "GET").headers["cache-control"] == "max-age=9"
    wishes = cookie("reviews=slow:1")
    assert shell.send(PROXY, None, wishes, "GET").headers["cache-control"] == "no-store"


def test_the_podlet_sees_its_context_and_nothing_of_the_visitor(
    shell: Shell, service: FakeFragmentServer
) -> None:
    private = {"cookie": "a=secret", "authorization": "secret", "x-forwarded-for": "secret"}
    shell.send(PROXY, None, {**private, "accept": "application/json"}, "GET")
    (received,) = asked(service)
    assert "secret" not in str(received.headers)
    assert received.headers["accept"] == "application/json"
    assert received.headers["podium-public-pathname"] == "/actions/reviews/form/"


@pytest.mark.parametrize(
    "rest",
    [
        *(
            "/../../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "/a/%2E%2e/%2E./x",
            "//evil.example/x",
        ),
        *("/a%5c..%5cb", "/./x", "/%00", "/a//b", "/.%2e/x"),
    ],
)
def test_no_path_leaves_the_target(shell: Shell, service: FakeFragmentServer, rest: str) -> None:
    assert shell.send(f"{PROXY}{rest}", None, {}, "GET").status in {400, 404, 405}
    assert asked(service) == []


@pytest.mark.parametrize("target", ["http://evil.example/x", "https://127.0.0.1/x"])
def test_a_target_on_another_server_is_not_followed(
    shell: Shell, service: FakeFragmentServer, target: str
) -> None:
    podlet(service, ("api", target))
    assert shell.send(f"{PROXY}/x", None, {}, "GET").status == 502
    assert asked(service) == []


def test_a_target_may_name_its_own_server(shell: Shell, service: FakeFragmentServer) -> None:
    podlet(service, ("api", f"{service.url}/elsewhere"))
    assert shell.send(f"{PROXY}/x", None, {}, "GET").status == 200
    assert asked(service)[0].path == "/elsewhere/x"


def test_what_is_not_declared_is_not_there(shell: Shell, service: FakeFragmentServer) -> None:
    assert shell.send("/actions/reviews/form/other", None, {}, "GET").status == 405
    assert shell.send("/actions/reviews/form/other/x", None, {}, "GET").status == 404
    assert shell.send("/actions/no/such/x", None, {}, "GET").status == 404
    assert asked(service) == []


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (Reply(status=404, body="no", content_type="text/plain"), 404),
        (Reply(status=422, body="{}", content_type="application/problem+json"), 422),
        (Reply(status=204), 204),
        (Reply(status=302, headers={"location": "/there/"}), 302),
        (Reply(status=302, headers={"location": "https://evil.example/"}), 502),
        (Reply(status=302, headers={"location": "//evil.example/"}), 502),
        (Reply(body="alert(1)", content_type="text/javascript"), 502),
        (Reply(body="x", content_type="application/wasm"), 502),
        (Reply(body="x", content_type=None), 502),
    ],
)
def test_answers_pass_if_they_are_data_and_stay_on_the_site(
    shell: Shell, service: FakeFragmentServer, reply: Reply, status: int
) -> None:
    service.respond("*", reply)
    assert shell.send(PROXY, None, {}, "GET").status == status


def test_cookies_and_policies_of_a_podlet_stay_behind(
    shell: Shell, service: FakeFragmentServer
) -> None:
    sent = {
        "set-cookie": "a=1",
        "content-security-policy": "script-src *",
        "access-control-allow-origin": "*",
        "cache-control": "max-age=30",
        "content-disposition": "attachment",
    }
    reply = Reply(body="{}", content_type="application/json", headers=sent)
    service.respond("*", reply)
    response = shell.send(PROXY, None, {}, "GET")
    assert "set-cookie" not in response.headers
    assert "access-control-allow-origin" not in response.headers
    assert "script-src *" not in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "max-age=30"
    assert response.headers["content-disposition"] == "attachment"
    assert shell.send(PROXY, b"{}", JSON).headers["cache-control"] == "no-store"


def test_the_answer_to_head_has_no_body(shell: Shell, service: FakeFragmentServer) -> None:
    response = shell.send(PROXY, None, {}, "HEAD")
    assert (response.status, response.body) == (200, b"")


def test_a_fragment_of_ours_has_no_proxies(shell: Shell, service: FakeFragmentServer) -> None:

    declare(service)
    assert shell.send(f"{PATH}/more", None, {}, "GET").status == 404
    assert shell.send(f"{PATH}/more").status == 404
