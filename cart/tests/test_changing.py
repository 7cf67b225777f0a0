"""Changing what is in the cart: quantities, taking out and putting back, in several tabs."""

import pytest
from fragment_contract.testing import parse

from cart.models import Line

from .conftest import Shopper, quantities, told
from .fake_catalogue import FakeCatalogue
from .shown import sums

pytestmark = pytest.mark.django_db


def test_a_quantity_is_set(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.add("A")
    answer = ada.post("page/quantity", sku="A", saw=1, quantity=4)
    assert (answer.status_code, answer["location"]) == (303, "/cart/")
    assert told(answer) == {"cart:updated": {"count": 4}}
    assert quantities() == {"A": 4}


def test_one_more_and_one_less_need_no_typing(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.add("A", 2)
    ada.post("page/quantity", sku="A", saw=2, quantity=2, step="1")
    assert quantities() == {"A": 3}
    ada.post("page/quantity", sku="A", saw=3, quantity=3, step="-1")
    assert quantities() == {"A": 2}


def test_with_htmx_the_cart_comes_back(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", price=1000)
    ada.add("A")
    ada.htmx = True
    answer = ada.post("page/quantity", sku="A", saw=1, quantity=4)
    assert answer.status_code == 200
    assert sums(parse(answer.content))["Goods"] == "£40.00"


def test_a_quantity_that_another_tab_has_changed_is_not_overwritten(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A")
    ada.add("A", 2)
    ada.post("page/quantity", sku="A", saw=2, quantity=5)
    answer = ada.post("page/quantity", sku="A", saw=2, quantity=3)
    assert answer.status_code == 422
    text = parse(answer.content).text
    assert "This was changed in another window meanwhile: there are 5 now." in text
    assert quantities() == {"A": 5}


def test_the_same_change_sent_twice_is_made_once(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.add("A", 2)
    for _ in range(2):
        assert ada.post("page/quantity", sku="A", saw=2, quantity=5).status_code == 303
    assert quantities() == {"A": 5}


@pytest.mark.parametrize(
    "data",
    [
        {"sku": "A", "saw": "1", "quantity": "11"},
        {"sku": "A", "saw": "1", "quantity": "-1"},
        {"sku": "A", "saw": "1", "quantity": "two"},
        {"sku": "A", "saw": "1", "quantity": "9" * 300},
        {"sku": "A", "saw": "1"},
        {"sku": "A", "quantity": "2"},
        {"sku": "A", "saw": "1", "quantity": "2", "step": "7"},
        {"sku": "A", "saw": "10", "quantity": "2", "step": "1"},
        {"sku": "B", "saw": "1", "quantity": "2"},
        {"sku": "<script>" * 40, "saw": "1", "quantity": "2"},
        {},
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    ada: Shopper, shops: FakeCatalogue, data: dict[str, str]
) -> None:
    shops.sell("A")
    ada.add("A")
    answer = ada.post("page/quantity", **data)
    assert answer.status_code == 422
    assert b"<script" not in answer.content
    assert parse(answer.content).one("p", "notice--warning").text
    assert quantities() == {"A": 1}


def test_what_is_removed_can_be_put_back(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", name="Tide Vase")
    ada.add("A", 3)
    answer = ada.post("page/remove", sku="A")
    assert told(answer) == {"cart:updated": {"count": 0}}
    html = ada.see("page")
    assert "You removed Tide Vase, Chalk ." in html.text
    assert "Put it back" in html.one("button").text
    assert "£" not in ada.see("mini").text
    ada.post("page/restore", sku="A")
    assert quantities() == {"A": 3}
    assert "You removed" not in ada.see("page").text


def test_none_of_it_means_that_it_goes(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.add("A", 3)
    assert ada.post("page/quantity", sku="A", saw=3, quantity=0).status_code == 303
    assert quantities() == {}
    ada.post("page/restore", sku="A")
    assert quantities() == {"A": 3}


@pytest.mark.parametrize("action", ["page/remove", "page/restore"])
def test_removing_and_restoring_twice_does_no_harm(
    ada: Shopper, shops: FakeCatalogue, action: str
) -> None:
    shops.sell("A")
    ada.add("A", 3)
    if action == "page/restore":
        ada.post("page/remove", sku="A")
    for _ in range(2):
        assert ada.post(action, sku="A").status_code == 303
    assert quantities() == ({} if action == "page/remove" else {"A": 3})


def test_who_goes_on_shopping_is_not_reminded_of_what_was_removed(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A")
    shops.sell("B")
    ada.add("A")
    ada.post("page/remove", sku="A")
    ada.add("B")
    assert "You removed" not in ada.see("page").text


@pytest.mark.parametrize("action", ["quantity", "remove", "restore"])
@pytest.mark.parametrize("sku", ["", "A\0", "\0", "A" * 5_000, "';--", "\N{SNOWMAN}"])
def test_an_article_that_cannot_be_is_as_good_as_one_that_is_not_there(
    ada: Shopper, shops: FakeCatalogue, action: str, sku: str
) -> None:
    shops.sell("A")
    ada.add("A", 2)
    answer = ada.post(f"page/{action}", sku=sku, saw=2, quantity=3)
    assert answer.status_code in (303, 422)
    assert Line.objects.get().quantity == 2
