"""What an anonymous shopper had is there after signing in."""

import pytest

from cart.models import MOST_LINES, Cart, Line, Order

from .conftest import Shopper, told
from .fake_catalogue import FakeCatalogue

pytestmark = pytest.mark.django_db
State = Order.State


@pytest.fixture
def signed_in(ada: Shopper) -> Shopper:
    return Shopper("user:1", name="Ada", former=ada.subject)


def contents(owner: str) -> dict[str, int]:
    found = Line.objects.filter(cart__owner=owner, quantity__gt=0)
    return dict(found.values_list("sku", "quantity"))


def test_both_carts_become_one_and_the_shopper_is_told(
    ada: Shopper, signed_in: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=40)
    shops.sell("B")
    ada.add("A", 2)
    ada.add("B")
    Shopper("user:1").add("A", 3)
    answer = signed_in.post("page/adopt")
    assert answer.status_code == 204
    assert told(answer) == {
        "notification:show": {
            "message": "3 things from before are in your cart now.",
            "level": "success",
        },
        "cart:updated": {"count": 6},
    }
    assert contents("user:1") == {"A": 5, "B": 1}
    assert not Cart.objects.filter(owner=ada.subject).exists()


def test_adopting_again_changes_nothing_and_says_nothing(
    ada: Shopper, signed_in: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A")
    ada.add("A", 2)
    signed_in.post("page/adopt")
    again = signed_in.post("page/adopt")
    assert again.status_code == 204
    assert "hx-trigger" not in again
    assert contents("user:1") == {"A": 2}


@pytest.mark.parametrize("fragment", ["mini", "page", "checkout", "orders"])
def test_whichever_request_comes_first_brings_it_along(
    ada: Shopper, signed_in: Shopper, shops: FakeCatalogue, fragment: str
) -> None:
    shops.sell("A")
    ada.add("A", 2)
    signed_in.see(fragment)
    assert contents("user:1") == {"A": 2}


def test_more_than_can_be_ordered_of_one_kind_is_cut(
    ada: Shopper, signed_in: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=40)
    ada.add("A", 8)
    Shopper("user:1").add("A", 7)
    answer = signed_in.post("page/adopt")
    assert contents("user:1") == {"A": 10}
    # Only what there is more of now is said to be there.
    message = told(answer)["notification:show"]["message"]
    assert message == "3 things from before are in your cart now."


def test_no_cart_grows_beyond_what_can_be_ordered_by_signing_in_again_and_again(
    ada: Shopper, signed_in: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A")
    ada.add("A")
    Shopper("user:1").add("A")
    for owner, letter in ((ada.subject, "B"), ("user:1", "C")):
        line = Line.objects.get(cart__owner=owner)
        for number in range(49):
            line.pk, line.sku = None, f"{letter}{number}"
            line.save()
    signed_in.post("page/adopt")
    found = contents("user:1")
    assert len(found) == 50
    assert found["A"] == 2


def test_orders_come_along(ada: Shopper, signed_in: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    order = ada.buy("A")
    signed_in.post("page/adopt")
    order.refresh_from_db()
    assert order.owner == "user:1"
    assert signed_in.get("order", number=order.number).status_code == 200


def test_a_checkout_that_was_open_before_asks_again_and_orders_once(
    ada: Shopper, signed_in: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A")
    ada.add("A")
    form = ada.form()
    signed_in.post("page/adopt")
    answer = signed_in.order(form)
    assert answer.status_code == 422
    assert signed_in.order().status_code == 303
    assert Order.objects.count() == 1


def test_without_a_former_self_there_is_nothing_to_adopt(ada: Shopper) -> None:
    assert ada.post("page/adopt").status_code == 204
    assert not Cart.objects.exists()


def fill(shopper: Shopper, articles: int) -> None:
    """Put so many articles that nobody else has into a cart."""
    shopper.add("FIRST")
    line = Line.objects.get(cart__owner=shopper.subject)
    others = [Line(cart=line.cart, sku=f"{shopper.subject}-{n}") for n in range(articles - 1)]
    for other in others:
        other.name, other.label, other.path = line.name, other.sku, line.path
        other.ref, other.currency, other.quantity = line.ref, line.currency, 1
        other.seen_minor = other.known_minor = line.known_minor
    Line.objects.bulk_create(others)


def test_what_has_no_room_is_named_and_what_was_added_last_comes_first(
    ada: Shopper, signed_in: Shopper, shops: FakeCatalogue
) -> None:
    fill_by = Shopper("user:1")
    shops.sell("FIRST")
    fill(fill_by, MOST_LINES - 1)
    for sku, label in (("A", "Chalk"), ("B", "Moss"), ("C", "Ash")):
        shops.sell(sku, label=label)
        ada.add(sku, 2)
    answer = signed_in.post("page/adopt")
    assert told(answer)["notification:show"] == {
        "message": "2 things from before are in your cart now. 2 did not fit, because a cart holds "
        "50 different articles: Tide Vase, Moss; Tide Vase, Chalk",
        "level": "warning",
    }
    assert set(contents("user:1")) >= {"FIRST", "C"}
    assert len(contents("user:1")) == MOST_LINES


def test_what_was_taken_out_before_makes_room_and_does_not_come_back(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    """Otherwise a cart grew past its limit by undoing."""
    owner = Shopper("user:1")
    shops.sell("FIRST")
    fill(owner, MOST_LINES)
    owner.post("page/remove", sku="FIRST")
    shops.sell("A")
    ada.add("A")
    Shopper("user:1", name="Ada", former=ada.subject).post("page/adopt")
    owner.post("page/restore", sku="FIRST")
    assert len(contents("user:1")) == MOST_LINES
    assert "FIRST" not in contents("user:1")


def test_of_who_closes_the_account_orders_stay_and_are_nobodys(
    trusted_visitors: None, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=9)
    ada = Shopper("user:1")
    order = ada.buy("A")
    ada.add("A", 2)
    for _ in range(2):
        assert ada.post("page/forget").status_code == 204
    assert not Cart.objects.exists()
    kept = Order.objects.get()
    assert (kept.number, kept.name, kept.owner) == (order.number, "Ada Lovelace", "closed")
    assert ada.get("order", number=order.number).status_code == 404


@pytest.mark.parametrize(
    ("state", "answer"),
    [(State.PLACED, 409), (State.SENT, 409), (State.RESERVED, 409), (State.CANCELLED, 204)],
)
def test_who_has_ordered_is_to_be_kept(
    trusted_visitors: None, shops: FakeCatalogue, state: str, answer: int
) -> None:
    shops.sell("A")
    Shopper("user:1").buy("A")
    Order.objects.update(state=state)
    assert Shopper("user:1").post("page/unused").status_code == answer
    Shopper("user:2").add("A")
    assert Shopper("user:2").post("page/unused").status_code == 204


def test_an_order_that_is_on_its_way_is_ended_first(
    trusted_visitors: None, shops: FakeCatalogue
) -> None:
    shops.sell("A")
    ada = Shopper("user:1")
    ada.buy("A")
    Order.objects.update(state=Order.State.RESERVED)
    assert ada.post("page/forget").status_code == 503
    Order.objects.update(state=Order.State.PLACED)
    assert ada.post("page/forget").status_code == 204
