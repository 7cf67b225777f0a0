"""Forms with a key of their own: done once however late, and nobody's key is another one's."""

import re
from urllib.parse import urlencode

import pytest
from fragment_contract.testing import FakeFragmentServer, Reply

from ..conftest import FORM, OURS, TARGET, Shell
from .conftest import GO, KEY, Visitor, sent

pytestmark = pytest.mark.django_db


def test_nobody_who_is_not_known_gets_an_answer_of_another(
    shell: Shell, service: FakeFragmentServer
) -> None:
    for _ in range(2):
        shell.send()
        shell.send(headers={**OURS, **FORM, "idempotency-key": KEY})
    assert len(sent(service)) == 4


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


@pytest.mark.parametrize("key", ['"', '"a"b', "a b", "x" * 256, "sch\xf6n"])
def test_what_is_no_key_is_refused(ada: Visitor, service: FakeFragmentServer, key: str) -> None:
    assert ada.send(idempotency_key=key).status == 400
    assert sent(service) == ()
