"""Who sends too often, over real sockets: asked to wait, and told how long."""

import pytest
from django.conf import LazySettings
from fragment_contract.testing import FakeFragmentServer

from site_shell.composer.conf import runtime

from ..conftest import FORM, OURS, Shell
from .conftest import Visitor, sent

pytestmark = pytest.mark.django_db


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
