"""Adding to the cart, with and without JavaScript."""

from typing import Any

import pytest
from fragment_contract.testing import parse

from cart.models import Cart, Line

from .conftest import Shopper, told
from .fake_catalogue import FakeCatalogue

pytestmark = pytest.mark.django_db


def quantities() -> dict[str, int]:
    return dict(Line.objects.filter(quantity__gt=0).values_list("sku", "quantity"))


def test_the_form_posts_to_the_shop_itself(ada: Shopper) -> None:
    form = ada.see("add", ref="h1001", sku="A-1", most="3").one("form")
    assert form.attributes["method"] == "post"
    assert form.attributes["action"] == form.attributes["data-hx-post"] == "/actions/cart/add/add"
    fields = {i.attributes["name"]: i.attributes for i in form.all("input")}
    assert fields["sku"]["value"] == "A-1"
    assert (fields["quantity"]["value"], fields["quantity"]["max"]) == ("1", "3")


def test_the_form_asks_nobody_and_is_for_everyone(ada: Shopper, shops: FakeCatalogue) -> None:
    answer = ada.get("add", ref="h1001", sku="A-1")
    assert answer["cache-control"].startswith("public")
    assert answer["surrogate-key"] == "product:h1001"
    assert shops.requests == []


def test_without_script_it_leads_to_the_cart_and_the_page_is_told(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", name="Vase “Zoë”")
    answer = ada.post("add/add", sku="A", quantity=2)
    assert (answer.status_code, answer["location"]) == (303, "/cart/")
    assert answer["hx-trigger"].isascii()
    assert told(answer) == {
        "cart:item-added": {
            "ref": "h1001",
            "sku": "A",
            "name": "Vase “Zoë”, Chalk",
            "quantity": 2,
            "price": "£49.00",
        },
        "cart:updated": {"count": 2},
    }
    assert quantities() == {"A": 2}


def test_with_htmx_the_form_comes_back(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", stock=4)
    ada.htmx = True
    answer = ada.post("add/add", sku="A", quantity=2)
    assert answer.status_code == 200
    html = parse(answer.content)
    assert [e.name for e in html.children if not isinstance(e, str)] == ["form"]
    assert told(answer)["cart:updated"] == {"count": 2}


def test_the_same_again_is_added_to_what_is_there(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.add("A", 2)
    ada.add("A", 3)
    assert quantities() == {"A": 5}


def test_the_browser_has_no_say_in_the_price(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", price=4900)
    ada.post("add/add", sku="A", quantity=1, price="1", price_minor="1", known_minor="1")
    assert Line.objects.get().known_minor == 4900


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("quantity", "complaint"),
    [
        ("", "Enter how many you would like."),
        ("0", "Enter at least 1."),
        ("-1", "Enter at least 1."),
        ("11", "Enter at most 10; write to us for larger orders."),
        ("two", "Enter how many you would like as a whole number."),
        ("1e9", "Enter how many you would like as a whole number."),
        ("9" * 400, "Enter at most 10; write to us for larger orders."),
        ("7", "Only 5 left; enter at most that."),
    ],
)
def test_a_quantity_that_cannot_be_is_explained_and_kept(
    ada: Shopper, shops: FakeCatalogue, quantity: str, complaint: str, htmx: bool
) -> None:
    shops.sell("A", stock=5)
    ada.htmx = htmx
    answer = ada.post("add/add", sku="A", quantity=quantity)
    assert answer.status_code == 422
    assert "hx-trigger" not in answer
    html = parse(answer.content)
    assert html.one("div", "error-summary").text == complaint
    (field,) = [i for i in html.all("input") if i.attributes["name"] == "quantity"]
    assert field.attributes["value"] == quantity
    assert quantities() == {}


@pytest.mark.parametrize(
    ("stock", "there", "more", "complaint"),
    [
        (5, 3, 3, "Only 5 left, and 3 in your cart already: add at most 2."),
        (3, 3, 1, "All that there are of it are in your cart already."),
        (40, 8, 3, "You have 8 in your cart already, and 10 of one kind are the most"),
    ],
)
def test_what_is_in_the_cart_already_counts(
    ada: Shopper, shops: FakeCatalogue, stock: int, there: int, more: int, complaint: str
) -> None:
    shops.sell("A", stock=stock)
    ada.add("A", there)
    answer = ada.post("add/add", sku="A", quantity=more)
    assert answer.status_code == 422
    assert complaint in parse(answer.content).text
    assert quantities() == {"A": there}


@pytest.mark.parametrize(
    ("article", "complaint"),
    [
        ({"stock": 0}, "Sorry, the last one has just been sold."),
        ({"offered": False}, "This item is no longer in the shop."),
    ],
)
def test_what_cannot_be_bought_is_explained_with_a_way_back(
    ada: Shopper, shops: FakeCatalogue, article: dict[str, Any], complaint: str
) -> None:
    shops.sell("A", **article)
    answer = ada.post("add/add", sku="A", quantity=1)
    assert answer.status_code == 422
    html = parse(answer.content)
    assert html.one("h1").text == "This could not be added"
    assert complaint in html.text
    assert "/products/h1001/tide-vase/" in [a.attributes["href"] for a in html.all("a")]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("sku", ["", "NO-SUCH", "A\x00B", "X" * 200, "<script>alert(1)</script>"])
def test_an_unknown_article_is_explained(
    ada: Shopper, shops: FakeCatalogue, sku: str, htmx: bool
) -> None:
    ada.htmx = htmx
    answer = ada.post("add/add", sku=sku, quantity=1)
    assert answer.status_code == 422
    assert b"<script" not in answer.content
    assert parse(answer.content).one("div", "error-summary").text


def test_another_currency_cannot_join(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    shops.sell("B", currency="EUR")
    ada.add("A")
    answer = ada.post("add/add", sku="B", quantity=1)
    assert "another currency" in parse(answer.content).text
    assert quantities() == {"A": 1}


def test_a_cart_holds_fifty_different_things(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.add("A")
    line = Line.objects.get()
    for number in range(49):
        line.pk, line.sku = None, f"B{number}"
        line.save()
    shops.sell("C")
    answer = ada.post("add/add", sku="C", quantity=1)
    assert "it holds 50 different things" in parse(answer.content).text
    ada.add("A")  # what is in it already may become more
    assert quantities()["A"] == 2


@pytest.mark.parametrize("broken", [(500, b""), (200, b"<html>"), (200, b"{}"), (0, b"")])
def test_without_the_catalogue_nothing_is_added_and_that_is_said(
    ada: Shopper, shops: FakeCatalogue, broken: tuple[int, bytes]
) -> None:
    shops.sell("A")
    shops.broken["/api/offers"] = broken
    answer = ada.post("add/add", sku="A", quantity=3)
    assert answer.status_code == 422
    html = parse(answer.content)
    assert "We cannot look up price and stock at the moment, so nothing was added." in html.text
    (field,) = [i for i in html.all("input") if i.attributes["name"] == "quantity"]
    assert field.attributes["value"] == "3"
    assert quantities() == {}


def test_in_german(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.locale = "de"
    assert ada.see("add", ref="h1001", sku="A").one("button").text == "In den Warenkorb"
    answer = ada.post("add/add", sku="A", quantity=1)
    assert answer["location"] == "/de/cart/"
    assert told(answer)["cart:item-added"]["price"] == "49,00\xa0£"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"garbage", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded"),
        (b"sku=" + b"x" * 1_100_000, "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("action", ["add/add", "page/quantity", "page/remove", "checkout/place"])
def test_a_body_that_is_no_form_is_refused(
    ada: Shopper, client: Any, body: bytes, content_type: str, action: str
) -> None:
    fragment, _, name = action.partition("/")
    url = f"/fragments/{fragment}/actions/{name}"
    answer = client.post(url, body, content_type=content_type, headers=ada.headers)
    assert answer.status_code in (400, 413, 415)
    assert not Cart.objects.exists()


@pytest.mark.parametrize("action", ["add/add", "page/quantity", "page/remove", "checkout/place"])
def test_without_a_token_of_the_shell_nothing_is_changed(
    client: Any, trusted_visitors: None, action: str
) -> None:
    fragment, _, name = action.partition("/")
    answer = client.post(f"/fragments/{fragment}/actions/{name}", {"sku": "A", "quantity": 1})
    assert answer.status_code == 401
    assert not Cart.objects.exists()
