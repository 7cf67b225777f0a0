"""Purges follow the transaction, and never harm it."""

import json
from typing import Any

import pytest
from django.db import transaction
from fragment_contract import InvalidTag, purge_on_commit
from fragment_contract.testing import FakeFragmentServer, Hang, Reply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def composer(fragment_server: FakeFragmentServer, settings: Any) -> FakeFragmentServer:
    fragment_server.respond("/_composer/purge", Reply(status=204))
    settings.FRAGMENT_PURGE_URL = f"{fragment_server.url}/_composer/purge"
    settings.FRAGMENT_PURGE_TOKEN = "s3cret"
    return fragment_server


def purged(composer: FakeFragmentServer) -> list[list[str]]:
    return [json.loads(request.body)["tags"] for request in composer.requests]


def test_a_purge_is_one_authorised_post_of_tags(composer: FakeFragmentServer) -> None:
    purge_on_commit("product:h1", "products")
    (request,) = composer.requests
    assert request.method == "POST"
    assert request.headers["authorization"] == "Bearer s3cret"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"tags": ["product:h1", "products"]}


def test_a_purge_waits_for_the_commit(composer: FakeFragmentServer) -> None:
    with transaction.atomic():
        purge_on_commit("product:h1")
        assert purged(composer) == []
    assert purged(composer) == [["product:h1"]]


def test_a_transaction_sends_each_tag_once_and_in_one_message(composer: Any) -> None:
    with transaction.atomic():
        purge_on_commit("product:h1", "products")
        purge_on_commit("product:h2", "products")
    assert purged(composer) == [["product:h1", "products", "product:h2"]]


def test_transactions_do_not_share_their_tags(composer: Any) -> None:
    for _ in range(2):
        with transaction.atomic():
            purge_on_commit("product:h1")
    assert purged(composer) == [["product:h1"], ["product:h1"]]


def test_what_was_rolled_back_is_not_purged(composer: FakeFragmentServer) -> None:
    with transaction.atomic():
        purge_on_commit("product:h1")
        transaction.set_rollback(True)
    assert purged(composer) == []


def test_a_rolled_back_savepoint_takes_only_its_own_tags_along(composer: Any) -> None:
    with transaction.atomic():
        with transaction.atomic():
            purge_on_commit("product:lost")
            transaction.set_rollback(True)
        purge_on_commit("product:h1")
    assert purged(composer) == [["product:h1"]]


def test_a_kept_savepoint_repeats_no_tag(composer: FakeFragmentServer) -> None:
    with transaction.atomic():
        purge_on_commit("product:h1")
        with transaction.atomic():
            purge_on_commit("product:h1", "product:h2")
    assert purged(composer) == [["product:h1"], ["product:h2"]]


def test_without_an_address_nothing_is_sent(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.delenv("FRAGMENT_PURGE_URL", raising=False)
    purge_on_commit("product:h1")
    assert caplog.text == ""


def test_the_address_may_come_from_the_environment(
    fragment_server: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragment_server.respond("/_composer/purge", Reply(status=204))
    monkeypatch.setenv("FRAGMENT_PURGE_URL", f"{fragment_server.url}/_composer/purge")
    monkeypatch.setenv("FRAGMENT_PURGE_TOKEN", "other")
    purge_on_commit("product:h1")
    assert fragment_server.requests[0].headers["authorization"] == "Bearer other"


@pytest.mark.parametrize("trouble", ["refused", "forbidden", "silent", "malformed"])
def test_a_purge_that_fails_is_logged_and_not_raised(
    composer: FakeFragmentServer, settings: Any, monkeypatch: Any, caplog: Any, trouble: str
) -> None:
    monkeypatch.setattr("fragment_contract.purge._TIMEOUT_SECONDS", 0.05)
    if trouble == "refused":
        composer.refuse()
    elif trouble == "forbidden":
        composer.respond("/_composer/purge", Reply(status=403))
    elif trouble == "silent":
        composer.respond("/_composer/purge", Hang())
    else:
        settings.FRAGMENT_PURGE_URL = "http://[nowhere"
    with transaction.atomic():
        purge_on_commit("product:h1")
    assert "purge of product:h1 at http" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_tag_that_cannot_travel_is_refused_at_the_call(composer: FakeFragmentServer) -> None:
    with pytest.raises(InvalidTag):
        purge_on_commit("Not A Tag")
    assert purged(composer) == []
