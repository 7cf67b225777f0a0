"""Double clicks over real sockets: heard once, and each of them answered."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from fragment_contract.testing import FakeFragmentServer, Gate, Reply

from site_shell.composer.conf import runtime
from site_shell.gateway import views

from ..conftest import FORM, HTMX, OURS, TARGET, Shell
from ..test_bodies import HEAD
from .conftest import Visitor, sent

pytestmark = pytest.mark.django_db


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


def test_a_multipart_form_is_the_same_with_another_boundary(
    ada: Visitor, service: FakeFragmentServer
) -> None:
    for boundary in ("----one-form", "----another-form"):
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--{boundary}--'
        )
        ada.send(body, content_type=f"multipart/form-data; boundary={boundary}")
    assert len(sent(service)) == 1


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
    with socket.create_connection(("127.0.0.1", shell.port), timeout=60) as connection:
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
