"""Processes are killed anywhere: an order is placed and paid, or it is not and nobody has paid.

Over SQLite in a file, and over PostgreSQL where the tests run over it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection
from django.utils import timezone
from fragment_contract.testing.crowd import Crowd

from cart import carts
from cart.catalogue import Offer, catalogue
from cart.models import Letter, Line, Order
from cart.paying import LATEST_CHARGE
from cart.selectors import cart_view
from cart.settling import settle

from .fake_catalogue import FakeCatalogue
from .ledger import Ledger
from .mortal import SURVIVED, Mortals, mortals

pytestmark = pytest.mark.django_db(transaction=True)
State = Order.State
STOCK: Final = 1_000


@dataclass
class Shop:
    """Mortals who order and settle, and what came of it."""

    crowd: Crowd
    mortals: Mortals
    ledger: Ledger
    shops: FakeCatalogue
    offer: Offer
    numbers: Iterator[int]

    def fill(self) -> str:
        """A new shopper with two things in the cart."""
        shopper = f"anon:{next(self.numbers)}"
        self.crowd.one(lambda: carts.add(shopper, self.offer, 2))
        return shopper

    def ordering(self, shopper: str, **task: Any) -> dict[str, Any]:
        view = self.crowd.one(lambda: cart_view(shopper, catalogue()))
        agreed = {"key": view.key, "seen": view.digest}
        return {"act": "order", "owner": shopper, **agreed, **task}

    def settle(self, after: timedelta = timedelta(hours=1)) -> None:
        now = timezone.now() + after
        self.crowd.one(lambda: settle(catalogue(), self.ledger, now=now))

    def pass_time(self) -> None:
        """Settle again and again, until no charge can come any more."""
        pause = timedelta(hours=1)
        while pause < 4 * LATEST_CHARGE:
            self.settle(pause)
            pause *= 2

    def check(self) -> None:
        """All that was ever ordered is placed, paid and gone; or all of it is as it was."""
        self.crowd.one(self._check)

    def _check(self) -> None:
        balance = self.ledger.balance()
        placed = 0
        for order in Order.objects.all():
            charged, refunded = balance.pop(order.number, (0, 0))
            is_placed = order.state == State.PLACED
            assert is_placed or order.state == State.CANCELLED
            assert charged - refunded == (order.total_minor if is_placed else 0), order.state
            assert (order.refunded_at is None) == (refunded == 0)
            is_written_to = Letter.objects.filter(order=order, state=Letter.State.WAITING).exists()
            # Of those that the staff cancelled the letter is found not to be needed when it is due.
            assert is_written_to == (order.placed_at is not None)
            assert not (is_placed and Line.objects.filter(cart__owner=order.owner).exists())
            placed += is_placed
        assert balance == {}
        assert self.shops.articles["A"].stock == STOCK - 2 * placed
        assert self.shops.reserved() == ({"A": 2 * placed} if placed else {})


@pytest.fixture(scope="module")
def processes() -> Iterator[Mortals]:
    with mortals() as found:
        yield found


@pytest.fixture
def shop(processes: Mortals, crowd: Crowd, shops: FakeCatalogue, tmp_path: Path) -> Shop:
    shops.sell("A", price=2450, stock=STOCK)
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    database = str(connection.settings_dict["NAME"])
    processes.common = {"database": database, "catalogue": shops.url, "ledger": str(ledger.file)}
    return Shop(crowd, processes, ledger, shops, catalogue().offers(["A"])["A"], count())


def states(shop: Shop) -> set[str]:
    return set(shop.crowd.one(lambda: list(Order.objects.values_list("state", flat=True))))


def test_whoever_dies_while_ordering_is_settled(shop: Shop) -> None:
    for _ in shop.mortals.at_every_step(lambda: shop.ordering(shop.fill())):
        pass
    shop.settle()
    shop.check()
    assert states(shop) == {State.PLACED, State.CANCELLED}


@pytest.mark.parametrize("change", [{}, {"street": "7 Loom Street"}], ids=["same", "mended"])
def test_whoever_dies_while_ordering_may_send_the_form_again(
    shop: Shop, change: dict[str, str]
) -> None:
    tasks: list[dict[str, Any]] = []

    def task() -> dict[str, Any]:
        tasks.append(shop.ordering(shop.fill()))
        return tasks[-1]

    for _ in shop.mortals.at_every_step(task):
        assert shop.mortals.live(**tasks[-1], change=change) == SURVIVED
        own = Order.objects.filter(owner=tasks[-1]["owner"], state=State.PLACED)
        assert shop.crowd.one(own.count) == 1
    shop.check()


def test_whoever_dies_while_cancelling_for_the_shop_is_settled(shop: Shop) -> None:
    def task() -> dict[str, Any]:
        shopper = shop.fill()
        assert shop.mortals.live(**shop.ordering(shopper)) == SURVIVED
        return {"act": "cancel", "owner": shopper}

    for _ in shop.mortals.at_every_step(task):
        pass
    shop.settle()
    shop.check()
    # Whoever died before the first step has cancelled nothing.
    own = Order.objects.filter(state=State.PLACED)
    assert shop.crowd.one(own.count) == 1


def given_up_by_settling(shop: Shop, task: dict[str, Any]) -> None:
    shop.settle()


def given_up_by_the_shopper(shop: Shop, task: dict[str, Any]) -> None:
    mended = {"change": {"street": "7 Loom Street"}, "provider": ""}
    assert shop.mortals.live(**task | mended) == SURVIVED


@pytest.mark.parametrize("give_up", [given_up_by_settling, given_up_by_the_shopper])
def test_a_charge_that_comes_after_the_order_was_given_up_is_paid_back(
    shop: Shop, give_up: Callable[[Shop, dict[str, Any]], None]
) -> None:
    task = shop.ordering(shop.fill(), provider="late")
    assert shop.mortals.live(**task) == SURVIVED
    assert states(shop) == {State.RESERVED}
    give_up(shop, task)
    late = Order.objects.order_by("pk")
    assert shop.crowd.one(lambda: late[0].state) == State.CANCELLED
    shop.check()
    shop.settle(timedelta(hours=3))  # in vain: it is not there yet
    shop.ledger.land()
    shop.pass_time()
    shop.check()
    order = shop.crowd.one(lambda: late[0])
    assert shop.ledger.balance()[order.number] == (5350, 5350)
    assert order.recheck_at is None


def test_whoever_dies_while_paying_back_what_came_late_is_followed(shop: Shop) -> None:
    def task() -> dict[str, Any]:
        assert shop.mortals.live(**shop.ordering(shop.fill(), provider="late")) == SURVIVED
        shop.settle()
        shop.ledger.land()
        return {"act": "settle", "later": 14_400}

    for _ in shop.mortals.at_every_step(task):
        shop.settle(timedelta(hours=8))
    shop.check()


def test_given_up_beside_a_slow_charge_it_is_paid_back_whoever_dies(shop: Shop) -> None:
    for _ in shop.mortals.at_every_step(lambda: shop.ordering(shop.fill(), provider="slow")):
        pass
    shop.pass_time()
    shop.check()
    assert states(shop) == {State.CANCELLED}


def test_nobody_is_asked_for_ever_about_an_order_that_was_never_charged(shop: Shop) -> None:
    assert shop.mortals.live(**shop.ordering(shop.fill(), provider="late")) == SURVIVED
    shop.pass_time()
    order = shop.crowd.one(Order.objects.get)
    assert (order.state, order.recheck_at, order.refunded_at) == (State.CANCELLED, None, None)
