"""Lists of products: which are shown, in what order, under which address."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from product_details.models import Product

from .factories import (
    tree,
    vase,
)
from .listing import ask, names, shown

pytestmark = pytest.mark.django_db


def test_a_category_shows_its_own_products_and_those_below(client: Client) -> None:
    lamps, table, other = tree("lamps", "lamps/table", "lampshades")
    vase(name="Above", category=lamps)
    vase(name="Below", category=table)
    vase(name="Elsewhere", category=other)
    assert set(names(shown(client, category="lamps"))) == {"Above", "Below"}


def test_only_published_products_are_shown(client: Client) -> None:
    for state in Product.State:
        vase(name=state.value, state=state)
    assert names(shown(client)) == ["published"]


def test_favourites_come_first_and_then_the_newest(client: Client) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    vase(name="Old", published_at=day)
    vase(name="New", published_at=day + timedelta(days=1))
    vase(name="Favourite", published_at=day - timedelta(days=1), featured=True)
    assert names(shown(client)) == ["Favourite", "New", "Old"]


def test_pages_are_links_that_keep_to_the_category(client: Client) -> None:
    (lamps,) = tree("lamps")
    for _ in range(5):
        vase(category=lamps)
    html = shown(client, category="lamps", limit=2, page=2)
    links = {
        a.attributes.get("rel"): a.attributes["href"]
        for a in html.one("nav", "pagination").all("a")
        if "rel" in a.attributes
    }
    assert links == {"prev": "/categories/lamps/", "next": "/categories/lamps/?page=3"}
    assert html.one("title").text == "Lamps, page 2 – Lumen & Loam"
    (canonical,) = [e for e in html.all("link") if e.attributes["rel"] == "canonical"]
    assert canonical.attributes["href"] == "https://shop.test/categories/lamps/?page=2"


def test_all_pages_together_show_every_product_once(client: Client) -> None:
    expected = {vase(published_at=datetime(2026, 1, 1, tzinfo=UTC)).name for _ in range(7)}
    seen = [name for page in (1, 2, 3) for name in names(shown(client, limit=3, page=page))]
    assert (len(seen), set(seen)) == (7, expected)


def test_a_page_beyond_the_end_is_not_found(client: Client) -> None:
    vase()
    assert ask(client, page=2).status_code == 404


def test_an_empty_category_says_so(client: Client) -> None:
    tree("garden")
    html = shown(client, category="garden")
    assert "Nothing here yet" in html.one("p", "product_details-list__empty").text
    assert "0 products" in html.text


def test_a_category_shows_where_it_is_and_what_lies_below(client: Client) -> None:
    tree("lamps", "lamps/table", "lamps/table/small")
    html = shown(client, category="lamps/table")
    crumbs = [a.attributes["href"] for a in html.one("nav", "breadcrumbs").all("a")]
    assert crumbs == ["/", "/categories/lamps/", "/categories/lamps/table/"]
    assert [a.attributes["href"] for a in html.all("a", "chip")] == [
        "/categories/lamps/table/small/"
    ]


def test_all_products_are_headed_as_such(client: Client) -> None:
    tree("lamps")
    html = shown(client)
    assert html.one("h1").text == "All products"
    assert [a.text for a in html.all("a", "chip")] == ["Lamps 0"]


def test_an_unknown_category_is_not_found(client: Client) -> None:
    assert ask(client, category="nowhere").status_code == 404


def test_the_former_address_of_a_category_leads_to_the_new_one(client: Client) -> None:
    lamps, _ = tree("lamps", "lamps/table")
    lamps.slug = "lighting"
    lamps.save()
    for old, new in (("lamps", "lighting"), ("lamps/table", "lighting/table")):
        response = ask(client, category=old, page=2)
        assert (response.status_code, response["location"]) == (301, f"/categories/{new}/?page=2")


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=1001",
        "page=1.5",
        "page=one",
        "limit=0",
        "limit=49",
        "collection=old",
        "category=Lamps",
        "category=/lamps",
        "category=lamps//table",
        "category=../x",
        "category=a%00b",
        f"category={'a' * 111}",
        "page=1&page=2",
        "colour=Red",
        "colour=a%2C%2Cb",
        "price=%C2%A35",
        "rating=5",
        "stock=no",
        "sort=best",
        f"q={'a' * 201}",
        "shape=round",
    ],
)
def test_malformed_parameters_are_refused(client: Client, query: str) -> None:
    assert client.get(f"/fragments/list/?{query}").status_code == 400


def test_the_former_address_of_a_category_keeps_all_that_was_asked(client: Client) -> None:
    (lamps,) = tree("lamps")
    lamps.slug = "lighting"
    lamps.save()
    response = ask(client, category="lamps", page=2, q="oak  lamp", colour="moss,clay", stock="yes")
    query = "q=oak+lamp&colour=moss&colour=clay&stock=yes&page=2"
    assert response["location"] == f"/categories/lighting/?{query}"


def test_what_others_like_hears_of_the_whole_shop(client: Client) -> None:
    tree("lamps")
    vase()
    keys = ask(client, category="lamps", stock="yes")["surrogate-key"].split()
    assert {"category:", "category:lamps"} <= set(keys)
    assert "category:" not in ask(client, category="lamps")["surrogate-key"].split()


def test_a_long_search_is_cut_and_the_list_says_so(client: Client) -> None:
    vase(name="Vase")
    html = shown(client, q=f"vase {'x' * 150}")
    told = "Only its first words were looked for:"
    assert f"{told} vase {'x' * 95}" in html.all("p", "notice")[0].text
    (box,) = [one for one in html.all("input") if one.attributes["name"] == "q"]
    assert len(box.attributes["value"]) == 100
    assert told not in shown(client, q=f"{'x ' * 49}yz").text


def test_of_many_words_the_list_says_which_ones_counted(client: Client) -> None:
    vase(name="Vase")
    six = "a tall blue vase, made of"
    assert "Only its first words" not in shown(client, q=six).text
    html = shown(client, q=f"{six} clay & co")
    assert html.all("p", "notice")[0].text.endswith(f"looked for: {six}")
    assert [one.text for one in html.all("strong")] == [six]


def test_what_nobody_can_choose_is_left_out_and_told(client: Client) -> None:
    vase(name="Vase")
    html = shown(client, price="0-25,abc", colour="nocolour", material="abc", stock="yes")
    told = "Left out, because nothing here can be chosen by it: nocolour, abc"
    assert html.all("p", "notice")[0].text == told
    assert "Left out" not in shown(client, price="0-25", stock="yes").text


def test_the_whole_shop_is_searched_by_one_box_on_a_phone(client: Client) -> None:
    """The header's box is right above; within a category the list's own does something else."""
    (place,) = tree("lamps")
    assert shown(client).all("div", "product_details-filters__search--whole")
    assert not shown(client, category=place.path).all(
        "div", "product_details-filters__search--whole"
    )
