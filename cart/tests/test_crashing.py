"""What becomes of an order when something breaks between two steps: it is placed whole, or not."""

from typing import Any

import pytest

from cart import carts, placing
from cart.catalogue import Item, KeyTaken, catalogue
from cart.models import Letter, Line, Order
from cart.settling import settle

from .conftest import Shopper
from .fake_catalogue import FakeCatalogue
from .provider import Crash, Provider, crash_after, later

pytestmark = pytest.mark.django_db
State = Order.State

STEPS = {
    "written": (placing, "_write", State.PLACING),
    "reserved": (placing, "_reserve", State.RESERVED),
}


@pytest.mark.parametrize("step", STEPS)
def test_an_order_that_nobody_paid_is_taken_back_whole(
    buying: Shopper,
    shops: FakeCatalogue,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    owner, name, state = STEPS[step]
    form = buying.form()
    crash_after(monkeypatch, owner, name)
    with pytest.raises(Crash):
        buying.order(form)
    assert Order.objects.get().state == state
    settled = settle(catalogue(), provider, now=later())
    assert (settled.placed, settled.cancelled) == (0, 1)
    assert shops.articles["A"].stock == 10
    assert Line.objects.get().quantity == 2
    assert not Letter.objects.exists()
    assert buying.order().status_code == 303


@pytest.mark.parametrize("step", STEPS)
def test_sending_the_form_again_goes_on_where_it_broke_off(
    buying: Shopper, shops: FakeCatalogue, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    owner, name, _ = STEPS[step]
    form = buying.form()
    crash_after(monkeypatch, owner, name)
    with pytest.raises(Crash):
        buying.order(form)
    assert buying.order(form).status_code == 303
    assert Order.objects.get().state == State.PLACED
    assert shops.articles["A"].stock == 8


def test_an_order_that_was_paid_is_placed_and_confirmed(
    buying: Shopper, shops: FakeCatalogue, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_after(monkeypatch, provider, "charge")
    with pytest.raises(Crash):
        buying.order()
    settled = settle(catalogue(), provider, now=later())
    assert (settled.placed, settled.cancelled) == (1, 0)
    order = Order.objects.get()
    assert (order.state, order.payment_reference) == (State.PLACED, f"demo-{order.number}")
    assert Letter.objects.get().state == Letter.State.WAITING
    assert not Line.objects.exists()
    assert shops.articles["A"].stock == 8
    assert provider.charged == {order.number: 5350} and not provider.refunded


def test_a_reservation_whose_answer_was_lost_is_not_made_twice(
    buying: Shopper, shops: FakeCatalogue
) -> None:
    form = buying.form()
    lost: list[str] = []

    def lose(method: str, path: str) -> None:
        if method == "PUT" and not lost:
            lost.append(path)
            shops.broken["/api/reservations"] = (500, b"")

    shops.after = lose
    real = shops.answer

    def answer(method: str, path: str, body: bytes) -> Any:
        done = real(method, path, body)
        return (500, {}) if method == "PUT" and not lost else done

    shops.answer = answer  # type: ignore[method-assign]
    assert buying.order(form).status_code == 422
    assert shops.articles["A"].stock == 8  # it was made, but nobody heard of it
    shops.broken.clear()
    assert buying.order(form).status_code == 303
    assert shops.articles["A"].stock == 8
    assert Order.objects.count() == 1


def test_after_that_another_address_orders_once_too(buying: Shopper, shops: FakeCatalogue) -> None:
    form = buying.form()
    real = shops.answer

    def deaf(method: str, path: str, body: bytes) -> Any:
        done = real(method, path, body)
        return (500, {}) if method == "PUT" else done

    shops.answer = deaf  # type: ignore[method-assign]
    assert buying.order(form).status_code == 422
    shops.answer = real  # type: ignore[method-assign]
    assert buying.order(form, street="7 Loom Street").status_code == 303
    assert shops.articles["A"].stock == 8
    order = Order.objects.get(state=State.PLACED)
    assert order.street == "7 Loom Street"
    assert Order.objects.exclude(pk=order.pk).get().state == State.CANCELLED


def test_the_back_button_after_ordering_leads_to_the_order_and_orders_nothing(
    buying: Shopper, shops: FakeCatalogue
) -> None:
    form = buying.form()
    first = buying.order(form)
    buying.add("A", 3)
    again = buying.order(form, name="", street="")
    assert (again.status_code, again["location"]) == (303, first["location"])
    assert Order.objects.count() == 1
    assert Line.objects.get().quantity == 3


def test_signing_in_while_the_order_waits_for_the_cart_leaves_nothing_of_it_in_a_cart(
    buying: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = carts.held

    def late(owner: str) -> Any:
        if Order.objects.filter(owner=buying.subject, state=State.RESERVED).exists():
            monkeypatch.setattr(carts, "held", real)
            carts.adopt("user:1", buying.subject)
        return real(owner)

    monkeypatch.setattr(carts, "held", late)
    assert buying.order().status_code == 303
    order = Order.objects.get()
    assert (order.state, order.owner) == (State.PLACED, "user:1")
    assert not Line.objects.exists()


def test_a_refused_reservation_that_arrives_later_takes_nothing(
    buying: Shopper, shops: FakeCatalogue
) -> None:
    form = buying.form()

    def dearer(method: str, path: str) -> None:
        if method == "GET" and path.startswith("/api/offers"):
            shops.articles["A"].price = 2600

    shops.after = dearer
    assert buying.order(form).status_code == 422
    order = Order.objects.get()
    assert order.state == State.CANCELLED
    shops.articles["A"].price = 2450
    with pytest.raises(KeyTaken):
        catalogue().reserve(order.number, [Item("A", 2, 2450)])
    assert shops.articles["A"].stock == 10
