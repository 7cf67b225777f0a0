"""Ending what was left half done, beside shoppers and services that are away."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cart import placing
from cart.catalogue import catalogue
from cart.catalogue_client import HttpCatalogue
from cart.models import Order
from cart.settling import settle

from .conftest import Shopper
from .fake_catalogue import FakeCatalogue
from .provider import Crash, Provider, crash_after, later

pytestmark = pytest.mark.django_db
State = Order.State


def test_settled_while_it_was_reserved_nothing_stays_reserved(
    buying: Shopper, shops: FakeCatalogue, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = HttpCatalogue.reserve

    def slow(self: HttpCatalogue, key: str, items: Any) -> None:
        settle(catalogue(), provider, now=later())
        real(self, key, items)

    monkeypatch.setattr(HttpCatalogue, "reserve", slow)
    assert buying.order().status_code == 422
    assert Order.objects.get().state == State.CANCELLED
    assert shops.reserved() == {}


def test_one_order_that_cannot_be_settled_does_not_keep_the_others_from_it(
    ada: Shopper,
    shops: FakeCatalogue,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shops.sell("A", price=2450, stock=10)
    for shopper in (ada, Shopper("anon:bob")):
        shopper.add("A", 2)
        crash_after(monkeypatch, placing, "_reserve")
        with pytest.raises(Crash):
            shopper.order()
    first = Order.objects.get(owner=ada.subject)

    def find(key: str) -> None:
        if key == first.number:
            raise RuntimeError("the provider has never heard of reason")

    monkeypatch.setattr(provider, "find", find)
    assert settle(catalogue(), provider, now=later()).cancelled == 1
    assert shops.articles["A"].stock == 8
    assert f"order {first.number} cannot be settled" in caplog.text


def test_what_is_under_way_is_left_alone(
    buying: Shopper, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_after(monkeypatch, placing, "_reserve")
    with pytest.raises(Crash):
        buying.order()
    settle(catalogue(), provider)
    assert Order.objects.get().state == State.RESERVED


def test_while_the_catalogue_is_away_settling_waits_for_it(
    buying: Shopper,
    shops: FakeCatalogue,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crash_after(monkeypatch, placing, "_reserve")
    with pytest.raises(Crash):
        buying.order()
    shops.broken["/api/"] = (0, b"")
    settle(catalogue(), provider, now=later())
    assert Order.objects.get().state == State.RELEASING
    shops.broken.clear()
    settle(catalogue(), provider, now=later())
    assert Order.objects.get().state == State.CANCELLED
    assert shops.articles["A"].stock == 10


def test_the_command_refuses_a_pause_that_is_none() -> None:
    with pytest.raises(CommandError, match="from 1, not 0"):
        call_command("settle_orders", every=0)
