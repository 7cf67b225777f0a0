"""What becomes of an order when something breaks between two steps: it is placed whole, or not."""

from importlib import import_module
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cart import carts, fulfilment, placing
from cart import payment as payment_module
from cart.catalogue import Item, KeyTaken, catalogue
from cart.catalogue_client import HttpCatalogue
from cart.models import Letter, Line, Order
from cart.payment import DemoPayment, Receipt, Unheard
from cart.settling import PATIENCE, settle

from .conftest import Shopper
from .fake_catalogue import FakeCatalogue

pytestmark = pytest.mark.django_db
State = Order.State


class Crash(BaseException):
    """The process is gone: nothing of it runs any more."""


class Provider(DemoPayment):
    """A payment provider with a memory, that counts what it charged and gave back."""

    def __init__(self) -> None:
        self.charged: dict[str, int] = {}
        self.refunded: dict[str, int] = {}

    def charge(self, key: str, amount_minor: int, currency: str, method: str) -> Receipt:
        receipt = super().charge(key, amount_minor, currency, method)
        self.charged.setdefault(key, amount_minor)
        return receipt

    def find(self, key: str) -> Receipt | None:
        return Receipt(f"demo-{key}") if key in self.charged else None

    def refund(self, receipt: Receipt, amount_minor: int, currency: str) -> None:
        self.refunded.setdefault(receipt.reference, amount_minor)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    found = Provider()
    for module in ("cart.fragments.checkout", "cart.management.commands.settle_orders"):
        # By hand: the package's attribute of that name is the fragment.
        monkeypatch.setattr(import_module(module), "payment", lambda: found)
    return found


@pytest.fixture
def buying(ada: Shopper, shops: FakeCatalogue, provider: Provider) -> Shopper:
    shops.sell("A", price=2450, stock=10)
    ada.add("A", 2)
    return ada


def crash_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Let the process die right after something was done, once."""
    real = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        monkeypatch.setattr(owner, name, real)
        raise Crash

    monkeypatch.setattr(owner, name, dying)


def later() -> Any:
    return timezone.now() + 2 * PATIENCE


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


def test_the_shop_takes_no_money() -> None:
    assert isinstance(payment_module.payment(), DemoPayment)
