"""The provider is silent or slow: an order is paid once, or what was paid is given back."""

from typing import Any

import pytest

from cart import fulfilment
from cart import payment as payment_module
from cart.catalogue import catalogue
from cart.models import Order
from cart.payment import DemoPayment, Receipt, Unheard
from cart.settling import settle

from .conftest import Shopper
from .fake_catalogue import FakeCatalogue
from .provider import Crash, Provider, crash_after, later

pytestmark = pytest.mark.django_db
State = Order.State


@pytest.mark.parametrize("has_charged", [False, True])
def test_a_provider_that_does_not_answer_is_asked_again_and_paid_once(
    buying: Shopper,
    shops: FakeCatalogue,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    has_charged: bool,
) -> None:
    real = provider.charge

    def silent(key: str, *rest: Any) -> Receipt:
        if has_charged:
            real(key, *rest)
        raise Unheard(key)

    form = buying.form()
    monkeypatch.setattr(provider, "charge", silent)
    answer = buying.order(form)
    assert answer.status_code == 422
    assert "you will not pay twice" in answer.content.decode()
    assert Order.objects.get().state == State.RESERVED
    monkeypatch.setattr(provider, "charge", real)
    assert buying.order(form).status_code == 303
    assert Order.objects.get().state == State.PLACED
    assert len(provider.charged) == 1
    assert not provider.refunded


def test_what_was_paid_for_another_address_is_paid_back(
    buying: Shopper, shops: FakeCatalogue, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = buying.form()
    crash_after(monkeypatch, provider, "charge")
    with pytest.raises(Crash):
        buying.order(form)
    assert buying.order(form, street="7 Loom Street").status_code == 303
    taken_back, placed = Order.objects.order_by("pk")
    assert (taken_back.state, placed.state) == (State.CANCELLED, State.PLACED)
    assert provider.charged == {taken_back.number: 5350, placed.number: 5350}
    assert provider.refunded == {f"demo-{taken_back.number}": 5350}
    assert shops.articles["A"].stock == 8


def test_while_the_provider_is_away_an_order_is_not_over_before_its_money_is_back(
    buying: Shopper, shops: FakeCatalogue, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert buying.order().status_code == 303
    order = Order.objects.get()
    real = provider.refund

    def away(*args: Any) -> None:
        raise RuntimeError("no answer")

    monkeypatch.setattr(provider, "refund", away)
    assert fulfilment.cancel(Order.objects.all(), catalogue(), provider) == (1, 1)
    assert settle(catalogue(), provider, now=later()).cancelled == 0
    order.refresh_from_db()
    assert order.state == State.RELEASING
    monkeypatch.setattr(provider, "refund", real)
    assert settle(catalogue(), provider, now=later()).cancelled == 1
    assert provider.refunded == {order.payment_reference: 5350}
    assert shops.articles["A"].stock == 10


def test_settled_while_the_provider_took_its_time_nobody_pays(
    buying: Shopper, shops: FakeCatalogue, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = provider.charge

    def slow(*args: Any) -> Receipt:
        settle(catalogue(), DemoPayment(), now=later())
        return real(*args)

    monkeypatch.setattr(provider, "charge", slow)
    assert buying.order().status_code == 422
    order = Order.objects.get()
    assert order.state == State.CANCELLED
    assert provider.refunded == {f"demo-{order.number}": 5350}
    assert shops.articles["A"].stock == 10


def test_the_shop_takes_no_money() -> None:
    assert isinstance(payment_module.payment(), DemoPayment)
