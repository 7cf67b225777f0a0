"""What the cards of a list show of their products, and which of their photographs are urgent."""

import pytest
from django.test import Client

from product_details.models import Colour

from .factories import (
    PhotographFactory,
    ProductFactory,
    VariantFactory,
    vase,
)
from .listing import names, shown

pytestmark = pytest.mark.django_db


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
