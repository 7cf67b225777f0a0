"""Narrowing, counting and sorting, and how the page offers it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from fragment_contract.testing import Element, parse
from hypothesis import given
from hypothesis import strategies as st

from product_details.browsing import PRICES, SORTS, Entry, Offer, Sort, Wish, browse
from product_details.models import Category, Colour, Material, Phrase, Product

from .factories import VariantFactory, tree, vase

NAMES = ("green", "blue", "")
offers = st.builds(Offer, st.integers(1, 30_000), st.sampled_from(NAMES), st.booleans())
entries = st.builds(
    Entry,
    key=st.integers(1, 10**6),
    ref=st.text("abc", min_size=1, max_size=5),
    place=st.sampled_from(["lamps", "lamps/table", "rugs"]),
    featured=st.booleans(),
    rating_tenths=st.integers(10, 50),
    rating_count=st.integers(0, 9),
    materials=st.frozensets(st.sampled_from(["wool", "glass"])),
    offers=st.lists(offers, max_size=3).map(tuple),
)
some = st.lists(entries, max_size=12, unique_by=lambda entry: entry.key)


def several(names: Any) -> st.SearchStrategy[tuple[str, ...]]:
    """Any choice of these."""
    return st.lists(st.sampled_from(sorted(names)), unique=True).map(tuple)


wishes = st.builds(
    Wish,
    colours=several(["green", "blue"]),
    materials=several(["wool", "glass"]),
    prices=several(PRICES),
    rating=st.sampled_from([0, 3, 4]),
    in_stock=st.booleans(),
)


@given(some, wishes)
def test_a_count_is_what_is_left_when_only_that_is_chosen_of_its_kind(
    found: list[Entry], wish: Wish
) -> None:
    counted = browse(found, wish, "")
    for colour in ("green", "blue"):
        alone = browse(found, replace(wish, colours=(colour,)), "")
        assert counted.colours.get(colour, 0) == len(alone.keys)
    for material in ("wool", "glass"):
        alone = browse(found, replace(wish, materials=(material,)), "")
        assert counted.materials.get(material, 0) == len(alone.keys)
    for price in PRICES:
        alone = browse(found, replace(wish, prices=(price,)), "")
        assert counted.prices.get(price, 0) == len(alone.keys)
    for stars in (3, 4):
        alone = browse(found, replace(wish, rating=stars), "")
        assert counted.ratings.get(stars, 0) == len(alone.keys)
    assert counted.in_stock == len(browse(found, replace(wish, in_stock=True), "").keys)
    assert sum(counted.places.get(place, 0) for place in ("lamps", "rugs")) == len(counted.keys)


@given(some, wishes, st.sampled_from(SORTS), st.booleans())
def test_every_order_has_the_same_products_once(
    found: list[Entry], wish: Wish, sort: Sort, searched: bool
) -> None:
    keys = browse(found, wish, sort, searched=searched).keys
    assert sorted(keys) == sorted(browse(found, wish, "").keys)
    assert keys == browse(reversed(found), wish, sort, searched=searched).keys or len(
        {entry.ref for entry in found}
    ) < len(found)


@given(some, wishes, several(["green", "blue"]))
def test_more_choices_of_a_kind_never_show_less(
    found: list[Entry], wish: Wish, more: tuple[str, ...]
) -> None:
    wider = replace(wish, colours=tuple({*wish.colours, *more}) if wish.colours else ())
    assert set(browse(found, wish, "").keys) <= set(browse(found, wider, "").keys)


def entry(key: int, **fields: Any) -> Entry:
    """An entry called by its number."""
    return Entry(key=key, ref=f"h{key}", place="lamps", **fields)


def test_price_colour_and_stock_have_to_be_true_of_one_variant() -> None:
    found = [entry(1, offers=(Offer(1_000, "green", False), Offer(9_000, "blue", True)))]
    assert browse(found, Wish(colours=("green",), prices=("0-25",)), "").keys == [1]
    assert browse(found, Wish(colours=("green",), in_stock=True), "").keys == []
    assert browse(found, Wish(colours=("blue",), prices=("0-25",)), "").keys == []


def test_few_reviews_count_for_less_than_many() -> None:
    found = [
        entry(1, rating_tenths=50, rating_count=1),
        entry(2, rating_tenths=47, rating_count=80),
        entry(3),
    ]
    assert browse(found, Wish(), "rating").keys == [2, 1, 3]


def test_what_has_no_price_comes_last_in_both_directions() -> None:
    found = [
        entry(1),
        entry(2, offers=(Offer(500, "", True),)),
        entry(3, offers=(Offer(900, "", True),)),
    ]
    assert browse(found, Wish(), "price").keys == [2, 3, 1]
    assert browse(found, Wish(), "price-down").keys == [3, 2, 1]


@pytest.mark.parametrize(("price", "name"), [(2_499, "0-25"), (2_500, "25-50"), (20_000, "200-")])
def test_every_price_is_in_one_range(price: int, name: str) -> None:
    found = [entry(1, offers=(Offer(price, "", True),))]
    assert browse(found, Wish(), "").prices == {name: 1}


# -- The page --------------------------------------------------------------------------------


@pytest.fixture
def shop(db: None) -> Category:
    """Two lamps and a rug."""
    lamps, rugs = tree("lamps", "rugs")
    green = Colour.objects.create(name="Green", slug="green", swatch="#8fb3a8")
    wool = Material.objects.create(name="Wool", slug="wool")
    one = vase(ref="h1", slug="tide", name="Tide", category=lamps, featured=True)
    one.variants.update(colour=green)
    VariantFactory.create(
        product=vase(ref="h2", name="Ebb", category=lamps), first_value="x", price_minor=900
    )
    rug = vase(ref="h3", name="Rug", category=rugs)
    rug.materials.add(wool)
    rug.variants.update(stock=0)
    Product.objects.filter(ref="h3").update(rating_tenths=43, rating_count=12)
    result: Category = lamps
    return result


@pytest.fixture
def shown(client: Client, shop: Category) -> Callable[..., Element]:
    """Ask for a list, and parse it."""

    def ask(query: str = "", **headers: str) -> Element:
        response = client.get(f"/fragments/list/?{query}", headers=headers)
        assert response.status_code == 200, response.content
        return parse(response.content)

    return ask


Shown = Callable[..., Element]


def names(html: Element) -> list[str]:
    """The names on the cards of the list, without those that are only to help."""
    if html.all("div", "product_details-list__nothing"):
        return []
    return [card.one("bdi").text for card in html.all("li", "product_details-card")]


def robots(html: Element) -> list[str]:
    """What search engines are told."""
    return [
        m.attributes["content"] for m in html.all("meta") if m.attributes.get("name") == "robots"
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("colour=green", ["Tide"]),
        ("material=wool", ["Rug"]),
        ("colour=green&material=wool", []),
        ("price=0-25", ["Ebb"]),
        ("price=0-25,25-50", ["Tide", "Rug", "Ebb"]),
        ("rating=4", ["Rug"]),
        ("stock=yes", ["Tide", "Ebb"]),
        ("category=lamps&stock=yes", ["Tide", "Ebb"]),
        ("sort=price", ["Ebb", "Rug", "Tide"]),
        ("sort=price-down", ["Rug", "Tide", "Ebb"]),
        ("sort=rating", ["Rug", "Ebb", "Tide"]),
        ("q=tide", ["Tide"]),
        ("q=tied", ["Tide"]),
        ("q=lamps&colour=green", ["Tide"]),
        # What is no more narrows nothing.
        ("colour=pink", ["Tide", "Rug", "Ebb"]),
        ("price=1-2", ["Tide", "Rug", "Ebb"]),
        ("q=%20%20", ["Tide", "Rug", "Ebb"]),
    ],
)
def test_the_address_narrows_and_sorts(shown: Shown, query: str, expected: list[str]) -> None:
    html = shown(query)
    found = names(html)
    if query.startswith("sort"):
        assert found == expected
    else:
        assert sorted(found) == sorted(expected)


def test_the_form_says_what_is_chosen_and_how_many_are_left(shown: Shown) -> None:
    form = shown("colour=green&stock=yes&sort=price&q=tide").one("form", "product_details-filters")
    assert (form.attributes["action"], form.attributes["method"]) == ("/products/", "get")
    boxes = {
        (box.attributes["name"], box.attributes["value"]): "checked" in box.attributes
        for box in form.all("input")
        if box.attributes["type"] in ("checkbox", "radio")
    }
    assert boxes[("colour", "green")] and boxes[("stock", "yes")]
    assert not boxes[("price", "25-50")]
    fields = {i.attributes["name"]: i.attributes.get("value") for i in form.all("input")}
    assert (fields["q"], fields["sort"]) == ("tide", "price")


def test_every_choice_is_a_chip_that_takes_it_away(shown: Shown) -> None:
    html = shown("q=tide&colour=green&price=25-50&stock=yes&sort=price")
    chips = {
        a.one("bdi").text: a.attributes["href"] for a in html.all("a", "product_details-list__chip")
    }
    assert list(chips) == ["“tide”", "Green", "£25 to £50", "In stock"]
    assert chips["Green"] == "/products/?q=tide&price=25-50&stock=yes&sort=price"
    assert (
        html.one("a", "product_details-list__clear").attributes["href"] == "/products/?sort=price"
    )


def test_a_category_is_entered_with_all_that_is_chosen(shown: Shown) -> None:
    html = shown("stock=yes")
    links = {a.text: a.attributes["href"] for a in html.all("a", "chip") if "rel" in a.attributes}
    assert links["Lamps 2"] == "/categories/lamps/?stock=yes"
    assert not any(name.startswith("Rugs") for name in links)


def test_only_lists_without_choices_are_for_search_engines(shown: Shown) -> None:
    def canonical(html: Element) -> list[str]:
        links = html.all("link")
        return [e.attributes["href"] for e in links if e.attributes["rel"] == "canonical"]

    assert (robots(shown()), canonical(shown())) == ([], ["https://shop.test/products/"])
    assert canonical(shown("limit=1&page=2")) == ["https://shop.test/products/?page=2"]
    assert canonical(shown("sort=price&limit=1&page=2")) == ["https://shop.test/products/"]
    for query in ("q=tide", "colour=green", "price=0-25", "stock=yes"):
        html = shown(query)
        assert (robots(html), canonical(html)) == (["noindex, follow"], [])


def test_pages_of_a_narrowed_list_keep_what_is_chosen(shown: Shown) -> None:
    html = shown("stock=yes&limit=1")
    hrefs = [a.attributes["href"] for a in html.one("nav", "pagination").all("a")]
    assert hrefs == ["/products/?stock=yes&page=2"] * 2


def test_where_nothing_is_left_the_page_helps(shown: Shown) -> None:
    html = shown("category=lamps&material=wool&q=rug")
    nothing = html.one("div", "product_details-list__nothing")
    hrefs = [a.attributes["href"] for a in nothing.all("a")]
    assert hrefs == ["/products/?q=rug&material=wool", "/products/"]
    others = html.one("section", "product_details-list__helpful")
    assert len(others.all("li", "product_details-card")) == 2  # in stock


def test_a_search_says_what_it_took_the_words_for(shown: Shown) -> None:
    assert shown("q=tied").one("p", "notice").one("strong").text == "tide"
    assert "some of them" in shown("q=tide+rug").one("p", "notice").text


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}"])
def test_what_was_typed_stays_text(client: Client, shop: Category, query: str) -> None:
    response = client.get("/fragments/list/", {"q": query})
    body = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in body and "<img src=x>" not in body
    assert parse(response.content).one("h1").text == f"Results for “{query}”"


def test_in_german_everything_is_german(shown: Shown) -> None:
    Phrase.objects.create(text="Green", locale="de", translation="Grün")
    german = {"podium-locale": "de", "podium-mount-pathname": "/de/"}
    html = shown("colour=green&price=25-50", **german)
    chips = [a.one("bdi").text for a in html.all("a", "product_details-list__chip")]
    assert chips == ["Grün", "25 £ bis 50 £"]
    assert html.one("h1").text == "Alle Produkte"
    form = html.one("form", "product_details-filters")
    assert form.attributes["action"] == "/de/products/"


def test_the_cost_of_a_list_of_ten_thousand_is_in_its_rows_not_in_questions() -> None:
    many = [entry(n, offers=(Offer(n + 1, "green", True),)) for n in range(10_000)]
    assert len(browse(many, Wish(colours=("green",)), "price").keys) == 10_000
