"""The product page as shoppers get it."""

import json

import pytest
from django.test import Client
from fragment_contract.testing import Element, parse

from product_details.models import Product, Variant

from .factories import PhotographFactory, VariantFactory, colours, tree, vase

pytestmark = pytest.mark.django_db


def page(client: Client, product: Product, variant: str = "", **query: str) -> Element:
    """The page of a product, parsed."""
    query |= {"ref": product.ref, "slug": product.slug}
    if variant:
        query["variant"] = variant
    response = client.get("/fragments/page/", query)
    assert response.status_code == 200, response.content
    return parse(response.content)


def buying(html: Element) -> list[Element]:
    """The slots in which the cart's form is asked for."""
    return [e for e in html.all("micro-frontend") if e.attributes["src"] == "cart/add"]


def choices(html: Element) -> list[tuple[str, str, bool]]:
    """Every choice: text, address, chosen."""
    return [
        (chip.text, chip.attributes["href"], "aria-current" in chip.attributes)
        for chip in html.all("a", "chip")
    ]


def test_it_shows_name_price_stock_and_the_way_from_the_first_page(client: Client) -> None:
    *_, tall = tree("vases", "vases/tall")
    html = page(client, vase(name="Tide Vase", category=tall))
    assert html.one("h1").text == "Tide Vase"
    assert "£49.00" in html.one("p", "product_details-page__price").text
    assert html.one("p", "product_details-page__stock").text == "In stock"
    crumbs = html.one("nav", "breadcrumbs").all("a")
    assert [(a.text, a.attributes["href"]) for a in crumbs] == [
        ("Home", "/"),
        ("Vases", "/categories/vases/"),
        ("Tall", "/categories/vases/tall/"),
    ]


@pytest.mark.parametrize(
    ("stock", "words"), [(0, "Sold out"), (1, "Only one left"), (5, "Only 5 left"), (6, "In stock")]
)
def test_stock_is_told_in_words(client: Client, stock: int, words: str) -> None:
    product = vase()
    product.variants.update(stock=stock)
    assert page(client, product).one("p", "product_details-page__stock").text == words


def test_what_is_sold_out_has_no_button(client: Client) -> None:
    product = vase()
    product.variants.update(stock=0)
    assert buying(page(client, product)) == []


def test_who_finds_one_colour_sold_out_is_told_of_the_others(client: Client) -> None:
    product = vase()
    product.variants.all().delete()
    moss, ink = colours(product, "Moss", "Ink")
    for stock, told in ((3, True), (0, False)):
        Variant.objects.filter(pk=moss.pk).update(stock=stock)
        Variant.objects.filter(pk=ink.pk).update(stock=0)
        notice = page(client, product, "ink").one("p", "notice").text
        assert ("others are in stock" in notice) is told


def test_a_reduced_price_stands_beside_the_former_one(client: Client) -> None:
    product = vase()
    product.variants.update(was_minor=6000)
    price = page(client, product).one("p", "product_details-page__price")
    assert price.text == "Price: £49.00 formerly £60.00"


def test_a_product_without_options_offers_no_choice(client: Client) -> None:
    assert choices(page(client, vase())) == []


def test_each_value_is_a_link_to_the_variant_that_has_it(client: Client) -> None:
    product = vase(slug="tide")
    product.variants.all().delete()
    colours(product, "Moss", "Sea glass")
    html = page(client, product, "sea-glass")
    assert choices(html) == [
        ("Moss", f"/products/{product.ref}/tide/moss/", False),
        ("Sea glass", f"/products/{product.ref}/tide/sea-glass/", True),
    ]


def test_choosing_a_colour_keeps_the_size_where_there_is_one(client: Client) -> None:
    product = vase(slug="tide", first_option="Colour", second_option="Size")
    product.variants.all().delete()
    for colour, size in (("Moss", "S"), ("Moss", "L"), ("Ink", "S"), ("Ink", "L"), ("Rust", "S")):
        VariantFactory.create(product=product, first_value=colour, second_value=size)
    links = {text: url.split("/")[-2] for text, url, _ in choices(page(client, product, "moss-l"))}
    assert links == {
        "Moss": "moss-l",
        "Ink": "ink-l",
        "Rust": "rust-s",
        "S": "moss-s",
        "L": "moss-l",
    }


def test_without_a_choice_the_first_variant_in_stock_is_shown(client: Client) -> None:
    product = vase()
    product.variants.update(stock=0, first_value="Ink")
    colours(product, "Moss")
    assert [text for text, _, chosen in choices(page(client, product)) if chosen] == ["Moss"]


def test_a_sold_out_choice_says_so_to_everybody(client: Client) -> None:
    product = vase()
    product.variants.all().delete()
    colours(product, "Moss")
    colours(product, "Ink", stock=0)
    assert [text for text, *_ in choices(page(client, product))] == ["Moss", "Ink , sold out"]


def test_variants_that_are_no_longer_offered_are_no_choice(client: Client) -> None:
    product = vase()
    product.variants.all().delete()
    colours(product, "Moss", "Ink")
    product.variants.filter(first_value="Ink").update(offered=False)
    assert [text for text, *_ in choices(page(client, product))] == ["Moss"]


def test_twenty_variants_are_two_short_rows(client: Client) -> None:
    product = vase(first_option="Colour", second_option="Size")
    product.variants.all().delete()
    for n in range(20):
        VariantFactory.create(
            product=product, first_value=f"Colour {n % 5}", second_value=f"Size {n // 5}"
        )
    groups = page(client, product).all("div", "product_details-page__option")
    assert [len(group.all("a")) for group in groups] == [5, 4]


@pytest.mark.parametrize(("stock", "most"), [(1, "1"), (7, "7"), (10, "10"), (400, "10")])
def test_the_cart_is_asked_for_the_form_that_buys_the_shown_variant(
    client: Client, stock: int, most: str
) -> None:
    product = vase()
    (moss,) = colours(product, "Moss")
    Variant.objects.filter(pk=moss.pk).update(stock=stock)
    (slot,) = buying(page(client, product, "moss"))
    assert (slot.attributes["ref"], slot.attributes["sku"]) == (product.ref, moss.sku)
    assert slot.attributes["most"] == most


def test_a_product_that_nobody_can_buy_still_has_a_page(client: Client) -> None:
    product = vase()
    product.variants.all().delete()
    html = page(client, product)
    assert "not for sale at the moment" in html.text
    assert buying(html) == []


def test_pictures_have_sizes_formats_and_words_and_only_the_first_is_urgent(client: Client) -> None:
    product = vase()
    PhotographFactory.create_batch(3, product=product)
    html = page(client, product)
    first, *rest = html.all("img")
    assert first.attributes["fetchpriority"] == "high"
    assert "loading" not in first.attributes
    assert [img.attributes["loading"] for img in rest] == ["lazy", "lazy"]
    for img, source in zip(html.all("img"), html.all("source"), strict=True):
        assert (img.attributes["width"], img.attributes["height"]) == ("1600", "1200")
        assert img.attributes["alt"] == "A vase on a table"
        assert img.attributes["sizes"] == source.attributes["sizes"] != ""
        assert source.attributes["type"] == "image/avif"
        assert source.attributes["srcset"].count(".avif ") == 3
        assert img.attributes["srcset"].count(".webp ") == 3


def test_pictures_of_another_colour_are_left_out(client: Client) -> None:
    product = vase()
    product.variants.all().delete()
    colours(product, "Moss", "Ink")
    PhotographFactory.create(product=product, alt="In moss", only_for="Moss")
    PhotographFactory.create(product=product, alt="On a table")
    PhotographFactory.create(product=product, alt="In ink", only_for="Ink")
    html = page(client, product, "ink")
    assert [img.attributes["alt"] for img in html.all("img")] == ["In ink", "On a table"]


def test_a_product_without_photographs_says_so(client: Client) -> None:
    html = page(client, vase())
    assert html.all("img") == []
    assert html.one("svg").attributes["aria-label"] == "No photograph yet"


def test_the_head_names_the_page_for_search_engines(client: Client) -> None:
    product = vase(name="Tide Vase", summary="Like the sea.")
    PhotographFactory.create(product=product, image="products/front.jpg")
    colours(product, "Moss")
    head = page(client, product, "moss").one("head")
    canonical = f"https://shop.test/products/{product.ref}/tide-vase/"
    meta = {
        m.attributes.get("name") or m.attributes["property"]: m.attributes["content"]
        for m in head.all("meta")
    }
    assert head.one("title").text == "Tide Vase, Moss – Lumen & Loam"
    assert head.one("link").attributes == {"rel": "canonical", "href": canonical}
    assert meta["description"] == meta["og:description"] == "Like the sea."
    assert meta["og:url"] == canonical
    assert meta["og:image"] == "https://shop.test/media/product_details/products/front/800.webp"


def test_structured_data_describe_product_offer_and_breadcrumbs(client: Client) -> None:
    product = vase(name="Tide Vase", description="<p>One.</p><p>Two &amp; three.</p>")
    PhotographFactory.create(product=product)
    data, crumbs = (json.loads(s.text) for s in page(client, product).all("script"))
    assert (data["@type"], data["name"]) == ("Product", "Tide Vase")
    assert data["description"] == "One. Two & three."
    assert data["offers"] | {"url": "", "seller": ""} == {
        "@type": "Offer",
        "sku": f"{product.ref.upper()}-01",
        "name": "Tide Vase",
        "url": "",
        "price": "49.00",
        "priceCurrency": "GBP",
        "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/NewCondition",
        "seller": "",
    }
    assert data["offers"]["url"].startswith(f"https://shop.test/products/{product.ref}/tide-vase/")
    assert crumbs["@type"] == "BreadcrumbList"
    assert [step["position"] for step in crumbs["itemListElement"]] == [1, 2]


def test_every_variant_on_offer_is_in_the_structured_data_and_the_rating(client: Client) -> None:
    product = vase(rating_tenths=43, rating_count=12)
    colours(product, "Moss", "Ink", stock=0)
    product.variants.filter(first_value="Ink").update(offered=False)
    data = json.loads(page(client, product).all("script")[0].text)
    assert [(o["sku"], o["availability"].rpartition("/")[2]) for o in data["offers"]] == [
        (f"{product.ref.upper()}-01", "InStock"),
        (product.variants.get(first_value="Moss").sku, "OutOfStock"),
    ]
    assert data["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": "4.3",
        "reviewCount": 12,
        "bestRating": 5,
        "worstRating": 1,
    }


HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(1)">&amp; "\' \u2028'


def test_whatever_an_editor_types_stays_text(client: Client) -> None:
    product = vase(name=HOSTILE, summary=HOSTILE, highlights=HOSTILE.replace("\u2028", ""))
    product.variants.all().delete()
    colours(product, HOSTILE[:20])
    product.first_option = HOSTILE[:20]
    product.save()
    PhotographFactory.create(product=product, alt=HOSTILE)
    html = page(client, product)
    assert {s.attributes.get("type") for s in html.all("script")} == {"application/ld+json"}
    assert len(html.all("img")) == 1
    assert not [e for e in html.walk() if any(name.startswith("on") for name in e.attributes)]
    assert html.one("h1").text == " ".join(HOSTILE.split())
    data = json.loads(html.all("script")[0].text)
    assert data["name"] == HOSTILE


def test_a_description_that_came_into_the_database_unclean_is_harmless(client: Client) -> None:
    product = vase()
    Product.objects.filter(pk=product.pk).update(description="<p onclick=x()>Hi<script>x</script>")
    prose = page(client, product).one("div", "prose")
    assert [e.name for e in prose.walk()] == ["div", "p"]
    assert prose.one("p").attributes == {}


def test_right_to_left_text_finds_its_own_direction(client: Client) -> None:
    html = page(client, vase(name="سراج", slug="siraj", summary="حامل شموع"))
    assert html.one("h1").attributes["dir"] == "auto"
    assert html.one("p", "product_details-page__summary").attributes["dir"] == "auto"


def test_highlights_are_a_list_and_delivery_is_promised(client: Client) -> None:
    html = page(client, vase(highlights="One\n\n  Two  ", delivery=Product.Delivery.FURNITURE))
    items = html.one("ul", "product_details-page__highlights").all("li")
    assert [li.text for li in items] == ["One", "Two"]
    titles = [dt.text for dt in html.all("dt")]
    assert "Carried to the room you choose in 5 to 10 working days" in titles
