"""The demonstration in German: whole, well set, and added once."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from product_details.demo.catalogue import load
from product_details.demo.facets import seed_facets
from product_details.demo.german import german_texts, seed_german
from product_details.demo.stores import seed_stores
from product_details.models import (
    Category,
    CategoryTranslation,
    PhotographTranslation,
    Phrase,
    Product,
    ProductTranslation,
)
from product_details.rich_text import clean

from .test_demo import seeded
from .test_wording import page, shown


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole shop, without its pictures' files; what a test changes is taken back after it."""
    files = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(STORAGES={**settings.STORAGES, "default": files}):
            seeded()
        seed_facets(load())
        seed_stores()
        seed_german(load())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(filled: None, db: None) -> None:
    """What is filled, for a test that may change it."""


def sentences() -> Iterator[tuple[str, str]]:
    """All German texts of products."""
    for ref, said in german_texts().items():
        for text in (said["name"], said["summary"], said["alt"], *said.get("highlights", ())):
            yield ref, text
        yield ref, said.get("description", "")


def test_every_product_has_all_that_its_original_has() -> None:
    german = german_texts()
    for item in load().items:
        said = german[item.ref]
        assert len(said.get("highlights", ())) == len(item.highlights), item.ref
        assert bool(said.get("description")) == bool(item.description), item.ref
        assert said["description"].count("<li>") == item.description.count("<li>"), item.ref


def test_every_text_fits_into_its_column(demonstration: None) -> None:
    """SQLite would take what PostgreSQL refuses."""
    for model in (ProductTranslation, CategoryTranslation, PhotographTranslation, Phrase):
        for row in model.objects.all():
            row.clean_fields()


def test_quotation_marks_and_dashes_are_german() -> None:
    for ref, text in sentences():
        visible = re.sub(r"<[a-z/][^>]*>", "", text)
        assert not re.search(r"[\"'`”’]| - |--", visible), (ref, text)
        assert visible.count("„") == visible.count("“"), (ref, text)


def test_descriptions_keep_all_their_markup() -> None:
    for ref, said in german_texts().items():
        assert clean(said["description"]) == said["description"], ref


@pytest.mark.usefixtures("demonstration")
def test_no_page_of_the_shop_says_anything_in_english(client: Client) -> None:
    for product in Product.objects.filter(state="published"):
        assert not re.search(r' lang="en', shown(client, page(product))), product.ref
    for path in ("", *Category.objects.values_list("path", flat=True)):
        assert ' lang="en' not in shown(client, f"list/?category={path}&limit=48"), path
    for path in ("teasers/", "stores/", "navigation/", "recommendations/"):
        assert ' lang="en' not in shown(client, path), path


@pytest.mark.usefixtures("demonstration")
def test_german_is_added_once_and_then_belongs_to_the_editors() -> None:
    assert not seed_german(load())
    ProductTranslation.objects.filter(product__ref="h1001").delete()
    assert not seed_german(load())
    assert not ProductTranslation.objects.filter(product__ref="h1001").exists()


@pytest.mark.usefixtures("demonstration")
def test_a_shop_from_before_gets_what_it_lacks_and_keeps_what_was_edited() -> None:
    PhotographTranslation.objects.all().delete()
    ProductTranslation.objects.update(description="", highlights="")
    ProductTranslation.objects.filter(product__ref="h1001").update(name="Meine Vase")
    Phrase.objects.filter(text="Moss").update(translation="Moosgrün")
    assert seed_german(load())
    row = ProductTranslation.objects.get(product__ref="h1001")
    assert row.name == "Meine Vase"
    assert "Gezeitenvase" in row.description
    assert Phrase.objects.get(text="Moss").translation == "Moosgrün"
    scene = PhotographTranslation.objects.filter(photograph__product__ref="h1001").last()
    assert scene is not None
