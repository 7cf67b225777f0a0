"""Everything at the same moment: nothing is lost, doubled or sold that is not there.

Over SQLite in a file, and over PostgreSQL where the tests run over it.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from fragment_contract.testing.crowd import SIZE, Crowd

from cart.models import Line, Order

from .conftest import Shopper, quantities
from .fake_catalogue import FakeCatalogue

pytestmark = pytest.mark.django_db(transaction=True)
State = Order.State


def placed() -> int:
    return Order.objects.filter(state=State.PLACED).count()


def test_what_two_tabs_add_is_all_there(crowd: Crowd, ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", stock=100)
    shops.sell("B", stock=100)
    acts = [lambda: ada.add("A"), lambda: ada.add("B")] * (SIZE // 2)
    crowd.at_once(*acts)
    assert crowd.one(quantities) == {"A": SIZE // 2, "B": SIZE // 2}


def test_of_different_quantities_for_what_was_seen_one_counts_and_the_others_are_told(
    crowd: Crowd, ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=100)
    crowd.one(lambda: ada.add("A"))

    def become(quantity: int) -> Any:
        return lambda: ada.post("page/quantity", sku="A", saw=1, quantity=quantity).status_code

    answers = crowd.at_once(*(become(n) for n in range(2, 8)))
    assert Counter(answers) == {303: 1, 422: 5}
    assert crowd.one(quantities)["A"] == answers.index(303) + 2


def test_the_same_checkout_sent_many_times_at_once_is_one_order(
    crowd: Crowd, ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=100)
    crowd.one(lambda: ada.add("A", 3))
    form = crowd.one(ada.form)
    answers = crowd.at_once(*[lambda: ada.order(form)] * SIZE)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["location"] for answer in answers}) == 1
    assert crowd.one(placed) == crowd.one(Order.objects.count) == 1
    assert shops.articles["A"].stock == 97
    assert crowd.one(quantities) == {}


def test_two_tabs_with_different_addresses_order_once(
    crowd: Crowd, ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=100)
    crowd.one(lambda: ada.add("A", 3))
    form = crowd.one(ada.form)

    def send_to(street: str) -> Callable[[], Any]:
        def send() -> Any:
            return ada.order(form, street=street)

        return send

    answers = crowd.at_once(*(send_to(f"{number} Kiln Lane") for number in range(4)))
    assert crowd.one(placed) == (1 if 303 in {a.status_code for a in answers} else 0)
    if not crowd.one(placed):  # each took the other's back: the shopper is asked once more
        assert crowd.one(lambda: ada.order().status_code) == 303
    assert crowd.one(placed) == 1
    assert shops.articles["A"].stock == 97
    assert sum(shops.reserved().values()) == 3


def test_the_last_pieces_are_sold_to_as_many_as_there_are(
    crowd: Crowd, trusted_visitors: None, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=5)
    buyers = [Shopper(f"anon:{number}") for number in range(SIZE)]
    for buyer in buyers:
        crowd.one(partial(buyer.add, "A"))
    forms = [crowd.one(buyer.form) for buyer in buyers]
    orders = zip(buyers, forms, strict=True)
    answers = crowd.at_once(*[lambda b=b, f=f: b.order(f).status_code for b, f in orders])
    assert Counter(answers) == {303: 5, 422: SIZE - 5}
    assert crowd.one(placed) == 5
    assert shops.articles["A"].stock == 0
    assert shops.reserved() == {"A": 5}
    assert sum(crowd.one(quantities).values() or [0]) >= 1  # who went without keeps the cart


def test_what_comes_in_while_it_is_ordered_stays_in_the_cart(
    crowd: Crowd, ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=100)
    shops.sell("B", stock=100)
    crowd.one(lambda: ada.add("A", 2))
    form = crowd.one(ada.form)
    more: list[Any] = []

    def add_more(method: str, path: str) -> None:
        if method == "PUT" and not more:
            more.append(True)
            crowd.one(lambda: ada.add("A"))
            crowd.one(lambda: ada.add("B"))

    shops.before = add_more
    assert crowd.one(lambda: ada.order(form).status_code) == 303
    assert crowd.one(quantities) == {"A": 1, "B": 1}


def test_a_crowd_leaves_every_piece_in_stock_or_in_an_order(
    crowd: Crowd, trusted_visitors: None, shops: FakeCatalogue
) -> None:
    for sku, stock in (("A", 7), ("B", 5)):
        shops.sell(sku, stock=stock)

    def visit(number: int) -> None:
        buyer = Shopper(f"anon:{number}")
        for sku in ("A", "B") if number % 2 else ("B", "A"):
            buyer.post("add/add", sku=sku, quantity=1 + number % 2)
        if number % 3 == 0:
            buyer.post("page/remove", sku="A")
        payment = "demo-declined" if number % 4 == 0 else "demo-card"
        page = buyer.get("checkout")
        if b'name="key"' in page.content:
            form = buyer.form()
            for _ in range(2):
                buyer.order(form, payment=payment)

    crowd.at_once(*[lambda n=n: visit(n) for n in range(SIZE)])
    ordered: Counter[str] = Counter()
    for order in crowd.one(lambda: list(Order.objects.prefetch_related("lines"))):
        assert order.total_minor == order.goods_minor + order.shipping_minor
        assert order.goods_minor == sum(line.total_minor for line in order.lines.all())
        assert order.state in (State.PLACED, State.CANCELLED)
        if order.state == State.PLACED:
            ordered.update({line.sku: line.quantity for line in order.lines.all()})
    assert {sku: a.stock + ordered[sku] for sku, a in shops.articles.items()} == {"A": 7, "B": 5}
    assert min(article.stock for article in shops.articles.values()) >= 0
    assert shops.reserved() == {sku: n for sku, n in ordered.items() if n}


def test_signing_in_in_two_tabs_adopts_once(
    crowd: Crowd, ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=100)
    crowd.one(lambda: ada.add("A", 3))
    user = Shopper("user:1", former=ada.subject)
    acts = [lambda: user.see("mini"), lambda: user.post("page/adopt"), lambda: user.see("page")]
    crowd.at_once(*acts)
    assert crowd.one(quantities) == {"A": 3}


def test_signing_in_while_ordering_leaves_nothing_ordered_in_a_cart(
    crowd: Crowd, trusted_visitors: None, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=100)
    buyers = [Shopper(f"anon:{number}") for number in range(SIZE // 2)]
    for buyer in buyers:
        crowd.one(partial(buyer.add, "A", 2))
    forms = [crowd.one(buyer.form) for buyer in buyers]
    users = [Shopper(f"user:{n}", former=buyer.subject) for n, buyer in enumerate(buyers)]
    acts = [partial(b.order, form) for b, form in zip(buyers, forms, strict=True)]
    crowd.at_once(*acts, *[partial(user.post, "page/adopt") for user in users])
    for user, buyer in zip(users, buyers, strict=True):
        orders = Order.objects.filter(owner=user.subject, state=State.PLACED)
        kept = Line.objects.filter(cart__owner__in=[user.subject, buyer.subject])
        pieces = crowd.one(partial(list, kept.values_list("quantity", flat=True)))
        assert (crowd.one(orders.count), pieces) in [(1, []), (0, [2])]
