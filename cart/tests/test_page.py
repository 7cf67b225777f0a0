"""The cart as a page: what it shows, and what it knows."""

from typing import Any

import pytest
from fragment_contract.testing import parse

from .conftest import Shopper, quantities
from .fake_catalogue import FakeCatalogue
from .shown import lines, sums

pytestmark = pytest.mark.django_db


def test_who_never_had_a_cart_sees_an_empty_one(client: Any, trusted_visitors: None) -> None:
    answer = client.get("/fragments/page/")
    assert answer.status_code == 200
    assert answer["cache-control"] == "no-store"
    assert "There is nothing in it yet." in parse(answer.content).text


def test_it_shows_what_is_in_it_and_what_it_comes_to(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", name="Tide Vase", price=1250)
    shops.sell("B", name="Oak Bowl", label="", price=800)
    ada.add("A", 2)
    ada.add("B")
    html = ada.see("page")
    assert html.one("title").text == "Your cart, 3 things – Lumen & Loam"
    assert ["Tide Vase" in lines(html)[0], "Oak Bowl" in lines(html)[1]] == [True, True]
    assert sums(html) == {"Goods": "£33.00", "Delivery": "£4.50", "Total": "£37.50"}
    assert "Includes £6.25 VAT." in html.text
    assert html.one("a", "cart-summary__go").attributes["href"] == "/checkout/"


def test_the_header_says_how_much_is_in_it_without_asking_anybody(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", price=1250)
    ada.add("A", 3)
    shops.requests.clear()
    link = ada.see("mini").one("a")
    assert link.attributes["href"] == "/cart/"
    assert "3 things," in link.text and "£37.50" in link.text
    assert shops.requests == []


def test_the_header_never_adds_up_two_currencies(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", price=1250)
    shops.sell("B", price=9900)
    ada.add("A")
    ada.add("B")
    shops.articles["B"].currency = "EUR"  # an editor changed it meanwhile
    html = ada.see("page")
    assert sums(html)["Goods"] == "£12.50"
    mini = ada.see("mini").one("a").text
    assert "2 things," in mini and "£12.50" in mini


def test_nobody_sees_the_cart_of_another(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.add("A")
    assert lines(Shopper("anon:bob").see("page")) == []
    Shopper("anon:bob").post("page/remove", sku="A")
    assert quantities() == {"A": 1}


def test_a_price_that_has_changed_is_told_and_counts(ada: Shopper, shops: FakeCatalogue) -> None:
    article = shops.sell("A", price=4900)
    ada.add("A")
    article.price = 5200
    html = ada.see("page")
    assert "The price went up from £49.00 to £52.00 since you added it." in html.text
    assert sums(html)["Goods"] == "£52.00"
    article.price = 4500
    assert "The price came down from £49.00 to £45.00" in ada.see("page").text
    assert "£45.00" in ada.see("mini").text  # the header has learnt it, too


def test_a_price_is_no_news_any_more_once_the_shopper_has_gone_on(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    article = shops.sell("A", price=4900)
    ada.add("A")
    article.price = 5200
    ada.see("page")
    ada.post("page/quantity", sku="A", saw=1, quantity=2)
    assert "The price went up" not in ada.see("page").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stock": 0}, "Sold out meanwhile."),
        ({"offered": False}, "This is no longer in the shop."),
    ],
)
def test_what_cannot_be_had_any_more_is_told_and_does_not_count(
    ada: Shopper, shops: FakeCatalogue, change: dict[str, Any], words: str
) -> None:
    article = shops.sell("A", price=4900)
    shops.sell("B", price=1000)
    ada.add("A")
    ada.add("B")
    for name, value in change.items():
        setattr(article, name, value)
    html = ada.see("page")
    assert words in lines(html)[0]
    assert sums(html)["Goods"] == "£10.00"
    assert html.all("a", "cart-summary__go") == []


def test_what_has_vanished_from_the_catalogue_keeps_its_name(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", name="Tide Vase")
    ada.add("A")
    del shops.articles["A"]
    assert "Tide Vase" in lines(ada.see("page"))[0]


def test_fewer_than_wanted_are_offered_with_one_button(ada: Shopper, shops: FakeCatalogue) -> None:
    article = shops.sell("A")
    ada.add("A", 5)
    article.stock = 2
    html = ada.see("page")
    assert "Only 2 left." in html.text and "Take the last 2" in html.text
    ada.post("page/quantity", sku="A", saw=5, quantity=2)
    html = ada.see("page")
    assert html.one("a", "cart-summary__go").attributes["href"] == "/checkout/"


@pytest.mark.parametrize("broken", [(503, b""), (200, b"garbage"), (0, b"")])
def test_without_the_catalogue_it_shows_what_it_knows_and_says_what_it_cannot(
    ada: Shopper, shops: FakeCatalogue, broken: tuple[int, bytes]
) -> None:
    shops.sell("A", name="Tide Vase", price=4900)
    ada.add("A", 2)
    shops.broken["/api/"] = broken
    html = ada.see("page")
    assert "Tide Vase" in lines(html)[0]
    assert sums(html)["Goods"] == "£98.00"
    assert "We cannot ask for prices and stock at the moment." in html.text
    assert "/checkout/" not in [a.attributes["href"] for a in html.all("a")]


def test_recommendations_go_with_what_is_in_it_and_stay_when_it_changes(
    ada: Shopper, shops: FakeCatalogue
) -> None:
    shops.sell("A", ref="h1001")
    shops.sell("B", ref="h1004")
    ada.add("A")
    ada.add("B")
    slot = ada.see("page").one("micro-frontend")
    assert slot.attributes["src"] == "product_details/recommendations"
    assert slot.attributes["refs"] == "h1001,h1004"
    ada.htmx = True
    assert b"<micro-frontend" not in ada.post("page/remove", sku="A").content


HOSTILE = "<img src=x onerror=alert(1)>\u202e\"'{{ 7|add:7 }}"


def test_hostile_names_are_shown_harmlessly(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", name=HOSTILE, label=HOSTILE[:100])
    ada.add("A")
    for fragment in ("page", "checkout"):
        answer = ada.get(fragment)
        assert b"<img src=x" not in answer.content
        assert HOSTILE in parse(answer.content).text


def test_in_german_with_its_plurals(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A", price=125_000)
    ada.locale = "de"
    ada.add("A")
    html = ada.see("page")
    assert html.one("h1").text == "Ihr Warenkorb"
    assert html.one("title").text.startswith("Ihr Warenkorb, 1 Stück")
    assert "1.250,00 £" in html.text
    assert html.one("a", "cart-summary__go").attributes["href"] == "/de/checkout/"


def test_titles_of_all_pages_end_with_the_shop(buying: Shopper, shops: FakeCatalogue) -> None:
    nobody = Shopper("anon:nobody")
    pages = [nobody.get(name) for name in ("page", "checkout", "orders")]
    pages += [buying.get("page"), buying.get("checkout"), buying.order(name="")]
    pages.append(buying.post("add/add", sku="A", quantity=0))
    number = buying.order()["location"].split("/")[2]
    pages += [buying.get("order", number=number), buying.get("orders")]
    titles = [parse(answer.content).one("title").text for answer in pages]
    assert all(title.endswith(" – Lumen & Loam") for title in titles), titles
    assert len(set(titles)) == len(titles) - 2  # alike are only the two of checkouts and of orders
