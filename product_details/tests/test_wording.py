"""The catalogue's words on German pages: translated, or marked as what they are."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from product_details.models import (
    CategoryTranslation,
    PhotographTranslation,
    Phrase,
    Product,
    ProductTranslation,
    Store,
    Teaser,
    TeaserTranslation,
)
from product_details.models.translation import Locale

from .conftest import Purges
from .factories import PhotographFactory, colours, tree, vase

pytestmark = pytest.mark.django_db
GERMAN = {"podium-locale": "de", "podium-mount-pathname": "/de/"}


def shown(client: Client, path: str, *, german: bool = True) -> Any:
    """A fragment as a German page has it, or an English one."""
    answer = client.get(f"/fragments/{path}", headers=GERMAN if german else {})
    assert answer.status_code == 200
    return answer.content.decode()


def page(product: Product) -> str:
    return f"page/?ref={product.ref}&slug={product.slug}"


@pytest.fixture
def lamp() -> Product:
    """A product with words everywhere, of which nothing is translated."""
    (lamps,) = tree("lamps")
    product = vase(name="Lamp", category=lamps, summary="It shines.", highlights="Bright\nWarm")
    product.description = "<p>A lamp for evenings.</p>"
    product.first_option = "Colour"
    product.save()
    product.variants.update(first_value="Moss")
    PhotographFactory.create(product=product, alt="A lamp on a shelf")
    return product


MARKED = [
    '<h1 class="product_details-page__name" dir="auto" lang="en">Lamp</h1>',
    '<p class="product_details-page__summary" dir="auto" lang="en">It shines.</p>',
    '<ul class="product_details-page__highlights" lang="en">',
    '<div class="prose" dir="auto" lang="en"><p>A lamp for evenings.</p></div>',
    'alt="A lamp on a shelf" lang="en"',
    '<span lang="en">Colour</span>: <strong><bdi lang="en">Moss</bdi>',
    '<a href="/de/categories/lamps/" lang="en">Lamps</a>',
]


@pytest.mark.parametrize("marked", MARKED)
def test_what_is_not_translated_is_shown_and_marked(
    client: Client, lamp: Product, marked: str
) -> None:
    assert marked in shown(client, page(lamp))


def test_the_original_language_marks_nothing(client: Client, lamp: Product) -> None:
    assert " lang=" not in shown(client, page(lamp), german=False)


def translate(product: Product) -> None:
    """Say everything in German."""
    ProductTranslation.objects.create(
        product=product,
        locale="de",
        name="Lampe",
        summary="Sie leuchtet.",
        highlights="Hell",
        description="<p>Für Abende.</p>",
    )
    CategoryTranslation.objects.create(category=product.category, locale="de", name="Leuchten")
    PhotographTranslation.objects.create(
        photograph=product.photographs.get(), locale="de", alt="Eine Lampe im Regal"
    )
    for text, translation in (("Colour", "Farbe"), ("Moss", "Moos")):
        Phrase.objects.create(text=text, locale="de", translation=translation)


def test_what_is_translated_is_german_and_not_marked(client: Client, lamp: Product) -> None:
    translate(lamp)
    html = shown(client, page(lamp))
    assert " lang=" not in html
    for word in ("Lampe</h1>", "Sie leuchtet.", "Hell", "Für Abende.", "Eine Lampe im Regal"):
        assert word in html
    for word in ("Farbe</span>", "Moos</bdi>", ">Leuchten</a>"):
        assert word in html


def test_structured_data_and_shared_links_speak_german(client: Client, lamp: Product) -> None:
    translate(lamp)
    html = shown(client, page(lamp))
    data = json.loads(html.split('ld+json">')[1].split("</script>")[0])
    assert (data["name"], data["description"]) == ("Lampe", "Für Abende.")
    assert (data["category"], data["offers"]["name"]) == ("Leuchten", "Lampe, Moos")
    assert '<meta property="og:description" content="Sie leuchtet.">' in html
    assert '<meta property="og:image:alt" content="Eine Lampe im Regal">' in html


def test_each_text_is_marked_by_itself(client: Client, lamp: Product) -> None:
    ProductTranslation.objects.create(product=lamp, locale="de", name="Lampe")
    html = shown(client, page(lamp))
    assert 'dir="auto">Lampe</h1>' in html
    assert MARKED[1] in html and MARKED[3] in html


def test_sizes_have_no_language(client: Client) -> None:
    product = vase(name="Rug")
    colours(product, "30 × 50 cm", "Oak")
    html = shown(client, page(product))
    assert "<bdi>30 × 50 cm</bdi>" in html
    assert '<bdi lang="en">Oak</bdi>' in html


def test_lists_and_menus_mark_what_is_not_translated(client: Client, lamp: Product) -> None:
    for path in ("list/?category=lamps", "navigation/"):
        assert ' lang="en">Lamp' in shown(client, path)
    translate(lamp)
    for path in ("list/?category=lamps", "navigation/"):
        assert " lang=" not in shown(client, path)


def test_a_category_may_have_a_summary_in_german_and_no_name(client: Client, lamp: Product) -> None:
    lamp.category.summary = "To see by."
    lamp.category.save()
    row = CategoryTranslation.objects.create(category=lamp.category, locale="de", summary="Licht.")
    html = shown(client, "list/?category=lamps")
    assert 'lang="en">Lamps</h1>' in html
    assert ">Licht.</p>" in html
    row.name, row.summary = "Leuchten", ""
    row.save()
    html = shown(client, "list/?category=lamps")
    assert ">Leuchten</h1>" in html
    assert 'lang="en">To see by.</p>' in html


def test_a_teaser_for_all_pages_is_translated_or_marked(client: Client) -> None:
    teaser = Teaser.objects.create(title="Light", text="Long.", link_text="See", path="/products/")
    html = shown(client, "teasers/")
    assert 'lang="en">Light</h2>' in html
    row = TeaserTranslation.objects.create(teaser=teaser, locale="de", title="Licht")
    html = shown(client, "teasers/")
    assert ">Licht</h2>" in html
    assert '<p lang="en">Long.</p>' in html
    row.text, row.link_text = "Lange.", "Ansehen"
    row.save()
    assert " lang=" not in shown(client, "teasers/")
    assert ">Light</h2>" in shown(client, "teasers/", german=False)


def test_a_teaser_of_one_language_is_on_its_pages_alone(client: Client) -> None:
    Teaser.objects.create(title="Licht", link_text="L", path="/products/", locale="de")
    assert '__title">Licht</h2>' in shown(client, "teasers/")
    assert client.get("/fragments/teasers/").status_code == 204


def test_stores_are_named_and_described_in_german(client: Client) -> None:
    Store.objects.create(
        ref="s", name="The Workshop", summary="Our room.", street="1", postcode="1", city="Bristol"
    )
    html = shown(client, "stores/")
    assert '<span lang="en">The Workshop</span>' in html
    assert 'lang="en">Our room.</p>' in html
    Phrase.objects.create(text="The Workshop", locale="de", translation="Die Werkstatt")
    Phrase.objects.create(text="Our room.", locale="de", translation="Unser Raum.")
    html = shown(client, "stores/")
    assert "Die Werkstatt" in html and " lang=" not in html


@pytest.mark.django_db(transaction=True)
def test_a_translation_purges_what_shows_it(purges: Purges, lamp: Product) -> None:
    teaser = Teaser.objects.create(title="Light", link_text="See", path="/products/")
    photograph = lamp.photographs.get()
    before = len(purges.messages)
    PhotographTranslation.objects.create(photograph=photograph, locale="de", alt="Eine Lampe")
    TeaserTranslation.objects.create(teaser=teaser, locale="de", title="Licht").delete()
    of_photograph, *of_teaser = purges.messages[before:]
    assert f"product:{lamp.ref}" in of_photograph
    assert of_teaser == [{"teasers"}, {"teasers"}]


def test_the_catalogue_speaks_every_language_of_the_service() -> None:
    original, *others = (code.partition("-")[0] for code, _ in settings.LANGUAGES)
    assert (original, others) == ("en", Locale.values)
