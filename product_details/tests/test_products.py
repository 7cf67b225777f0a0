"""What is always true of a product and its variants, whoever saves them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from product_details.models import Product
from product_details.models.product import next_ref

from .factories import PhotographFactory, ProductFactory, VariantFactory, colours, vase

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Tide Vase", "tide-vase"),
        ("Café & Crème", "cafe-creme"),
        ("سراج", "h77"),
        ("<!>", "h77"),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_slug_is_made_of_the_name_or_else_of_the_reference(name: str, slug: str) -> None:
    assert ProductFactory.create(ref="h77", name=name).slug == slug


def test_a_description_is_cleaned_when_it_is_saved() -> None:
    product = ProductFactory.create(description="<h1>Care</h1><script>x()</script><p style='x'>a")
    product.refresh_from_db()
    assert product.description == "<h2>Care</h2><p>a</p>"


def test_the_day_of_first_publication_is_set_once() -> None:
    product = ProductFactory.create(state=Product.State.DRAFT)
    assert product.published_at is None
    product.state = Product.State.PUBLISHED
    product.save(update_fields=["state"])
    first = Product.objects.get().published_at
    assert first is not None
    product.save()
    assert Product.objects.get().published_at == first


def test_the_next_reference_follows_the_highest() -> None:
    assert next_ref() == "h1001"
    for ref in ("h9", "h1072", "other"):
        ProductFactory.create(ref=ref)
    assert next_ref() == "h1073"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ref": "H1"}, "lower-case"),
        ({"ref": "h1\n"}, "lower-case"),
        ({"highlights": "\n".join("x" * 9)}, "at most 8"),
        ({"summary": "x" * 201}, "at most 200"),
    ],
)
def test_what_a_product_cannot_be_is_explained(fields: dict[str, str], message: str) -> None:
    product = vase()
    for name, value in fields.items():
        setattr(product, name, value)
    with pytest.raises(ValidationError, match=message):
        product.full_clean()


def test_only_a_withdrawn_product_has_a_successor() -> None:
    product = vase(successor=vase())
    with pytest.raises(ValidationError, match="Only a withdrawn product has one"):
        product.full_clean()


def test_a_successor_must_be_in_the_shop_and_another_product() -> None:
    product = vase(state=Product.State.WITHDRAWN)
    product.successor = product
    with pytest.raises(ValidationError, match="its own successor"):
        product.full_clean()
    product.successor = vase(state=Product.State.DRAFT)
    with pytest.raises(ValidationError, match="is not published"):
        product.full_clean()


@pytest.mark.parametrize(
    "fields", [{"price_minor": 0}, {"price_minor": 100, "was_minor": 100}, {"stock": -1}]
)
def test_impossible_numbers_do_not_reach_the_database(fields: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        VariantFactory.create(**fields)


def test_two_variants_of_a_product_differ() -> None:
    product = vase()
    colours(product, "Moss")
    with pytest.raises(IntegrityError), transaction.atomic():
        colours(product, "Moss")


def test_a_photograph_without_alternative_text_does_not_reach_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PhotographFactory.create(alt="")


def test_a_variant_whose_values_have_no_latin_letters_is_found_by_its_article_number() -> None:
    assert VariantFactory.create(sku="H1-01", first_value="أخضر").slug == "h1-01"
