"""What an anonymous shopper had is there after signing in."""

import pytest

from cart.models import Cart, Line, Order

from .conftest import Shopper, told
from .fake_catalogue import FakeCatalogue

pytestmark = pytest.mark.django_db


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
