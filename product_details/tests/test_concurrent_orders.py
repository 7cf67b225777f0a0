"""Many orders at once, each over a connection of its own: on SQLite in a file, and on PostgreSQL
where the tests run over it."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum
from django.test import Client

from product_details.models import Reservation, ReservedLine, Variant

from .factories import VariantFactory

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 8


class Buyers:
    """Threads that start together, each with its own connection to one real database."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def all_at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """Let each act be done by a thread of its own, all at the same moment."""
        barrier = Barrier(len(acts))

        def after_all_are_ready(act: Callable[[], Any]) -> Any:
            barrier.wait(timeout=30)
            return act()

        return list(self._pool.map(after_all_are_ready, acts))

    def one(self, act: Callable[[], Any]) -> Any:
        """Do one thing in the same database."""
        return self._pool.submit(act).result()


def _hang_up() -> None:
    connection.close()


@pytest.fixture
def buyers(tmp_path: Path, settings: LazySettings) -> Iterator[Buyers]:
    """The test database in memory has only one connection: threads get a file instead."""
    settings.SERVICE_TOKEN = "token"
    name = connection.settings_dict["NAME"]
    with ThreadPoolExecutor(BUYERS) as pool:
        buyers = Buyers(pool)
        if connection.vendor == "sqlite":
            connection.settings_dict["NAME"] = str(tmp_path / "orders.sqlite3")
            buyers.one(lambda: call_command("migrate", verbosity=0))
        try:
            yield buyers
        finally:
            buyers.all_at_once(*[_hang_up] * BUYERS)
            connection.settings_dict["NAME"] = name


def stocked(**stock: int) -> Callable[[], None]:
    """Make variants with a stock."""

    def make() -> None:
        for sku, units in stock.items():
            VariantFactory.create(sku=sku, stock=units)

    return make


def order(key: str, *items: tuple[str, int]) -> Callable[[], int]:
    """Reserve, and return the status of the answer."""
    wanted = [{"sku": sku, "quantity": n, "price_minor": 4900} for sku, n in items]

    def put() -> int:
        client = Client(headers={"authorization": "Bearer token"})
        body = json.dumps({"items": wanted})
        return client.put(f"/api/reservations/{key}", body, "application/json").status_code

    return put


def cancel(key: str) -> Callable[[], int]:
    """Release, and return the status of the answer."""

    def delete() -> int:
        client = Client(headers={"authorization": "Bearer token"})
        return client.delete(f"/api/reservations/{key}").status_code

    return delete


def stock() -> dict[str, int]:
    """What is left."""
    return dict(Variant.objects.values_list("sku", "stock"))


def test_the_last_ones_are_sold_once(buyers: Buyers) -> None:
    buyers.one(stocked(A=5))
    orders = [order(f"k{n}", ("A", 1)) for n in range(BUYERS)]
    assert Counter(buyers.all_at_once(*orders)) == {201: 5, 409: BUYERS - 5}
    assert buyers.one(stock) == {"A": 0}
    assert buyers.one(Reservation.objects.count) == 5


def test_the_same_order_sent_many_times_at_once_is_one(buyers: Buyers) -> None:
    buyers.one(stocked(A=20, B=20))
    answers = buyers.all_at_once(*[order("k", ("A", 2), ("B", 1))] * BUYERS)
    assert Counter(answers) == {201: 1, 200: BUYERS - 1}
    assert buyers.one(stock) == {"A": 18, "B": 19}


def test_orders_of_the_same_things_in_any_order_do_not_block_each_other(buyers: Buyers) -> None:
    skus = ("A", "B", "C", "D")
    buyers.one(stocked(**dict.fromkeys(skus, 100)))
    orders = [
        order(f"k{n}", *((sku, 1) for sku in random.Random(n).sample(skus, 4)))
        for n in range(BUYERS)
    ]
    assert Counter(buyers.all_at_once(*orders)) == {201: BUYERS}
    assert buyers.one(stock) == dict.fromkeys(skus, 100 - BUYERS)


def test_a_release_sent_twice_at_once_gives_back_once(buyers: Buyers) -> None:
    buyers.one(stocked(A=10))
    buyers.one(order("k", ("A", 4)))
    assert set(buyers.all_at_once(*[cancel("k")] * BUYERS)) == {204}
    assert buyers.one(stock) == {"A": 10}


def test_an_order_and_its_cancellation_at_once_leave_nothing_behind(buyers: Buyers) -> None:
    buyers.one(stocked(A=10))
    pairs = [act for n in range(BUYERS // 2) for act in (order(f"k{n}", ("A", 1)), cancel(f"k{n}"))]
    answers = buyers.all_at_once(*pairs)
    assert set(answers) <= {201, 204, 410}
    assert buyers.one(stock) == {"A": 10}


def test_after_a_crowd_every_unit_is_in_stock_or_in_an_order(buyers: Buyers) -> None:
    buyers.one(stocked(A=9, B=7, C=5))

    def shopper(number: int) -> Callable[[], set[int]]:
        dice = random.Random(number)

        def shop() -> set[int]:
            seen = set()
            for n in range(6):
                skus = dice.sample("ABC", dice.randint(1, 3))
                key = f"k{number}-{n}"
                seen.add(order(key, *((sku, dice.randint(1, 3)) for sku in skus))())
                if dice.random() < 0.5:
                    seen.add(cancel(key)())
            return seen

        return shop

    answers = set().union(*buyers.all_at_once(*(shopper(n) for n in range(BUYERS))))
    assert answers == {201, 204, 409}
    left = buyers.one(stock)
    assert min(left.values()) >= 0
    assert buyers.one(_in_orders_and_stock) == {"A": 9, "B": 7, "C": 5}


def _in_orders_and_stock() -> dict[str, int]:
    kept = ReservedLine.objects.filter(reservation__released_at=None)
    ordered = dict(kept.order_by("sku").values_list("sku").annotate(Sum("quantity")))
    return {sku: units + ordered.get(sku, 0) for sku, units in stock().items()}
