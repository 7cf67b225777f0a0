"""The form of the checkout: what it asks, what it knows, and what it refuses."""

import json
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from fragment_contract.testing import parse

from cart.models import Order
from cart.outbox import deliver

from .conftest import ADDRESS, Shopper, told
from .fake_catalogue import FakeCatalogue
from .forms import complaints, ids, typed

pytestmark = pytest.mark.django_db


def test_it_is_one_page_with_contact_ways_to_get_it_payment_and_summary(buying: Shopper) -> None:
    html = buying.see("checkout")
    legends = [legend.text for legend in html.all("legend")]
    assert legends == [
        "Contact",
        "How would you like to get it?",
        "Where shall we send it?",
        "Shop to collect it from",
        "Payment",
    ]
    assert "Lumen & Loam Bath" in html.text and "3 Kiln Lane, Bath BA1 1AA" in html.text
    assert "Tide Vase" in html.one("ul", "cart-summary__lines").text
    sums = [dl.text for dl in html.all("dl")]
    assert "£53.50" in sums[1] and "£8.92" in sums[1]
    assert "£49.00" in sums[2] and "£8.17" in sums[2]


def test_the_payment_is_plainly_a_demonstration(buying: Shopper) -> None:
    text = buying.see("checkout").text
    assert "This is a demonstration shop. No money moves" in text
    assert "A demonstration: you pay nothing." in text


def test_browsers_can_fill_it_in(buying: Shopper) -> None:
    html = buying.see("checkout")
    tokens = {
        i.attributes["name"]: i.attributes["autocomplete"]
        for i in html.all("input")
        if "autocomplete" in i.attributes
    }
    assert tokens == {
        "name": "name",
        "email": "email",
        "phone": "tel",
        "street": "shipping address-line1",
        "extra": "shipping address-line2",
        "city": "shipping address-level2",
        "postcode": "shipping postal-code",
    }


@pytest.mark.parametrize(
    ("changes", "target", "complaint"),
    [
        ({"name": ""}, "#checkout-name", "Enter your name."),
        ({"name": "\u200b \x07"}, "#checkout-name", "Enter your name."),
        ({"name": "x" * 101}, "#checkout-name", "Ensure this value has at most 100 characters"),
        ({"email": ""}, "#checkout-email", "Enter your email address."),
        ({"email": "ada"}, "#checkout-email", "Enter an email address such as name@example.com."),
        ({"email": "a@b.example\nBcc: c@d.example"}, "#checkout-email", "Enter an email address"),
        ({"phone": "call me"}, "#checkout-phone", "Enter a telephone number such as"),
        ({"method": ""}, "#checkout-method_0", "Choose delivery or collection."),
        ({"method": "drone"}, "#checkout-method_0", "Choose delivery or collection."),
        ({"street": ""}, "#checkout-street", "Enter the house number and street."),
        ({"city": ""}, "#checkout-city", "Enter the town or city."),
        ({"postcode": ""}, "#checkout-postcode", "Enter the postcode."),
        ({"postcode": "12345"}, "#checkout-postcode", "Enter a postcode such as EC1A 1BB."),
        ({"method": "pickup"}, "#checkout-store_0", "Choose a shop to collect it from."),
        (
            {"method": "pickup", "store": "moon"},
            "#checkout-store_0",
            "Choose one of our shops.",
        ),
        ({"payment": ""}, "#checkout-payment_0", "Choose how to pay."),
        ({"payment": "real"}, "#checkout-payment_0", "Choose how to pay."),
    ],
)
def test_a_mistake_is_explained_linked_and_nothing_typed_is_lost(
    buying: Shopper, changes: dict[str, Any], target: str, complaint: str
) -> None:
    answer = buying.order(**changes)
    assert answer.status_code == 422
    assert not Order.objects.exists()
    html = parse(answer.content)
    assert complaint in complaints(html)[target]
    assert target in ids(html)
    kept = {name: value for name, value in ADDRESS.items() if name in typed(html)}
    for name, value in (kept | {"name": ADDRESS["name"]}).items():
        if name not in changes:
            assert typed(html)[name] == value


def test_all_mistakes_are_told_at_once_in_the_order_of_the_form(buying: Shopper) -> None:
    answer = buying.order(name="", email="x", street="", city="", postcode="")
    assert list(complaints(parse(answer.content))) == [
        "#checkout-name",
        "#checkout-email",
        "#checkout-street",
        "#checkout-city",
        "#checkout-postcode",
    ]


def test_a_mistaken_field_says_so_to_screen_readers(buying: Shopper) -> None:
    html = parse(buying.order(email="x").content)
    (email,) = [i for i in html.all("input") if i.attributes["name"] == "email"]
    assert email.attributes["aria-invalid"] == "true"
    assert "checkout-email_error" in email.attributes["aria-describedby"]


@pytest.mark.parametrize(
    ("given", "kept"), [("sw1y4jh", "SW1Y 4JH"), (" M1 1AE ", "M1 1AE"), ("gir0aa", "GIR 0AA")]
)
def test_a_postcode_is_understood_however_it_is_typed(
    buying: Shopper, given: str, kept: str
) -> None:
    assert buying.order(postcode=given).status_code == 303
    assert Order.objects.get().postcode == kept


@pytest.mark.parametrize("field", ["key", "seen"])
@pytest.mark.parametrize("value", ["", "nonsense", "<script>", "0" * 500])
def test_a_form_that_is_not_ours_is_refused(buying: Shopper, field: str, value: str) -> None:
    answer = buying.order(buying.form() | {field: value})
    assert answer.status_code == 400
    assert not Order.objects.exists()


HOSTILE = "<script>alert(1)</script>\"'{{ 7|add:7 }}"


def test_hostile_text_is_shown_harmlessly_everywhere(
    buying: Shopper, admin_client: Any, shops: FakeCatalogue
) -> None:
    texts: dict[str, Any] = dict.fromkeys(("name", "street", "extra", "city"), HOSTILE)
    again = buying.order(**texts, email="x")
    assert buying.order(**texts).status_code == 303
    order = Order.objects.get()
    seen = [
        again,
        buying.get("order", number=order.number),
        admin_client.get("/admin/cart/order/"),
        admin_client.get(f"/admin/cart/order/{order.pk}/change/"),
    ]
    for answer in seen:
        assert answer.status_code in (200, 422)
        assert b"<script>alert" not in answer.content
        assert HOSTILE in parse(answer.content).text or b"&lt;script&gt;alert(1)" in answer.content
    deliver()
    assert HOSTILE in mail.outbox[0].body


@pytest.mark.parametrize("sign", ["\u202e", "\u202d", "\u202a", "\u2066", "\u2069"])
def test_nobody_turns_the_direction_of_writing_in_mails_and_on_labels(
    buying: Shopper, sign: str
) -> None:
    assert buying.order(name=f"Ada{sign}Lovelace", street=f"12{sign} St James's Square")
    order = Order.objects.get()
    assert (order.name, order.street) == ("Ada Lovelace", "12 St James's Square")


def test_a_name_keeps_the_signs_that_its_writing_needs(buying: Shopper) -> None:
    name = "می\u200cخواهم \u200fע"
    assert buying.order(name=name).status_code == 303
    assert Order.objects.get().name == name


def test_without_the_list_of_shops_things_can_still_be_sent(
    buying: Shopper, shops: FakeCatalogue
) -> None:
    shops.broken["/api/stores"] = (500, b"")
    assert "We cannot look up our shops at the moment." in buying.see("checkout").text
    # There is no shop that the problem could lead to.
    refused = parse(buying.order(method="pickup").content)
    assert list(complaints(refused)) == ["#checkout-method_1"]
    assert "#checkout-method_1" in ids(refused)
    assert buying.order().status_code == 303


def test_with_an_empty_cart_there_is_nothing_to_order(ada: Shopper, shops: FakeCatalogue) -> None:
    assert ada.see("checkout").one("h1").text == "There is nothing to order"


def test_an_empty_checkout_reminds_of_the_order_that_emptied_it(buying: Shopper) -> None:
    buying.order()
    number = Order.objects.get().number
    links = [a.attributes["href"] for a in buying.see("checkout").all("a")]
    assert f"/orders/{number}/" in links


def test_who_is_signed_in_need_not_type_it_again(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    user = Shopper("user:1", name="Ada King")
    user.add("A")
    assert typed(user.see("checkout"))["name"] == "Ada King"
    user.order()
    user.add("A")
    known = typed(user.see("checkout"))
    assert (known["street"], known["email"]) == (ADDRESS["street"], ADDRESS["email"])


def test_who_was_signed_out_meanwhile_signs_in_and_orders_once(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=10)
    user = Shopper("user:1")
    user.add("A", 2)
    form = user.form()
    ada.locale = "de"
    answer = ada.order(form)
    # The gateway makes the way to sign in of it, and from there back to the checkout.
    assert (answer.status_code, answer["location"]) == (401, "/de/checkout/")
    # What is not declared, the gateway says nothing of.
    manifest = json.loads(Client().get("/fragments/checkout/manifest.json").content)
    assert set(told(answer)) == {"notification:show"} <= set(manifest["fragment"]["events"])
    assert not Order.objects.exists()
    placed = user.order(form)
    assert placed.status_code == 303
    # Sent once more with the back button, by who is signed out again.
    assert ada.order(form).status_code == 401
    assert Order.objects.count() == 1


def test_another_account_is_not_asked_to_be_somebody_else(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", stock=10)
    Shopper("user:1").add("A")
    assert Shopper("user:2").order(Shopper("user:1").form()).status_code == 422
    ada.add("A")
    assert Shopper("anon:eve").order(ada.form()).status_code == 422
    assert not Order.objects.exists()


def test_the_next_anonymous_shopper_is_not_shown_an_address(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A")
    ada.buy("A")
    ada.add("A")
    assert typed(ada.see("checkout"))["street"] == ""


def test_a_price_that_no_column_holds_is_an_answer_that_makes_no_sense(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", price=2**31)
    answer = ada.post("add/add", sku="A", quantity=1)
    assert answer.status_code == 422
    assert "try again" in answer.content.decode().lower()
