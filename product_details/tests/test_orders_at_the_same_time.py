"""Many orders at once, each over a connection of its own: on SQLite in a file, and on PostgreSQL
where the tests run over it."""

import json
import random
from collections import Counter
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.db.models import Sum
from django.test import Client
from fragment_contract.testing.crowd import SIZE, Crowd

from product_details.models import Reservation, ReservedLine, Variant

from .factories import VariantFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _may_order(settings: LazySettings) -> None:
    settings.SERVICE_TOKEN = "token"


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


def test_the_last_ones_are_sold_once(crowd: Crowd) -> None:
    crowd.one(stocked(A=5))
    orders = [order(f"k{n}", ("A", 1)) for n in range(SIZE)]
    assert Counter(crowd.at_once(*orders)) == {201: 5, 409: SIZE - 5}
    assert crowd.one(stock) == {"A": 0}
    assert crowd.one(Reservation.objects.count) == 5


def test_the_same_order_sent_many_times_at_once_is_one(crowd: Crowd) -> None:
    crowd.one(stocked(A=20, B=20))
    answers = crowd.at_once(*[order("k", ("A", 2), ("B", 1))] * SIZE)
    assert Counter(answers) == {201: 1, 200: SIZE - 1}
    assert crowd.one(stock) == {"A": 18, "B": 19}


def test_orders_of_the_same_things_in_any_order_do_not_block_each_other(crowd: Crowd) -> None:
    skus = ("A", "B", "C", "D")
    crowd.one(stocked(**dict.fromkeys(skus, 100)))
    orders = [
        order(f"k{n}", *((sku, 1) for sku in random.Random(n).sample(skus, 4))) for n in range(SIZE)
    ]
    assert Counter(crowd.at_once(*orders)) == {201: SIZE}
    assert crowd.one(stock) == dict.fromkeys(skus, 100 - SIZE)


def test_a_release_sent_twice_at_once_gives_back_once(crowd: Crowd) -> None:
    crowd.one(stocked(A=10))
    crowd.one(order("k", ("A", 4)))
    assert set(crowd.at_once(*[cancel("k")] * SIZE)) == {204}
    assert crowd.one(stock) == {"A": 10}


def test_an_order_and_its_cancellation_at_once_leave_nothing_behind(crowd: Crowd) -> None:
    crowd.one(stocked(A=10))
    pairs = [act for n in range(SIZE // 2) for act in (order(f"k{n}", ("A", 1)), cancel(f"k{n}"))]
    answers = crowd.at_once(*pairs)
    assert set(answers) <= {201, 204, 410}
    assert crowd.one(stock) == {"A": 10}


def test_after_a_crowd_every_unit_is_in_stock_or_in_an_order(crowd: Crowd) -> None:
    crowd.one(stocked(A=9, B=7, C=5))

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

    answers = set().union(*crowd.at_once(*(shopper(n) for n in range(SIZE))))
    assert answers == {201, 204, 409}
    left = crowd.one(stock)
    assert min(left.values()) >= 0
    assert crowd.one(_in_orders_and_stock) == {"A": 9, "B": 7, "C": 5}


def _in_orders_and_stock() -> dict[str, int]:
    kept = ReservedLine.objects.filter(reservation__released_at=None)
    ordered = dict(kept.order_by("sku").values_list("sku").annotate(Sum("quantity")))
    return {sku: units + ordered.get(sku, 0) for sku, units in stock().items()}
