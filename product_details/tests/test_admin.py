"""What editors enter, through the forms that they see."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from product_details.models import (
    Colour,
    Material,
    Photograph,
    Phrase,
    Product,
    Reservation,
    Store,
    Teaser,
)

from .conftest import Purges
from .factories import PhotographFactory, ProductFactory, picture_file, tree, vase

pytestmark = pytest.mark.django_db
NO_PHOTOGRAPHS = {"photographs-TOTAL_FORMS": "0", "photographs-INITIAL_FORMS": "0"}


def variant_row(number: int, **fields: Any) -> dict[str, Any]:
    """What the browser sends for one variant."""
    row = {"sku": f"H1-0{number}", "price_minor": "49.00", "currency": "GBP", "stock": "3"}
    row |= {"offered": "on", "position": "0", **fields}
    return {f"variants-{number}-{name}": value for name, value in row.items()}


def form(product: Product, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What the browser sends for a product."""
    data = {
        "name": product.name,
        "slug": product.slug,
        "ref": product.ref,
        "category": product.category_id,
        "summary": product.summary,
        "state": product.state,
        "delivery": product.delivery,
        "when_sold_out": product.when_sold_out,
        "first_option": product.first_option,
        "variants-TOTAL_FORMS": str(len(rows)),
        "variants-INITIAL_FORMS": str(sum(key.endswith("-id") for row in rows for key in row)),
        "translations-TOTAL_FORMS": "0",
        "translations-INITIAL_FORMS": "0",
        **NO_PHOTOGRAPHS,
        **fields,
    }
    for row in rows:
        data |= row
    return data


def save(editor: Client, product: Product, data: dict[str, Any]) -> Any:
    """Press “save” on the page of a product."""
    return editor.post(reverse("admin:product_details_product_change", args=[product.pk]), data)


def errors(response: Any) -> str:
    """Every complaint on the page."""
    assert response.status_code == 200, "the form was accepted"
    return " ".join(str(e) for e in [response.context["errors"], *response.context["errors"].data])


OTHERS: list[Model] = [
    Colour(name="Green", slug="green", swatch="#8fb3a8"),
    Material(name="Wool", slug="wool"),
    Phrase(text="Moss", locale="de", translation="Moos"),
    Reservation(key="k"),
    Store(ref="s", name="S", street="1", postcode="1", city="C"),
    Teaser(title="T", link_text="L", path="/products/"),
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda model: model._meta.model_name)
def test_every_other_list_and_form_opens(editor: Client, other: Model) -> None:
    other.pk = None
    other.save()
    where = f"admin:product_details_{other._meta.model_name}"
    assert editor.get(reverse(f"{where}_changelist")).status_code == 200
    assert editor.get(reverse(f"{where}_change", args=[other.pk])).status_code == 200


@pytest.mark.parametrize("model", ["product", "category", "variant"])
def test_every_list_and_every_form_opens(editor: Client, model: str) -> None:
    product = vase(successor=None)
    PhotographFactory.create(product=product)
    assert editor.get(reverse(f"admin:product_details_{model}_changelist")).status_code == 200
    pk = {"product": product.pk, "category": product.category_id}.get(model)
    pk = pk or product.variants.get().pk
    url = reverse(f"admin:product_details_{model}_change", args=[pk])
    assert editor.get(url).status_code == 200


def test_a_new_product_is_made_with_its_variants_and_photographs(editor: Client) -> None:
    (lamps,) = tree("lamps")
    product = Product(ref="h1", name="Lamp", category=lamps, summary="A lamp.", state="published")
    product.first_option = "Colour"
    data = form(
        product,
        variant_row(0, first_value="Moss", price_minor="19.5", was_minor="25"),
        variant_row(1, first_value="Ink"),
        description="<p>Nice</p><script>no</script>",
        **{
            "photographs-TOTAL_FORMS": "1",
            "photographs-0-image": picture_file(),
            "photographs-0-alt": "A lamp in moss",
            "photographs-0-only_for": "Moss",
            "photographs-0-position": "1",
        },
    )
    response = editor.post(reverse("admin:product_details_product_add"), data)
    assert response.status_code == 302, errors(response)
    made = Product.objects.get(ref="h1")
    assert (made.slug, made.description) == ("lamp", "<p>Nice</p>")
    assert list(made.variants.values_list("slug", "price_minor", "was_minor")) == [
        ("moss", 1950, 2500),
        ("ink", 4900, None),
    ]
    assert default_storage.exists(made.photographs.get().name)


def test_values_that_differ_only_in_accents_get_addresses_of_their_own(editor: Client) -> None:
    product = vase(ref="h1", first_option="Colour")
    product.variants.all().delete()
    rows = (variant_row(0, first_value="Rose"), variant_row(1, first_value="Rosé"))
    assert save(editor, product, form(product, *rows)).status_code == 302
    assert list(product.variants.values_list("slug", flat=True)) == ["rose", "rose-h1-01"]


def test_prices_are_shown_as_they_are_typed_and_unchanged_ones_stay(editor: Client) -> None:
    product = vase(ref="h1")
    variant = product.variants.get()
    page = editor.get(reverse("admin:product_details_product_change", args=[product.pk]))
    assert b'value="49.00"' in page.content
    row = variant_row(0, id=variant.pk, sku=variant.sku, price_minor="49.00")
    formset = save(editor, product, form(product, row | {"variants-0-price_minor": "x"}))
    assert "Enter a number" in errors(formset)
    assert save(editor, product, form(product, row)).status_code == 302
    variant.refresh_from_db()
    assert variant.price_minor == 4900


@pytest.mark.parametrize(
    ("rows", "fields", "message"),
    [
        ([], {}, "A published product needs a variant on offer"),
        ([variant_row(0, offered="")], {}, "A published product needs a variant on offer"),
        ([variant_row(0, price_minor="0")], {}, "greater than or equal to 0.01"),
        ([variant_row(0, price_minor="1.005")], {}, "no more than 2 decimal places"),
        ([variant_row(0, was_minor="49.00")], {}, "The former price must be higher"),
        ([variant_row(0, sku="h 1")], {}, "capitals, digits and hyphens"),
        (
            [variant_row(0, first_value="Moss")],
            {"first_option": ""},
            "“Moss” needs a name, such as “Colour”",
        ),
        ([variant_row(0)], {"first_option": "Colour"}, "H1-00: enter its colour."),
        (
            [variant_row(0, first_value="A"), variant_row(1, first_value="B", currency="EUR")],
            {"first_option": "Colour"},
            "in the same currency",
        ),
        (
            [variant_row(0, first_value="A"), variant_row(1, first_value="A")],
            {"first_option": "Colour"},
            "duplicate",
        ),
        ([variant_row(0)], {"highlights": "x\n" * 9}, "at most 8 highlights"),
        ([variant_row(0)], {"state": "withdrawn", "successor": "self"}, "its own successor"),
    ],
)
def test_what_would_confuse_a_shopper_is_refused_with_a_reason(
    editor: Client, rows: list[dict[str, Any]], fields: dict[str, str], message: str
) -> None:
    product = ProductFactory.create(ref="h1")
    fields = {k: str(product.pk) if v == "self" else v for k, v in fields.items()}
    assert message in errors(save(editor, product, form(product, *rows, **fields)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"alt": ""}, "This field is required"),
        ({"only_for": "Pink"}, "only for “Pink”, which no variant has. Values: Moss."),
        ({"image": picture_file(size=(100, 100))}, "100 × 100 pixels; the shorter side"),
        ({"image": ""}, "This field is required"),
    ],
)
def test_a_poor_photograph_is_refused_with_a_reason(
    editor: Client, fields: dict[str, Any], message: str
) -> None:
    product = ProductFactory.create(ref="h1", first_option="Colour")
    row = {"image": picture_file(), "alt": "A lamp", "only_for": "Moss", "position": "1", **fields}
    data = form(
        product,
        variant_row(0, first_value="Moss"),
        **{"photographs-TOTAL_FORMS": "1"},
        **{f"photographs-0-{name}": value for name, value in row.items()},
    )
    assert message in errors(save(editor, product, data))


def test_a_reference_never_changes(editor: Client) -> None:
    product = vase(ref="h1")
    data = form(product, variant_row(0, id=product.variants.get().pk), ref="h2")
    assert save(editor, product, data).status_code == 302
    product.refresh_from_db()
    assert product.ref == "h1"


@pytest.mark.django_db(transaction=True)
def test_saving_the_page_of_a_product_purges_once(editor: Client, purges: Purges) -> None:
    product = vase(ref="h1")
    row = variant_row(0, id=product.variants.get().pk, stock="0")
    before = len(purges.messages)
    assert save(editor, product, form(product, row)).status_code == 302
    (message,) = purges.messages[before:]
    assert message == {"product:h1", "category:", f"category:{product.category.path}"}


def test_deleting_a_photograph_in_the_form_deletes_its_files(editor: Client) -> None:
    product = vase(ref="h1")
    photograph = Photograph(product=product, alt="A vase", image=picture_file())
    photograph.save()
    data = form(
        product,
        variant_row(0, id=product.variants.get().pk),
        **{"photographs-TOTAL_FORMS": "1", "photographs-INITIAL_FORMS": "1"},
        **{"photographs-0-id": photograph.pk, "photographs-0-DELETE": "on"},
        **{"photographs-0-alt": "A vase", "photographs-0-position": "0"},
    )
    assert save(editor, product, data).status_code == 302
    assert not product.photographs.exists()


def test_a_category_in_use_cannot_be_deleted(editor: Client) -> None:
    product = vase()
    url = reverse("admin:product_details_category_delete", args=[product.category_id])
    page = editor.post(url, {"post": "yes"})
    assert page.status_code == 200
    assert "protected" in page.content.decode()


def test_the_tree_explains_what_it_cannot_do(editor: Client) -> None:
    *_, small = tree("lamps", "lamps/table", "lamps/table/small")
    data = {"parent": small.pk, "name": "Tiny", "slug": "tiny", "position": "0"}
    response = editor.post(reverse("admin:product_details_category_add"), data)
    assert "at most 3 levels" in errors(response)
