"""Lists of products, and the short blocks on other pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from fragment_contract.testing import Element, parse

from product_details.models import Category, Colour, Product

from .factories import (
    CategoryFactory,
    PhotographFactory,
    ProductFactory,
    VariantFactory,
    tree,
    vase,
)

pytestmark = pytest.mark.django_db


def ask(client: Client, **query: Any) -> Any:
    """Ask for a list."""
    return client.get("/fragments/list/", query)


def shown(client: Client, **query: Any) -> Element:
    """A list, parsed."""
    response = ask(client, **query)
    assert response.status_code == 200, response.content
    return parse(response.content)


def names(html: Element) -> list[str]:
    """The names on the cards."""
    return [card.one("bdi").text for card in html.all("li", "product_details-card")]


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


def test_a_card_shows_the_lowest_price_and_says_that_others_differ(client: Client) -> None:
    product = vase()
    product.variants.create(sku="DEAR", first_value="Large", price_minor=6000)
    product.variants.create(sku="OLD", first_value="Old", price_minor=1, offered=False)
    assert shown(client).one("p", "price").text == "from £49.00"


@pytest.mark.parametrize(
    ("fields", "badge"), [({"stock": 0}, "Sold out"), ({"was_minor": 9900}, "Reduced")]
)
def test_a_card_tells_what_is_special(client: Client, fields: dict[str, int], badge: str) -> None:
    vase().variants.update(**fields)
    assert shown(client).one("span", "badge").text == badge


def test_a_product_without_variants_has_a_card_without_a_price(client: Client) -> None:
    ProductFactory.create(name="Soon")
    html = shown(client)
    assert names(html) == ["Soon"]
    assert html.all("p", "price") == []


def test_a_card_has_the_first_photograph_and_only_the_first_card_is_urgent(client: Client) -> None:
    for _ in range(2):
        product = vase()
        PhotographFactory.create(product=product, alt="Second", position=2)
        PhotographFactory.create(product=product, alt="First", position=1)
    images = shown(client).all("img")
    assert [i.attributes["alt"] for i in images] == ["First", "First"]
    assert [i.attributes.get("fetchpriority") for i in images] == ["high", None]
    assert [i.attributes.get("loading") for i in images] == [None, None]


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


def test_the_former_address_of_a_category_keeps_all_that_was_asked(client: Client) -> None:
    (lamps,) = tree("lamps")
    lamps.slug = "lighting"
    lamps.save()
    response = ask(client, category="lamps", page=2, q="oak  lamp", colour="moss,clay", stock="yes")
    query = "q=oak+lamp&colour=moss&colour=clay&stock=yes&page=2"
    assert response["location"] == f"/categories/lighting/?{query}"


def test_cards_show_the_photograph_and_the_price_of_the_chosen_colour(client: Client) -> None:
    product = vase()
    blue = Colour.objects.create(name="Blue", slug="blue", swatch="#0000ff")
    made = {"product": product, "first_value": "Night", "colour": blue, "price_minor": 7000}
    VariantFactory.create(sku="NIGHT", stock=0, **made)
    VariantFactory.create(sku="OLD", second_value="Old", **{**made, "price_minor": 100})
    product.variants.filter(sku="OLD").update(offered=False)
    PhotographFactory.create(product=product, alt="Any")
    PhotographFactory.create(product=product, alt="At night", only_for="Night", position=9)
    usual, chosen = shown(client), shown(client, colour="blue")
    assert [usual.one("img").attributes["alt"], chosen.one("img").attributes["alt"]] == [
        "Any",
        "At night",
    ]
    assert [html.one("p", "price").text for html in (usual, chosen)] == ["from £49.00", "£70.00"]
    assert usual.all("span", "badge") == []
    assert chosen.one("span", "badge").text == "Sold out"


def test_the_first_row_does_not_wait_to_be_scrolled_to(client: Client) -> None:
    for _ in range(5):
        PhotographFactory.create(product=vase())
    images = shown(client).all("img")
    assert [i.attributes.get("loading") for i in images] == [None, None, None, "lazy", "lazy"]
    assert [i.attributes.get("fetchpriority") for i in images] == ["high", *[None] * 4]


def test_what_others_like_hears_of_the_whole_shop(client: Client) -> None:
    tree("lamps")
    vase()
    keys = ask(client, category="lamps", stock="yes")["surrogate-key"].split()
    assert {"category:", "category:lamps"} <= set(keys)
    assert "category:" not in ask(client, category="lamps")["surrogate-key"].split()


def test_a_long_search_is_cut_and_the_list_says_so(client: Client) -> None:
    vase(name="Vase")
    html = shown(client, q=f"vase {'x' * 150}")
    assert "only its first 100 characters" in html.all("p", "notice")[0].text
    (box,) = [one for one in html.all("input") if one.attributes["name"] == "q"]
    assert len(box.attributes["value"]) == 100
    assert "only its first" not in shown(client, q=f"{'x ' * 49}yz").text


def test_the_whole_shop_is_searched_by_one_box_on_a_phone(client: Client) -> None:
    """The header's box is right above; within a category the list's own does something else."""
    (place,) = tree("lamps")
    assert shown(client).all("div", "product_details-filters__search--whole")
    assert not shown(client, category=place.path).all(
        "div", "product_details-filters__search--whole"
    )
