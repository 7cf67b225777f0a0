"""Finding products by words: what is found, in which order, and what an index has to follow."""

from io import StringIO
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from product_details.models import (
    Category,
    CategoryTranslation,
    Colour,
    Material,
    Phrase,
    Product,
    ProductTranslation,
    SearchDocument,
    SearchWord,
)
from product_details.search import folding, indexing
from product_details.search.finding import Found, find

from .factories import colours, tree, vase

pytestmark = pytest.mark.django_db


def search(query: str) -> Found:
    """Search for something that has words."""
    found = find(query)
    assert found is not None
    return found


def names(query: str) -> list[str]:
    """What is found, best first."""
    worth = search(query).worth
    known = dict(Product.objects.values_list("pk", "name"))
    return [known[key] for key in sorted(worth, key=lambda key: (-worth[key], known[key]))]


@pytest.fixture
def shop() -> None:
    """A few products with words in all places."""
    lamps, vases = tree("lamps", "vases")
    vase(ref="h1", name="Tide Vase", category=vases, summary="Stoneware, for one red stem.")
    colours(vase(ref="h2", name="Harbour Lamp", category=lamps, summary="A drum of linen."), "Moss")
    vase(ref="h3", name="Vélo Côté", category=lamps, summary="For a hundred evenings.")
    vase(ref="h4", name="Bowl", category=vases, summary="A bowl.", description="<p>Not a lamp.</p>")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tide", ["Tide Vase"]),
        ("TIDE vase", ["Tide Vase"]),
        ("lamp", ["Harbour Lamp", "Vélo Côté", "Bowl"]),
        ("lamps", ["Harbour Lamp", "Vélo Côté", "Bowl"]),
        ("velo", ["Vélo Côté"]),
        ("CÔTE", ["Vélo Côté"]),
        ("moss lamp", ["Harbour Lamp"]),
        ("arbour", ["Harbour Lamp"]),
        ("red", ["Tide Vase"]),
        ("h3", ["Vélo Côté"]),
        ("H1-01", ["Tide Vase"]),
        ("evening", ["Vélo Côté"]),
        # Misspelt.
        ("lampp", ["Harbour Lamp", "Vélo Côté", "Bowl"]),
        ("vaas", ["Tide Vase", "Bowl"]),
        ("vsae", ["Tide Vase", "Bowl"]),
        ("harbor", ["Harbour Lamp"]),
        ("habrour", ["Harbour Lamp"]),
        ("tied vase", ["Tide Vase"]),
        # Nothing like it.
        ("xylophone", []),
        ("qqqqq", []),
    ],
)
def test_products_are_found_best_first(query: str, expected: list[str]) -> None:
    assert names(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "grün",
        "GRÜN",
        "gruen",
        "Gruene",
        "gru\u0308n",
        "Stuhl",
        "Stühle",
        "stuehle",
        "Gruenen Stuhl",
    ],
)
def test_german_words_are_found_with_umlauts_and_without(query: str) -> None:
    product = vase(name="Chair")
    vase(name="Lamp")
    ProductTranslation.objects.create(
        product=product, locale="de", name="Küchenstuhl", summary="Die grünen Stühle sind bequem."
    )
    assert names(query) == ["Chair"]


@pytest.mark.usefixtures("shop")
def test_a_misspelling_is_told() -> None:
    assert search("lampp").instead in ("lamp", "lamps")
    assert search("lamp").instead == ""
    assert search("lamps").instead == ""
    assert search("tied vase").instead == "tide vase"


@pytest.mark.usefixtures("shop")
def test_where_nothing_has_all_words_those_with_some_are_found_and_it_is_said() -> None:
    assert names("tide lamp xylophone") == ["Harbour Lamp", "Tide Vase", "Vélo Côté", "Bowl"]
    assert search("tide lamp xylophone").partly
    assert search("moss bowl").partly
    assert not search("moss lamp").partly


@pytest.mark.parametrize("query", ["", "  ", "!?", "***", "“”", "-", "\u200b"])
def test_without_words_there_is_nothing_to_search(query: str) -> None:
    assert find(query) is None


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "query",
    [
        '"',
        'lamp" OR "',
        "lamp*",
        "title:lamp",
        "NEAR(lamp vase)",
        "lamp AND NOT vase",
        "(lamp",
        "'; DROP TABLE product_details_product; --",
        "%",
        "_amp",
        "100%",
        "\\",
        "<script>alert(1)</script>",
        "a" * 5000,
        "a " * 5000,
        "🏺",
        "花瓶",
        "سراج",
        "İ",
        "ﬃ",
        "\ud800",
        "lamp\x00",
    ],
)
def test_hostile_and_odd_queries_are_harmless(query: str) -> None:
    find(query)
    assert Product.objects.count() == 4


@pytest.mark.usefixtures("shop")
def test_signs_stand_for_themselves() -> None:
    assert names("_amp") == names("amp")
    assert names("l%p") == names("l p")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60))
def test_no_text_breaks_the_search(shop: None, text: str) -> None:
    find(text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_distance_of_words_is_one(one: str, other: str) -> None:
    most = 60
    there, back = folding.distance(one, other, most), folding.distance(other, one, most)
    assert there == back
    assert (there == 0) == (one == other)
    assert there <= max(len(one), len(other))


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folding.words(" ".join(folding.words(text))) == folding.words(text)


def test_only_what_is_published_is_found() -> None:
    product = vase(name="Tide", state=Product.State.DRAFT)
    assert names("tide") == []
    product.state = Product.State.PUBLISHED
    product.save()
    assert names("tide") == ["Tide"]
    product.state = Product.State.WITHDRAWN
    product.save()
    assert names("tide") == []


def test_the_index_follows_every_change() -> None:
    (category,) = tree("lamps")
    product = vase(name="Tide", category=category)
    product.name = "Ebb"
    product.save()
    assert (names("ebb"), names("tide")) == (["Ebb"], [])
    (moss,) = colours(product, "Moss")
    assert names("moss") == ["Ebb"]
    Phrase.objects.create(text="Moss", locale="de", translation="Moosgrün")
    assert names("moosgrun") == ["Ebb"]
    moss.colour = Colour.objects.create(name="Green", slug="green", swatch="#00ff00")
    moss.save()
    assert names("green") == ["Ebb"]
    moss.delete()
    assert names("moss") == []
    product.materials.add(Material.objects.create(name="Glass", slug="glass"))
    assert names("glass") == ["Ebb"]
    translation = ProductTranslation.objects.create(product=product, locale="de", name="Gezeiten")
    assert names("gezeiten") == ["Ebb"]
    translation.delete()
    assert names("gezeiten") == []
    CategoryTranslation.objects.create(category=category, locale="de", name="Leuchten")
    assert names("leuchten") == ["Ebb"]
    Category.objects.get(pk=category.pk)
    category.name = "Candles"
    category.save()
    assert names("candles") == ["Ebb"]
    product.delete()
    assert names("ebb") == []
    assert not SearchDocument.objects.exists()
    assert not SearchWord.objects.exists()


@pytest.mark.django_db(transaction=True)  # PostgreSQL makes no index amid changes
def test_what_changed_without_signals_is_found_after_a_rebuild() -> None:
    product = vase(name="Tide")
    Product.objects.update(name="Ebb")
    assert names("ebb") == []
    output = StringIO()
    call_command("rebuild_search", stdout=output)
    assert "1 products" in output.getvalue()
    assert names("ebb") == [product.__class__.objects.get().name]
    Product.objects.update(state=Product.State.DRAFT)
    call_command("rebuild_search", stdout=output)
    assert names("ebb") == []


def test_a_change_that_changes_no_word_writes_nothing() -> None:
    product = vase(name="Tide")
    document = SearchDocument.objects.get()
    product.featured = True
    product.save()
    assert SearchDocument.objects.get().pk == document.pk


def test_what_is_saved_with_all_its_parts_is_indexed_once_at_the_end() -> None:
    product = vase(name="Tide")
    with mock.patch.object(indexing, "index", wraps=indexing.index) as index:
        with indexing.at_the_end():
            colours(product, "Moss", "Coral")
            product.materials.add(Material.objects.create(name="Glass", slug="glass"))
            assert names("moss") == []
        assert names("moss coral glass") == ["Tide"]
        assert index.call_count == 1
        colours(product, "Amber")
        assert names("amber") == ["Tide"]


def test_a_search_asks_the_same_few_questions_whatever_there_is(
    django_assert_max_num_queries: Any,
) -> None:
    (lamps,) = tree("lamps")
    for n in range(30):
        vase(name=f"Lamp number {n}", category=lamps)
    with django_assert_max_num_queries(19):
        assert len(search("lamps numbre lamp vaas tide ebb").worth) == 30


def test_the_index_of_the_database_is_used() -> None:
    vase(name="Tide")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%%_trgm'")
            assert len(cursor.fetchall()) == 4
        else:
            cursor.execute(
                "SELECT count(*) FROM product_details_searchdocument_fts"
                " WHERE product_details_searchdocument_fts MATCH '\"tide\"'"
            )
            assert cursor.fetchone()[0] == 1
