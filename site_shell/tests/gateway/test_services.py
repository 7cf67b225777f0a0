"""What a service does wrong does not reach the browser."""

import json
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from fragment_contract.testing import (
    Answer,
    BreakOff,
    Endless,
    FakeFragmentServer,
    Gate,
    GzipBomb,
    Hang,
    Raw,
    Reply,
)

from site_shell.gateway.sentences import APOLOGIES

from .conftest import FORM, HTMX, OURS, PATH, TARGET, Shell
from .test_refusing import assert_refused

MANIFEST = "/fragments/form/manifest.json"


class Form(HTMLParser):
    """The only form of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action = self.method = ""
        self.fields: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the form and its fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.method = given["action"], given["method"]
        elif tag == "input":
            self.fields.append((given["name"], given["value"]))


@pytest.mark.parametrize(
    "answer",
    [
        Reply(status=500, body="<p>traceback</p>"),
        Reply(status=501),
        Reply(status=401, headers={"www-authenticate": "Basic"}),
        Reply(status=304),
        Reply(status=200, body='{"a": 1}', content_type="application/json"),
        Reply(status=200, body="<p>no type</p>", content_type=None),
        Reply(status=200, body=b"<p>\xff</p>"),
        Reply(status=200, body="<p>x</p>", content_type="text/html; charset=utf-16"),
        Reply(status=200, body="<script>never ends"),
        Reply(status=200, body="<p>a</p><!-- never ends"),
    ],
    ids=lambda answer: f"{answer.status} {answer.body!r:.20}",
)
def test_an_answer_of_no_use_is_a_bad_gateway(
    shell: Shell, service: FakeFragmentServer, answer: Reply
) -> None:
    service.respond(TARGET, answer)
    response = shell.send()
    assert_refused(response, 502)
    assert "traceback" not in response.text
    assert "www-authenticate" not in response.headers


@pytest.mark.parametrize(
    "answer",
    [
        Raw(data=b"garbage\r\n\r\n"),
        Raw(data=b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"),
        Raw(data=b"HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n"),
        BreakOff(sent="<p>half"),
        Endless(),
        GzipBomb(),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_a_broken_answer_is_an_apology(
    shell: Shell, service: FakeFragmentServer, answer: Answer
) -> None:
    service.respond(TARGET, answer)
    assert_refused(shell.send(), 503)


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/a\\..\\b",
        "\\\\evil.example",
        "javascript:alert(1)",
        "products/",
        "?page=2",
        "",
        "/\tevil.example",
        "/caf\u00e9".encode().decode("latin-1"),
        "/" + "a" * 3000,
        "http://127.0.0.1/",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("headers", [None, {**HTMX, **FORM}], ids=["browser", "htmx"])
def test_no_redirect_leaves_the_site(
    shell: Shell, service: FakeFragmentServer, location: str, headers: dict[str, str] | None
) -> None:
    service.respond(TARGET, Reply(status=303, headers={"location": location}))
    response = shell.send(headers=headers)
    assert response.status in (502, 503)
    assert not {"location", "hx-redirect"} & set(response.headers)


def test_a_redirect_without_a_location_is_a_bad_gateway(
    shell: Shell, service: FakeFragmentServer
) -> None:
    service.respond(TARGET, Reply(status=303))
    assert_refused(shell.send(), 502)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 415, 429])
def test_a_refusal_of_the_service_keeps_its_status_and_gets_our_words(
    shell: Shell, service: FakeFragmentServer, status: int
) -> None:
    service.respond(TARGET, Reply(status=status, body="<p>internal detail</p>"))
    response = shell.send()
    assert_refused(response, status)
    assert "internal detail" not in response.text


def test_a_service_that_is_down_gets_an_apology_and_nothing_is_lost(
    shell: Shell, service: FakeFragmentServer
) -> None:
    assert shell.send().status == 200
    service.refuse()
    response = shell.send()
    assert_refused(response, 503)


def test_what_was_typed_can_be_sent_again_when_the_service_is_back(
    shell: Shell, service: FakeFragmentServer
) -> None:
    typed = [("title", "<b>\"Schön\"</b> & 'so'"), ("body", "one\r\ntwo"), ("body", ""), ("", "x")]
    shell.send()
    service.refuse()
    response = shell.send(body=urlencode(typed))
    assert "Nothing is lost" in response.text
    assert "<b>" not in response.text
    form = Form(response.text)
    assert (form.action, form.method) == (PATH, "post")
    assert form.fields == typed
    service.accept()
    shell.send(body=urlencode(form.fields))
    assert service.requests_for(TARGET)[-1].body == urlencode(typed).encode()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=b", b"--b\r\n"),
        ("application/json", b'{"title": "x"}'),
        ("application/x-www-form-urlencoded", b"title=%FF"),
        ("application/x-www-form-urlencoded", b"title=\xff"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 300)),
    ],
)
def test_what_cannot_be_put_into_a_form_is_left_to_the_browser(
    shell: Shell, service: FakeFragmentServer, content_type: str, body: bytes
) -> None:
    service.refuse()
    response = shell.send(body=body, headers={**OURS, "content-type": content_type})
    assert_refused(response, 503)
    assert "Please go back" in response.text
    assert "<form" not in response.text


def test_a_service_that_was_never_up_gets_the_same(
    shell: Shell, service: FakeFragmentServer
) -> None:
    service.refuse()
    assert_refused(shell.send(), 503)


def test_with_htmx_a_service_that_is_down_is_an_event_and_the_form_stays(
    shell: Shell, service: FakeFragmentServer
) -> None:
    service.refuse()
    response = shell.send(headers={**HTMX, **FORM})
    assert (response.status, response.body) == (503, b"")
    notice = json.loads(response.headers["hx-trigger"])["notification:show"]
    assert notice == {"message": APOLOGIES[503].message("form"), "level": "error"}


def test_a_service_that_never_answers_is_a_timeout(
    shell: Shell, service: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.respond(TARGET, Hang())
    monkeypatch.setattr("site_shell.gateway.views.SECONDS", 0.2)
    assert_refused(shell.send(), 504)


def test_an_action_is_never_sent_twice(shell: Shell, service: FakeFragmentServer) -> None:
    service.respond(TARGET, BreakOff(sent=""))
    shell.send()
    assert len(service.requests_for(TARGET)) == 1


def test_a_slow_service_keeps_nobody_else_waiting(
    shell: Shell, service: FakeFragmentServer
) -> None:
    gate = Gate()
    service.respond(TARGET, Reply(gate=gate, body="<p>slow</p>"), Reply(body="<p>quick</p>"))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(shell.send)
        service.wait_for_requests(2)
        assert "quick" in shell.send().text
        gate.open()
        assert "slow" in slow.result().text


@pytest.mark.parametrize(
    "manifest",
    [
        Reply(body="not json", content_type="application/json"),
        Reply(status=500),
        Reply(body="[]", content_type="application/json"),
        Hang(),
    ],
    ids=["garbage", "500", "array", "hang"],
)
def test_without_a_manifest_there_is_no_action(
    shell: Shell,
    service: FakeFragmentServer,
    monkeypatch: pytest.MonkeyPatch,
    manifest: Answer,
) -> None:
    monkeypatch.setattr("site_shell.gateway.views.SECONDS", 0.3)
    service.respond(MANIFEST, manifest)
    assert shell.send().status in (503, 504)
    assert service.requests_for(TARGET) == ()


@pytest.mark.parametrize(
    ("trigger", "kept"),
    [
        ('{"review:submitted": {"ref": "h1"}, "other:event": 1}', {"review:submitted"}),
        ('{"other:event": {}}', set()),
        ("review:submitted, other:event", {"review:submitted"}),
        ("[1]", set()),
        ("[" * 2000, set()),
        ('{"review:submitted": "' + "x" * 5000 + '"}', set()),
    ],
    ids=["mixed", "undeclared", "names", "array", "deep", "long"],
)
def test_only_declared_events_are_announced(
    shell: Shell, service: FakeFragmentServer, trigger: str, kept: set[str]
) -> None:
    service.respond(TARGET, Reply(body="<p>ok</p>", headers={"hx-trigger": trigger}))
    response = shell.send(headers={**HTMX, **FORM})
    assert response.status == 200
    assert set(json.loads(response.headers.get("hx-trigger", "{}"))) == kept
