"""An action reaches its service, and the answer the browser."""

import json
from pathlib import Path

import pytest
from fragment_contract.manifest import Action, Asset
from fragment_contract.testing import FakeFragmentServer, Reply

from site_shell.composer.conf import runtime
from site_shell.tests.composing.kit import wait_until

from .conftest import FORM, HTMX, OURS, PATH, TARGET, Shell, declare


def test_the_body_arrives_as_it_was_sent(shell: Shell, service: FakeFragmentServer) -> None:
    body = b"title=Sch%C3%B6n&body=%00" + bytes(range(256))
    assert shell.send(body=body).status == 200
    (received,) = service.requests_for(TARGET)
    assert received.method == "POST"
    assert received.body == body
    assert received.headers["content-type"] == FORM["content-type"]


def test_the_service_sees_nothing_of_the_visitor(shell: Shell, service: FakeFragmentServer) -> None:
    private = {
        "cookie": "sessionid=secret",
        "authorization": "Basic secret",
        "x-forwarded-for": "203.0.113.9",
        "user-agent": "secret",
        "referer": "http://127.0.0.1/secret",
        "accept-language": "de",
        "x-secret": "secret",
        "podium-locale": "secret",
    }
    shell.send(path=f"{PATH}?token=secret", headers={**OURS, **FORM, **private})
    (received,) = service.requests_for(TARGET)
    assert received.query == ""
    seen = {name: v for name, v in received.headers.items() if name not in ("host", "connection")}
    assert "secret" not in str(seen)
    assert set(seen) == {
        "accept-language",
        "content-length",
        "content-type",
        "fragment-deadline-ms",
        "podium-locale",
        "podium-mount-origin",
        "podium-mount-pathname",
        "podium-public-pathname",
        "podium-debug",
        "podium-requested-by",
        "traceparent",
        "x-request-id",
        *(name for name in seen if name in ("accept", "accept-encoding", "user-agent")),
    }
    assert seen["podium-public-pathname"] == "/actions/reviews/form/"


def test_the_service_is_told_that_htmx_asks(shell: Shell, service: FakeFragmentServer) -> None:
    shell.send(headers={**HTMX, **FORM})
    shell.send(headers={**OURS, **FORM, "hx-request": "yes"})
    first, second = service.requests_for(TARGET)
    assert first.headers["hx-request"] == "true"
    assert "hx-request" not in second.headers


def test_request_ids_meet_in_service_and_answer(shell: Shell, service: FakeFragmentServer) -> None:
    response = shell.send(headers={**OURS, **FORM, "x-request-id": "my-request-1"})
    (received,) = service.requests_for(TARGET)
    assert received.headers["x-request-id"] == response.headers["x-request-id"] == "my-request-1"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_go_through_where_they_are_declared(
    shell: Shell, service: FakeFragmentServer, method: str
) -> None:
    declare(service, Action("submit", "/actions/submit", ("POST", method)))
    assert shell.send(method=method).status == 200
    (received,) = service.requests_for(TARGET)
    assert received.method == method


def test_an_empty_body_needs_no_content_type(shell: Shell, service: FakeFragmentServer) -> None:
    assert shell.send(body=None, headers=OURS).status == 200
    (received,) = service.requests_for(TARGET)
    assert received.body == b""
    assert "content-type" not in received.headers


# Without htmx.


@pytest.mark.parametrize("status", [200, 201, 202, 409, 422])
def test_html_is_wrapped_in_a_page_with_the_same_status(
    shell: Shell, service: FakeFragmentServer, status: int
) -> None:
    html = "<head><title>Mistakes</title></head><form>typed</form>"
    service.respond(TARGET, Reply(status=status, body=html, headers={"set-cookie": "a=b"}))
    response = shell.send()
    assert response.status == status
    assert "<header>Lumen</header><main><form>typed</form></main>" in response.text
    assert response.text.count("<title>") == 1
    assert "<title>Mistakes</title>" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert "default-src" in response.headers["content-security-policy"]
    assert "set-cookie" not in response.headers


def test_the_page_has_the_assets_of_the_fragment(shell: Shell, service: FakeFragmentServer) -> None:
    declare(service, css=(Asset(value="/static/reviews/reviews.css", type="text/css"),))
    text = shell.send().text
    assert "/static/reviews/reviews.css" in text.partition("</head>")[0]


def test_a_redirect_stays_on_the_site_and_becomes_a_get(
    shell: Shell, service: FakeFragmentServer
) -> None:
    for status in (301, 302, 303, 307, 308):
        location = "/products/h1001/x/?review=received#reviews"
        service.respond(TARGET, Reply(status=status, headers={"location": location}))
        response = shell.send()
        assert (response.status, response.headers["location"]) == (303, location)
        assert response.headers["cache-control"] == "no-store"


def test_nothing_to_show_is_nothing(shell: Shell, service: FakeFragmentServer) -> None:
    service.respond(TARGET, Reply(status=204))
    response = shell.send()
    assert (response.status, response.body) == (204, b"")


# With htmx.


@pytest.mark.parametrize("status", [200, 422])
def test_htmx_gets_the_bare_fragment_and_its_event(
    shell: Shell, service: FakeFragmentServer, status: int
) -> None:
    event = json.dumps({"review:submitted": {"ref": "h1001", "state": "pending"}})
    html = "<head><title>No</title></head><p>Thänk you.</p>"
    headers = {"hx-trigger": event, "set-cookie": "a=b", "hx-location": "https://evil.example"}
    service.respond(TARGET, Reply(status=status, body=html, headers=headers))
    response = shell.send(headers={**HTMX, **FORM})
    assert (response.status, response.text) == (status, "<p>Thänk you.</p>")
    assert json.loads(response.headers["hx-trigger"]) == json.loads(event)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert not {"set-cookie", "hx-location"} & set(response.headers)


def test_htmx_is_sent_to_another_page_by_itself(shell: Shell, service: FakeFragmentServer) -> None:
    service.respond(TARGET, Reply(status=303, headers={"location": "/cart/"}))
    response = shell.send(headers={**HTMX, **FORM})
    assert (response.status, response.headers["hx-redirect"]) == (200, "/cart/")
    assert "location" not in response.headers


def test_without_its_page_template_the_answer_is_an_error_page_that_tells_what_happened(
    pages: Path, request: pytest.FixtureRequest
) -> None:
    (pages / "action.html").unlink()
    shell: Shell = request.getfixturevalue("shell")
    response = shell.send()
    assert response.status == 500
    assert "has arrived" in response.text


def test_an_action_goes_to_the_release_whose_form_was_seen(
    shell: Shell, service: FakeFragmentServer, tmp_path: Path
) -> None:
    with FakeFragmentServer() as canary:
        declare(canary)
        canary.respond(TARGET, Reply(body="<p>The new one thanks you.</p>"))
        urls = {"1.0.0": service.url, "2.0.0": canary.url}
        releases = [
            {
                "url": f"{url}/fragments/form",
                "metadata": {"version": version},
                "deployment": {"traffic": 50, "default": version == "1.0.0"},
            }
            for version, url in urls.items()
        ]
        registry = {"microFrontends": {"reviews/form": releases}}
        (tmp_path / "registry.json").write_text(json.dumps(registry))
        wait_until(lambda: bool(runtime().rollouts.current().pinned))
        answers = [
            shell.send(headers={**HTMX, **FORM, "cookie": f"cohort={digit}"}).text
            for digit in range(10)
        ]
        assert sum("new one" in answer for answer in answers) == 5
        # Without a cohort nobody has seen a page of a canary.
        assert "new one" not in shell.send(headers={**HTMX, **FORM}).text


@pytest.mark.parametrize("status", [200, 204])
def test_a_service_may_send_the_browser_on_in_the_words_of_htmx(
    shell: Shell, service: FakeFragmentServer, status: int
) -> None:
    service.respond(TARGET, Reply(status=status, headers={"hx-redirect": "/cart/?a=1#b"}))
    browser, htmx = shell.send(), shell.send(headers={**HTMX, **FORM})
    assert (browser.status, browser.headers["location"]) == (303, "/cart/?a=1#b")
    assert (htmx.status, htmx.headers["hx-redirect"]) == (200, "/cart/?a=1#b")


@pytest.mark.parametrize("location", ["https://evil.example/", "//evil.example", "", "a", "/\\b"])
def test_nobody_is_sent_to_another_site_in_the_words_of_htmx(
    shell: Shell, service: FakeFragmentServer, location: str
) -> None:
    service.respond(TARGET, Reply(status=204, headers={"hx-redirect": location}))
    answer = shell.send(headers={**HTMX, **FORM})
    assert answer.status == 502
    assert "hx-redirect" not in answer.headers


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        ("{origin}/shop/?page=2#x", "/shop/?page=2"),
        ("https://evil.example/shop/", "/"),
        ("{origin}//evil.example/", "/"),
        ("{origin}/actions/reviews/form/submit/", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_a_service_may_have_the_page_loaded_anew(
    shell: Shell, service: FakeFragmentServer, referer: str, location: str
) -> None:
    service.respond(TARGET, Reply(status=204, headers={"hx-refresh": "true"}))
    headers = {**OURS, **FORM, "referer": referer.format(origin=shell.origin)}
    browser, htmx = shell.send(headers=headers), shell.send(headers={**HTMX, **FORM})
    assert (browser.status, browser.headers["location"]) == (303, location)
    assert (htmx.status, htmx.headers["hx-refresh"], htmx.body) == (200, "true", b"")


@pytest.mark.parametrize(
    "name", ["hx-location", "hx-push-url", "hx-retarget", "hx-reswap", "set-cookie", "x-secret"]
)
def test_other_headers_of_a_service_stay_behind(
    shell: Shell, service: FakeFragmentServer, name: str
) -> None:
    service.respond(TARGET, Reply(body="<p>Done</p>", headers={name: "a=b"}))
    for headers in ({**OURS, **FORM}, {**HTMX, **FORM}):
        assert "a=b" not in shell.send(headers=headers).headers.get(name, "")


def test_a_page_around_an_answer_knows_the_way_back(
    pages: Path, request: pytest.FixtureRequest
) -> None:
    page = "<head></head><body>{{ answer }}<a href='{{ back }}'>Back</a></body>"
    (pages / "action.html").write_text(page)
    shell: Shell = request.getfixturevalue("shell")
    referer = f"{shell.origin}/products/?q=vase&page=2"
    answer = shell.send(headers={**OURS, **FORM, "referer": referer})
    assert "<a href='/products/?q=vase&amp;page=2'>" in answer.text


def test_a_page_around_an_answer_has_what_stands_in_for_its_fragments(
    pages: Path, request: pytest.FixtureRequest
) -> None:
    late = '{% fragment "cart/mini" delivery="lazy" skeleton="wait.html" href="/cart/" %}'
    silent = '{% fragment "shop/menu" fallback="menu.html" %}'
    (pages / "action.html").write_text(f"<head></head><body>{late}{silent}{{{{ answer }}}}</body>")
    (pages / "wait.html").write_text("<b>{{ locale }} cart</b>")
    (pages / "menu.html").write_text("<nav>Menu</nav>")
    shell: Shell = request.getfixturevalue("shell")
    answer = shell.send().text
    assert '<b>en cart</b><a class="fragment-slot__link" href="/cart/">' in answer
    assert "<nav>Menu</nav>" in answer
    assert "<p>Thank you.</p>" in answer
