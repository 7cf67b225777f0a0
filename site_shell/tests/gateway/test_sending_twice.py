"""Double clicks, forms with a key, and too many of both, over real sockets."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Gate, Received, Reply

from site_shell.composer.conf import runtime
from site_shell.gateway import views

from .conftest import FORM, HTMX, OURS, PATH, TARGET, Response, Shell
from .test_bodies import HEAD

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
GO = Reply(status=303, headers={"location": "/cart/", "hx-trigger": '{"review:submitted": {}}'})
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def emptied() -> Iterator[None]:
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def service(service: FakeFragmentServer) -> FakeFragmentServer:
    info = FragmentInfo(
        name="reviews/form",
        events=("review:submitted",),
        actions=(
            Action("submit", "/actions/submit"),
            Action("like", "/actions/like"),
            Action("hello", "/actions/hello", identity="required"),
        ),
    )
    service.add_fragment("reviews/form", fragment=info)
    service.respond(TARGET, GO)
    service.respond("/fragments/form/actions/like", GO)
    service.respond("/fragments/form/actions/hello", Reply(status=204))
    return service


class Visitor:
    """A browser that is known."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        answer = shell.send("/actions/reviews/form/hello")
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    def send(self, body: str = "title=Nice", path: str = PATH, **headers: str) -> Response:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {**OURS, **FORM, "cookie": self.cookie, **own}
        return self._shell.send(path, body, given)


@pytest.fixture
def ada(shell: Shell) -> Visitor:
    return Visitor(shell)


def sent(service: FakeFragmentServer) -> tuple[Received, ...]:
    return service.requests_for(TARGET)


def test_a_double_click_is_heard_once_and_both_are_answered(
    ada: Visitor, service: FakeFragmentServer
) -> None:
    gate = Gate()
    service.respond(TARGET, Reply(status=303, headers={"location": "/cart/"}, gate=gate))
    before = len(service.requests)
    with ThreadPoolExecutor(3) as pool:
        clicks = [pool.submit(ada.send) for _ in range(3)]
        service.wait_for_requests(before + 1)
        gate.open()
        answers = [click.result() for click in clicks]
    assert [(answer.status, answer.headers["location"]) for answer in answers] == [
        (303, "/cart/")
    ] * 3
    assert len(sent(service)) == 1


def test_a_second_click_right_after_the_answer_is_one_with_the_first(
    ada: Visitor, service: FakeFragmentServer
) -> None:
    first, second = ada.send(), ada.send()
    assert first.headers["location"] == second.headers["location"] == "/cart/"
    # What it has to tell, it tells whoever of the two comes through.
    assert "notices=" in second.headers["set-cookie"]
    assert len(sent(service)) == 1
    assert runtime().measures.counts()["actions_held", "reason", "repeated"] == 1


def test_what_differs_in_anything_is_something_else(
    ada: Visitor, shell: Shell, service: FakeFragmentServer
) -> None:
    ada.send()
    ada.send("title=Other")
    ada.send(path="/actions/reviews/form/like")
    Visitor(shell).send()
    assert len(sent(service)) == 3
    assert len(service.requests_for("/fragments/form/actions/like")) == 1


def test_nobody_who_is_not_known_gets_an_answer_of_another(
    shell: Shell, service: FakeFragmentServer
) -> None:
    for _ in range(2):
        shell.send()
        shell.send(headers={**OURS, **FORM, "idempotency-key": KEY})
    assert len(sent(service)) == 4


def test_a_second_click_with_the_cookie_of_the_first_is_one_with_it(
    shell: Shell, service: FakeFragmentServer
) -> None:
    """The first thing that somebody puts into a cart is not put there twice."""
    path = "/actions/reviews/form/hello"
    cookie = shell.send(path, "sku=A").headers["set-cookie"].partition(";")[0]
    second = shell.send(path, "sku=A", {**OURS, **FORM, "cookie": cookie})
    assert (second.status, "set-cookie" in second.headers) == (204, False)
    assert len(service.requests_for("/fragments/form/actions/hello")) == 1
    shell.send(path, "sku=B", {**OURS, **FORM, "cookie": cookie})
    shell.send(path, "sku=A")
    assert len(service.requests_for("/fragments/form/actions/hello")) == 3


def test_two_strangers_with_the_same_key_have_two_keys(
    shell: Shell, service: FakeFragmentServer
) -> None:
    for _ in range(2):
        shell.send("/actions/reviews/form/hello", headers={**OURS, **FORM, "idempotency-key": KEY})
    requests = service.requests_for("/fragments/form/actions/hello")
    assert len({request.headers["idempotency-key"] for request in requests}) == 2


def test_a_form_with_a_key_is_done_once_however_late(
    ada: Visitor, service: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("site_shell.gateway.handling.DOUBLE_CLICK", 0)
    body = urlencode({"title": "Nice", "idempotency_key": KEY})
    assert [ada.send(body).status for _ in range(3)] == [303] * 3
    assert len(sent(service)) == 1


def test_a_key_of_another_visitor_is_another_key(
    ada: Visitor, shell: Shell, service: FakeFragmentServer
) -> None:
    for visitor in (ada, Visitor(shell)):
        visitor.send(idempotency_key=KEY)
    first, second = (request.headers["idempotency-key"] for request in sent(service))
    assert first != second
    assert re.fullmatch(r"[\w-]{43}", first)


def test_a_service_gets_the_same_key_when_the_same_thing_is_tried_again(
    ada: Visitor, service: FakeFragmentServer
) -> None:
    service.respond(TARGET, Reply(status=500), GO)
    assert ada.send(idempotency_key=KEY).status == 502
    assert ada.send(idempotency_key=f'"{KEY}"').status == 303
    first, second = (request.headers["idempotency-key"] for request in sent(service))
    assert first == second
    assert KEY not in first


def test_without_a_key_the_service_gets_none(ada: Visitor, service: FakeFragmentServer) -> None:
    ada.send()
    assert "idempotency-key" not in sent(service)[0].headers


@pytest.mark.parametrize("where", ["header", "field", "part"])
def test_a_key_with_something_else_is_refused_with_a_page_that_helps(
    ada: Visitor, service: FakeFragmentServer, where: str
) -> None:
    for title in ("Nice", "Other"):
        if where == "header":
            answer = ada.send(f"title={title}", idempotency_key=KEY)
        elif where == "field":
            answer = ada.send(f"title={title}&idempotency_key={KEY}")
        else:
            part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
            body = part.format("idempotency_key", KEY) + part.format("title", title) + "--b--"
            answer = ada.send(body, content_type="multipart/form-data; boundary=b")
    assert answer.status == 422
    assert "sent before, with something else in it" in answer.text
    assert len(sent(service)) == 1


def test_a_form_that_was_refused_may_be_corrected_under_its_key(
    ada: Visitor, service: FakeFragmentServer
) -> None:
    service.respond(TARGET, Reply(status=422, body="<form>Which title?</form>"), GO)
    assert ada.send("title=", idempotency_key=KEY).status == 422
    assert ada.send("title=Nice", idempotency_key=KEY).status == 303
    assert len(sent(service)) == 2


def test_a_multipart_form_is_the_same_with_another_boundary(
    ada: Visitor, service: FakeFragmentServer
) -> None:
    for boundary in ("----one-form", "----another-form"):
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--{boundary}--'
        )
        ada.send(body, content_type=f"multipart/form-data; boundary={boundary}")
    assert len(sent(service)) == 1


@pytest.mark.parametrize("key", ['"', '"a"b', "a b", "x" * 256, "sch\xf6n"])
def test_what_is_no_key_is_refused(ada: Visitor, service: FakeFragmentServer, key: str) -> None:
    assert ada.send(idempotency_key=key).status == 400
    assert sent(service) == ()


def test_htmx_gets_the_answer_again_too(ada: Visitor, service: FakeFragmentServer) -> None:
    service.respond(TARGET, Reply(body="<p>Kept.</p>", headers={"hx-trigger": "review:submitted"}))
    answers = [ada.send(**{name.replace("-", "_"): v for name, v in HTMX.items()}) for _ in "ab"]
    assert [(one.text, one.headers["hx-trigger"]) for one in answers] == [
        ("<p>Kept.</p>", '{"review:submitted": {}}')
    ] * 2
    assert len(sent(service)) == 1


def test_who_goes_away_after_the_first_click_gets_its_answer_with_the_second(
    ada: Visitor, shell: Shell, service: FakeFragmentServer
) -> None:
    gate = Gate()
    service.respond(TARGET, Reply(status=303, headers={"location": "/cart/"}, gate=gate))
    before = len(service.requests)
    with socket.create_connection(("127.0.0.1", shell.port), timeout=5) as connection:
        cookie = f"cookie: {ada.cookie}\r\ncontent-length: 10\r\n\r\ntitle=Nice".encode()
        connection.sendall(HEAD + cookie)
        service.wait_for_requests(before + 1)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(ada.send)
        gate.open()
        assert second.result().headers["location"] == "/cart/"
    assert len(sent(service)) == 1


def test_without_a_cache_actions_are_carried_out(
    ada: Visitor, service: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise ConnectionError("the cache is gone")

    cache = runtime().store.backend._cache
    for name in ("add", "get", "get_many", "incr", "set", "delete"):
        monkeypatch.setattr(cache, name, fail, raising=False)
    assert [ada.send().status for _ in range(2)] == [303, 303]
    assert len(sent(service)) == 2


def test_a_visitor_who_writes_too_often_is_asked_to_wait(
    ada: Visitor, service: FakeFragmentServer, settings: LazySettings
) -> None:
    settings.ACTIONS_PER_MINUTE_VISITOR = 3
    answers = [ada.send(f"title={number}") for number in range(4)]
    assert [answer.status for answer in answers] == [303, 303, 303, 429]
    assert 1 <= int(answers[3].headers["retry-after"]) <= 120
    assert "Not so fast" in answers[3].text
    assert len(sent(service)) == 3


def test_htmx_keeps_the_form_of_who_writes_too_often(ada: Visitor, settings: LazySettings) -> None:
    settings.ACTIONS_PER_MINUTE_VISITOR = 1
    ada.send("title=0")
    answer = ada.send("title=1", hx_request="true")
    assert (answer.status, answer.body) == (429, b"")
    assert int(answer.headers["retry-after"]) >= 1
    assert "notification:show" in answer.headers["hx-trigger"]
    assert runtime().measures.counts()["actions_held", "reason", "too-many"] == 1


def test_an_address_writes_no_more_than_its_limit_with_however_many_visitors(
    shell: Shell, service: FakeFragmentServer, settings: LazySettings
) -> None:
    settings.ACTIONS_PER_MINUTE_ADDRESS = 3
    assert [shell.send(body=f"title={n}").status for n in range(5)] == [303] * 3 + [429] * 2
    # What a visitor says about his address is not believed.
    headers = {**OURS, **FORM, "x-forwarded-for": "203.0.113.9"}
    assert shell.send(headers=headers).status == 429
    assert len(sent(service)) == 3


def test_what_is_refused_anyway_is_not_counted(shell: Shell, settings: LazySettings) -> None:
    settings.ACTIONS_PER_MINUTE_ADDRESS = 1
    for _ in range(3):
        assert shell.send(headers=FORM).status == 403
    assert shell.send().status == 303


def test_patience_with_the_first_click_has_an_end(
    ada: Visitor, service: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    service.respond(TARGET, Reply(status=303, headers={"location": "/cart/"}, gate=gate))
    before = len(service.requests)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ada.send)
        service.wait_for_requests(before + 1)
        monkeypatch.setattr(views, "SECONDS", 0.1)
        second = ada.send()
        gate.open()
        assert first.result().status == 303
    assert second.status == 409
    assert second.headers["retry-after"] == "5"
