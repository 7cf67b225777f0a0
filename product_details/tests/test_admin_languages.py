"""Editing the catalogue in every language: side by side, and told what is missing."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from product_details.models import (
    CategoryTranslation,
    Colour,
    PhotographTranslation,
    Phrase,
    Product,
    ProductTranslation,
    Store,
    Teaser,
    TeaserTranslation,
)

from .conftest import Purges
from .factories import PhotographFactory, colours, picture_file, tree, vase
from .test_admin import errors, form, variant_row
from .test_wording import page, shown

pytestmark = pytest.mark.django_db


def address(record: Model) -> str:
    """The form of a record."""
    return reverse(f"admin:product_details_{record._meta.model_name}_change", args=[record.pk])


def listed(editor: Client, model: str, **query: str) -> str:
    """The list of a model, as HTML."""
    answer = editor.get(reverse(f"admin:product_details_{model}_changelist"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(editor: Client, model: str, **query: str) -> list[Any]:
    """The records of a list."""
    answer = editor.get(reverse(f"admin:product_details_{model}_changelist"), query)
    return list(answer.context["cl"].result_list)


def send(editor: Client, product: Product, **german: Any) -> Any:
    """Save the form of a product with its one variant."""
    row = variant_row(0, sku=f"{product.ref.upper()}-01", id=product.variants.get().pk)
    return editor.post(address(product), form(product, row, **german))


def test_both_languages_are_in_one_form_and_say_so_to_browsers(editor: Client) -> None:
    product = vase(name="Lamp")
    ProductTranslation.objects.create(product=product, locale="de", name="Lampe")
    html = editor.get(address(product)).content.decode()
    for field in ("name", "summary", "highlights", "description", "first_option"):
        assert f'name="{field}_de"' in html
    assert 'value="Lampe"' in html
    assert 'lang="de"' in html


@pytest.mark.django_db(transaction=True)
def test_german_words_of_a_product_are_in_the_shop_at_once(
    editor: Client, client: Client, purges: Purges
) -> None:
    product = vase(name="Lamp", first_option="")
    before = len(purges.messages)
    answer = send(
        editor,
        product,
        name_de="Lampe",
        summary_de="Leuchtet.",
        highlights_de="Hell",
        description_de="<p>Gut</p><script>x</script>",
    )
    assert answer.status_code == 302, errors(answer)
    row = ProductTranslation.objects.get(product=product, locale="de")
    assert (row.name, row.summary, row.description) == ("Lampe", "Leuchtet.", "<p>Gut</p>")
    assert f"product:{product.ref}" in set().union(*purges.messages[before:])
    assert ">Lampe</h1>" in shown(client, page(product))
    assert send(editor, product, name_de="", summary_de="", highlights_de="", description_de="")
    assert not ProductTranslation.objects.exists()


def test_what_a_form_does_not_show_is_left_alone(editor: Client) -> None:
    product = vase(name="Lamp")
    ProductTranslation.objects.create(product=product, locale="de", name="Lampe")
    assert send(editor, product).status_code == 302
    assert ProductTranslation.objects.get().name == "Lampe"


def test_translations_are_checked_as_originals_are(editor: Client) -> None:
    product = vase(name="Lamp")
    assert "at most 8" in errors(send(editor, product, highlights_de="\n".join("abcdefghi")))
    assert "200 characters" in errors(send(editor, product, summary_de="x" * 201))
    assert not ProductTranslation.objects.exists()


def test_a_photograph_is_described_in_its_row(editor: Client) -> None:
    product = vase(name="Lamp")
    photograph = PhotographFactory.create(product=product, alt="A lamp", image=picture_file())
    data = {
        "photographs-TOTAL_FORMS": "1",
        "photographs-INITIAL_FORMS": "1",
        "photographs-0-id": photograph.pk,
        "photographs-0-alt": "A lamp",
        "photographs-0-alt_de": "Eine Lampe",
        "photographs-0-position": "0",
    }
    answer = send(editor, product, **data)
    assert answer.status_code == 302, errors(answer)
    assert PhotographTranslation.objects.get(photograph=photograph).alt == "Eine Lampe"


def test_values_of_variants_are_translated_in_their_rows(editor: Client, client: Client) -> None:
    """“Moss” in two sizes is one phrase: what was typed last counts, in whichever row."""
    product = vase(name="Lamp", first_option="Colour", second_option="Size")
    one = product.variants.get()
    Phrase.objects.create(text="Moss", locale="de", translation="Mos")
    html = editor.get(address(product)).content.decode()
    assert (
        'name="variants-0-first_value_de"' in html and 'name="variants-0-second_value_de"' in html
    )

    def rows(first: str, second: str, **more: str) -> list[dict[str, Any]]:
        small: dict[str, Any] = {
            "first_value": "Moss",
            "second_value": "Small",
            "second_value_de": "Klein",
        }
        large: dict[str, Any] = {
            "first_value": "Moss",
            "second_value": "Large",
            "first_value_de": second,
        }
        ids = {variant.sku: variant.pk for variant in product.variants.all()}
        large |= {"id": ids["H1-09"]} if "H1-09" in ids else {}
        small |= {"first_value_de": first, "sku": one.sku, "id": one.pk}
        return [variant_row(0, **small), variant_row(1, **{"sku": "H1-09", **large, **more})]

    def sent(*given: dict[str, Any]) -> Any:
        return editor.post(address(product), form(product, *given, second_option="Size"))

    answer = sent(*rows("Moos", ""))
    assert answer.status_code == 302, errors(answer)
    known = {row.text: row.translation for row in Phrase.objects.filter(locale="de")}
    assert known == {"Moss": "Moos", "Small": "Klein"}
    html = shown(client, page(product))
    assert "Moos" in html and "Klein" in html and '<bdi lang="en">Large</bdi>' in html

    # The second row is saved with what it showed, and does not undo what the first one says.
    assert sent(*rows("Moosgrün", "Moos", stock="9")).status_code == 302
    assert Phrase.objects.get(text="Moss").translation == "Moosgrün"
    assert product.variants.get(sku="H1-09").stock == 9
    assert "“Moss” is translated in two ways, “A” and “B”" in errors(sent(*rows("A", "B")))
    # Spelt otherwise it keeps its translation, unless that spelling has one of its own.
    renamed = rows("Moosgrün", "Moosgrün", first_value="Mosses")
    assert sent(*renamed).status_code == 302
    assert Phrase.objects.get(text="Mosses").translation == "Moosgrün"
    assert sent(*rows("", "Moosgrün", first_value="Mosses")).status_code == 302
    assert not Phrase.objects.filter(text="Moss").exists()


def test_categories_teasers_stores_and_colours_are_translated_in_their_forms(
    editor: Client,
) -> None:
    (lamps,) = tree("lamps")
    data = {"name": "Lamps", "slug": "lamps", "position": 0, "name_de": "Leuchten"}
    assert editor.post(address(lamps), data).status_code == 302
    assert CategoryTranslation.objects.get(category=lamps).name == "Leuchten"

    teaser = Teaser.objects.create(title="T", link_text="L", path="/products/")
    data = {"title": "T", "link_text": "L", "path": "/products/", "position": 0, "title_de": "Ü"}
    assert editor.post(address(teaser), data).status_code == 302
    assert TeaserTranslation.objects.get(teaser=teaser).title == "Ü"

    green = Colour.objects.create(name="Green", slug="green", swatch="#00ff00")
    data = {"name": "Green", "slug": "green", "swatch": "#00ff00", "position": 0}
    assert editor.post(address(green), {**data, "name_de": "Grün"}).status_code == 302
    assert Phrase.objects.get(text="Green", locale="de").translation == "Grün"
    assert editor.post(address(green), {**data, "name_de": ""}).status_code == 302
    assert not Phrase.objects.exists()

    store = Store.objects.create(ref="s", name="Room", street="1", postcode="1", city="C")
    data = {"name": "Room", "street": "1", "postcode": "1", "city": "C", "country": "GB"}
    data |= {"position": 0, "name_de": "Raum", "hours-TOTAL_FORMS": 0, "hours-INITIAL_FORMS": 0}
    assert editor.post(address(store), data).status_code == 302
    assert Phrase.objects.get(text="Room").translation == "Raum"


def test_the_list_says_what_is_not_translated_and_finds_it(editor: Client) -> None:
    product = vase(name="Lamp", highlights="Bright")
    colours(product, "Moss", "30 cm")
    PhotographFactory.create_batch(2, product=product)
    html = listed(editor, "product")
    assert "Deutsch: name, summary, highlights, “Colour”, “Moss”, 2 photographs" in html
    assert [row.pk for row in rows(editor, "product", translated="no")] == [product.pk]
    ProductTranslation.objects.create(
        product=product, locale="de", name="L", summary="S", highlights="H"
    )
    for text in ("Colour", "Moss"):
        Phrase.objects.create(text=text, locale="de", translation="X")
    for photograph in product.photographs.all():
        PhotographTranslation.objects.create(photograph=photograph, locale="de", alt="A")
    assert "Deutsch:" not in listed(editor, "product")
    assert rows(editor, "product", translated="no") == []
    assert [row.pk for row in rows(editor, "product", translated="yes")] == [product.pk]


def test_other_lists_say_it_too(editor: Client) -> None:
    tree("lamps")
    Teaser.objects.create(title="T", link_text="L", path="/products/")
    Teaser.objects.create(title="Nur hier", link_text="L", path="/products/", locale="de")
    Colour.objects.create(name="Green", slug="green", swatch="#00ff00")
    Store.objects.create(ref="s", name="Room", street="1", postcode="1", city="C")
    assert "Deutsch: name" in listed(editor, "category")
    assert "Deutsch: “Green”" in listed(editor, "colour")
    assert "Deutsch: “Room”" in listed(editor, "store")
    assert listed(editor, "teaser").count("Deutsch: title, link text") == 1
    assert [row.title for row in rows(editor, "teaser", translated="no")] == ["T"]


def test_a_value_without_a_phrase_leads_to_a_new_one(editor: Client) -> None:
    product = vase(name="Lamp")
    colours(product, "Moss & more")
    html = editor.get(address(product)).content.decode()
    href = "/admin/product_details/phrase/add/?text=Moss+%26+more&amp;locale=de"
    assert f'<a href="{href}">“Moss &amp; more” (Deutsch)</a>' in html
    empty = editor.get(href.replace("&amp;", "&")).content.decode()
    assert 'value="Moss &amp; more"' in empty


def test_the_list_asks_as_much_for_many_products(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(12):
        PhotographFactory.create(product=vase(ref=f"h{n}"))
    with django_assert_max_num_queries(24):
        listed(editor, "product")
