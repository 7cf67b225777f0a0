"""The short blocks on other pages: new, featured and related products, and the menu."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from fragment_contract.testing import parse

from product_details.models import Category, Product

from .factories import (
    CategoryFactory,
    tree,
    vase,
)
from .listing import ask, names, shown

pytestmark = pytest.mark.django_db


def test_a_block_of_new_products_has_a_heading_and_no_head(client: Client) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    vase(name="Favourite", published_at=day, featured=True)
    vase(name="New", published_at=day + timedelta(days=1))
    html = shown(client, collection="new", limit=1, heading="Just in")
    assert html.one("h2").text == "Just in"
    assert names(html) == ["New"]
    assert html.all("head") == []


def test_what_was_shown_off_longest_comes_first_among_the_featured(client: Client) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    vase(name="Newcomer", featured=True, published_at=day)
    vase(name="Classic", featured=True, published_at=day - timedelta(days=300))
    assert names(shown(client, collection="featured")) == ["Classic", "Newcomer"]


def test_a_block_of_favourites_shows_nothing_else(client: Client) -> None:
    vase()
    vase(name="Loved", featured=True)
    assert names(shown(client, collection="featured")) == ["Loved"]


def test_an_empty_block_is_nothing_at_all(client: Client) -> None:
    assert ask(client, collection="featured").status_code == 204


def test_a_heading_from_the_page_template_stays_text(client: Client) -> None:
    vase()
    html = shown(client, collection="new", heading="<b>New</b>")
    assert html.one("h2").text == "<b>New</b>"


def test_related_products_are_neighbours_in_stock_nearest_first(client: Client) -> None:
    lamps, table, other = tree("lamps", "lamps/table", "rugs")
    here = vase(ref="h5", category=table)
    vase(ref="h3", name="Before", category=table)
    vase(ref="h7", name="After", category=table)
    vase(ref="h6", name="Above", category=lamps)
    vase(ref="h8", name="Elsewhere", category=other)
    vase(ref="h9", name="Draft", category=table, state=Product.State.DRAFT)
    vase(ref="h91", name="Sold out", category=table).variants.update(stock=0)
    html = parse(client.get("/fragments/related/", {"product": here.ref}).content)
    assert names(html) == ["After", "Before", "Above"]


def test_at_most_four_products_are_related(client: Client) -> None:
    category: Category = CategoryFactory.create()
    first, *_ = [vase(category=category) for _ in range(7)]
    html = parse(client.get("/fragments/related/", {"product": first.ref}).content)
    assert len(names(html)) == 4


@pytest.mark.parametrize("ref", ["h1", "h404"])
def test_without_neighbours_there_is_nothing_to_show(client: Client, ref: str) -> None:
    vase(ref="h1")
    assert client.get("/fragments/related/", {"product": ref}).status_code == 204


def test_the_first_neighbour_to_come_purges_that_there_was_none(client: Client) -> None:
    _, table = tree("lamps", "lamps/table")
    vase(ref="h1", category=table)
    answer = client.get("/fragments/related/", {"product": "h1"})
    assert answer.status_code == 204
    assert "category:lamps" in answer["surrogate-key"].split()


def test_the_menu_has_two_levels(client: Client) -> None:
    tree("lamps", "lamps/table", "lamps/table/small", "rugs")
    html = parse(client.get("/fragments/navigation/").content)
    assert [(a.text, a.attributes["href"]) for a in html.all("a")] == [
        ("Lamps", "/categories/lamps/"),
        ("Table", "/categories/lamps/table/"),
        ("Rugs", "/categories/rugs/"),
        ("All products", "/products/"),
    ]
