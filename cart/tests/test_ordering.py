"""What becomes of an order that is sent: placed and thanked for, or nothing of it is done."""

import pytest
from django.core import mail
from fragment_contract.testing import parse

from cart.models import Line, Order
from cart.outbox import deliver

from .conftest import ADDRESS, Shopper, told
from .fake_catalogue import FakeCatalogue
from .forms import typed

pytestmark = pytest.mark.django_db


def test_an_order_is_placed_and_thanked_for(buying: Shopper, shops: FakeCatalogue) -> None:
    answer = buying.order()
    order = Order.objects.get()
    assert (answer.status_code, answer["location"]) == (303, f"/orders/{order.number}/")
    assert told(answer) == {"cart:updated": {"count": 0}}
    assert order.state == Order.State.PLACED
    assert (order.goods_minor, order.shipping_minor, order.total_minor) == (4900, 450, 5350)
    assert (order.city, order.postcode) == ("London", "SW1Y 4JH")
    assert shops.articles["A"].stock == 8
    assert not Line.objects.exists()
    html = buying.see("order", number=order.number)
    assert html.one("h1").text == "Thank you!"
    assert order.number in html.text and "£53.50" in html.text
    assert "12 St James's Square" in html.text


def test_collecting_it_costs_nothing_and_needs_no_address(buying: Shopper) -> None:
    answer = buying.order(method="pickup", store="bath", street="", city="", postcode="")
    assert answer.status_code == 303
    order = Order.objects.get()
    assert (order.shipping_minor, order.total_minor) == (0, 4900)
    assert order.store_ref == "bath"
    html = buying.see("order", number=order.number)
    assert "Where you collect it" in html.text and "3 Kiln Lane" in html.text


def test_an_address_is_not_kept_for_who_collects(buying: Shopper) -> None:
    buying.order(method="pickup", store="bath")
    order = Order.objects.get()
    assert (order.street, order.city, order.postcode) == ("", "", "")


def test_the_dearest_order_that_there_can_be_adds_up(ada: Shopper, shops: FakeCatalogue) -> None:
    for sku in "ABC":
        shops.sell(sku, price=999_999_999, stock=10)
        ada.add(sku, 10)
    assert "£299,999,999.70" in ada.see("mini").text
    answer = ada.order(method="pickup", store="bath")
    assert answer.status_code == 303
    order = Order.objects.get()
    assert (order.goods_minor, order.total_minor) == (29_999_999_970, 29_999_999_970)
    assert "£299,999,999.70" in ada.see("order", number=order.number).text


def test_a_price_that_changed_after_it_was_shown_has_to_be_seen_first(
    buying: Shopper, shops: FakeCatalogue
) -> None:
    form = buying.form()
    shops.articles["A"].price = 2600
    answer = buying.order(form)
    assert answer.status_code == 422
    html = parse(answer.content)
    assert "Your cart is not what it was: please look at it once more" in html.text
    assert "£52.00" in html.text
    assert typed(html)["street"] == ADDRESS["street"]
    assert not Order.objects.exists()
    hidden = {i.attributes["name"]: i.attributes["value"] for i in html.all("input")[:2]}
    assert buying.order(hidden).status_code == 303
    assert Order.objects.get().goods_minor == 5200


def test_what_was_sold_between_look_and_order_is_not_ordered(
    buying: Shopper, shops: FakeCatalogue
) -> None:
    form = buying.form()

    def sold(method: str, path: str) -> None:
        if method == "PUT":
            shops.articles["A"].stock = 1

    shops.before = sold
    answer = buying.order(form)
    assert answer.status_code == 422
    assert "Only 1 left." in parse(answer.content).text
    assert Order.objects.get().state == Order.State.CANCELLED
    assert shops.reserved() == {}
    assert Line.objects.get().quantity == 2


def test_a_declined_payment_orders_nothing_and_gives_the_stock_back(
    buying: Shopper, shops: FakeCatalogue
) -> None:
    answer = buying.order(payment="demo-declined")
    assert answer.status_code == 422
    assert "The payment was declined. Nothing was ordered" in parse(answer.content).text
    assert shops.articles["A"].stock == 10
    assert not mail.outbox
    assert buying.order().status_code == 303  # with another way to pay
    assert Order.objects.filter(state=Order.State.PLACED).count() == 1
    assert shops.articles["A"].stock == 8


def test_without_the_catalogue_it_waits_and_keeps_what_was_typed(
    buying: Shopper, shops: FakeCatalogue
) -> None:
    form = buying.form()
    shops.broken["/api/"] = (503, b"")
    assert "ordering has to wait" in buying.see("checkout").text
    answer = buying.order(form)
    assert answer.status_code == 422
    html = parse(answer.content)
    assert "We cannot reserve your things at the moment." in html.text
    assert typed(html)["name"] == ADDRESS["name"]
    del shops.broken["/api/"]
    assert buying.order(form).status_code == 303


def test_a_confirmation_goes_out_in_the_language_of_the_page(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", name="Tide Vase", price=2450)
    ada.locale = "de"
    ada.add("A", 2)
    answer = ada.order()
    order = Order.objects.get()
    assert answer["location"] == f"/de/orders/{order.number}/"
    deliver()
    (sent,) = mail.outbox
    assert sent.to == [ADDRESS["email"]]
    assert sent.subject == f"Ihre Bestellung {order.number}"
    assert "53,50\xa0£" in sent.body
    assert f"/de/orders/{order.number}/" in sent.body
    order.refresh_from_db()
    assert order.mailed_at is not None


def test_a_delivery_charge_that_changed_is_agreed_to_anew(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", price=2450)
    ada.add("A")
    form = ada.form()
    shops.articles["A"].delivery = "furniture"
    assert ada.order(form).status_code == 422
    assert not Order.objects.exists()
    assert ada.order().status_code == 303
    assert Order.objects.get().total_minor == 5350
