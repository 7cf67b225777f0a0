"""Who bought it is known to the cart alone, which is asked over a real socket."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client
from fragment_contract.testing import FakeFragmentServer, Reply, parse
from fragment_contract.testing.replies import Hang

from reviews import purchases
from reviews.models import Review

from .conftest import Purges
from .factories import ReviewFactory
from .shopper import Shopper

pytestmark = pytest.mark.django_db(transaction=True)


def answer(bought: object) -> Reply:
    return Reply(body=json.dumps({"bought": bought}), content_type="application/json")


@pytest.fixture
def cart(settings: LazySettings) -> Iterator[FakeFragmentServer]:
    with FakeFragmentServer() as server:
        settings.CART_URL = server.url
        settings.SERVICE_TOKEN = "shared"
        yield server


def test_the_review_of_a_buyer_is_verified(cart: FakeFragmentServer) -> None:
    cart.respond("/api/purchases", answer(True))
    Shopper("user:1").sends()
    review = Review.objects.get()
    assert review.verified and review.purchase_asked_at is not None
    (asked,) = cart.requests
    assert asked.parameters == [("subject", "user:1"), ("ref", "h1001")]
    assert asked.headers["authorization"] == "Bearer shared"


def test_a_review_of_somebody_else_is_not(cart: FakeFragmentServer) -> None:
    cart.respond("/api/purchases", answer(False))
    Shopper("user:1").sends()
    review = Review.objects.get()
    assert not review.verified and review.purchase_asked_at is not None


BAD: list[Any] = [
    Reply(status=500),
    Reply(status=401),
    Reply(body="<html>", content_type="text/html"),
    Reply(body="[]", content_type="application/json"),
    answer("yes"),
    answer(1),
    Reply(status=302, headers={"location": "http://127.0.0.1:1/"}),
    Hang(),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda reply: type(reply).__name__)
def test_a_cart_that_says_nothing_useful_is_asked_later(
    cart: FakeFragmentServer, bad: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purchases, "_SECONDS", 0.2)
    cart.respond("/api/purchases", bad)
    response = Shopper("user:1").sends()
    assert response.status_code == 200
    review = Review.objects.get()
    assert not review.verified and review.purchase_asked_at is None
    cart.respond("/api/purchases", answer(True))
    call_command("catch_up")
    assert Review.objects.get().verified


def test_a_cart_that_is_down_keeps_nobody_from_writing(cart: FakeFragmentServer) -> None:
    cart.refuse()
    assert Shopper("user:1").sends().status_code == 200
    assert Review.objects.get().purchase_asked_at is None
    cart.accept()
    cart.respond("/api/purchases", answer(True))
    Shopper("user:1").sends(revision="1", title="Better")
    assert Review.objects.get().verified


def test_a_badge_that_comes_late_is_in_the_list_at_once(
    cart: FakeFragmentServer, purges: Purges, client: Client
) -> None:
    ReviewFactory.create(subject="user:1")
    before = len(purges.messages)
    cart.respond("/api/purchases", answer(True))
    call_command("catch_up")
    assert purges.messages[before:] == [["reviews:h1001"]]
    assert b"Verified purchase" in client.get("/fragments/list/?product=h1001").content


def test_catching_up_asks_about_each_review_once_and_stops_where_the_cart_does(
    cart: FakeFragmentServer,
) -> None:
    for number in range(5):
        ReviewFactory.create(subject=f"user:{number}")
    ReviewFactory.create(subject="")
    cart.respond("/api/purchases", answer(True), answer(False), Reply(status=503))
    assert purchases.verify_all() == (2, 3)
    assert len(cart.requests) == 3
    cart.respond("/api/purchases", answer(False))
    assert purchases.verify_all() == (3, 0)
    assert purchases.verify_all() == (0, 0)
    assert Review.objects.filter(verified=True).count() == 1


def test_no_answer_of_the_cart_takes_a_badge_away(cart: FakeFragmentServer) -> None:
    ReviewFactory.create(subject="user:1", verified=True)
    cart.respond("/api/purchases", answer(False))
    Shopper("user:1").sends(revision="1", title="Better")
    assert Review.objects.get().verified


def test_shoppers_cannot_verify_themselves() -> None:
    Shopper("user:1").sends(verified="on", purchase_asked_at="2026-01-01")
    assert not Review.objects.get().verified
    assert "Verified purchase" not in parse(Shopper("user:1").sends().content).text
