"""The demonstration shop: its data fit together, and seeding it twice changes nothing."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from PIL import Image, ImageChops

from product_details.demo import illustrate, raster
from product_details.demo.art import draw
from product_details.demo.catalogue import CatalogueError, _check, load
from product_details.demo.illustrate import Drawing, Files, drawings_of, paint
from product_details.demo.seeding import Seeded, seed
from product_details.models import Category, Photograph, Product, Variant
from product_details.pictures import rendition_names

TINY = b"a picture"


def scribble(drawings: Iterable[Drawing]) -> Iterator[Files]:
    """An illustrator in a hurry."""
    for drawing in drawings:
        names = [drawing.name, *rendition_names(drawing.name, illustrate.SIDE)]
        yield [(name, TINY) for name in names]


def seeded() -> Seeded:
    """Seed without drawing."""
    return seed(load(), default_storage, scribble, lambda words: None)


def test_the_catalogue_is_large_enough_and_deep_enough() -> None:
    catalogue = load()
    assert [item.ref for item in catalogue.items] == [f"h{n}" for n in range(1001, 1073)]
    assert sum(len(item.variants) for item in catalogue.items) >= 150
    assert {place.path.count("/") for place in catalogue.places} == {0, 1, 2}


def test_the_catalogue_has_the_cases_that_break_shops() -> None:
    items = {item.ref: item for item in load().items}
    sizes = Counter(len(item.variants) for item in items.values())
    assert sizes[1] and sizes[20]
    assert any(len(item.name) > 150 for item in items.values())
    assert any(max(map(len, item.name.split())) > 50 for item in items.values())
    assert any(all(form.stock == 0 for form in i.variants) for i in items.values() if i.variants)
    assert any(not item.views and item.state == "published" for item in items.values())
    assert {(i.state, bool(i.successor)) for i in items.values()} == {
        ("published", False),
        ("withdrawn", True),
        ("withdrawn", False),
        ("draft", False),
    }
    assert any("\u0600" <= letter <= "\u06ff" for i in items.values() for letter in i.name)
    assert any("<" in item.name and "&" in item.name for item in items.values())


def test_no_two_products_share_words_that_should_be_their_own() -> None:
    items = load().items
    for texts in (
        [i.name for i in items],
        [i.summary for i in items],
        [i.description for i in items],
    ):
        assert [text for text, times in Counter(texts).items() if times > 1] == []


@pytest.mark.parametrize(
    "fault",
    [
        {"category": "nowhere"},
        {"successor": "h9"},
        {"options": ("Glaze",)},
        {"colour": "Pinkish"},
        {"colour": ""},
    ],
)
def test_data_that_contradict_themselves_are_refused(fault: dict[str, Any]) -> None:
    catalogue = load()
    (item,) = [item for item in catalogue.items if item.ref == "h1006"]
    with pytest.raises(CatalogueError, match="h1006"):
        _check(replace(catalogue, items=(replace(item, **fault),)))


def test_all_colours_of_a_product_have_one_shape_and_different_names() -> None:
    drawings = drawings_of(load())
    assert len({drawing.name for drawing in drawings}) == len(drawings)
    assert {d.seed for d in drawings if d.name.startswith("demo/h1001/")} == {"h1001"}


def test_painting_is_the_same_picture_every_time() -> None:
    drawing = next(d for d in drawings_of(load()) if d.seed == "h1065")
    first, again = paint(drawing), paint(drawing)
    assert first == again
    assert [name for name, _ in first] == [
        drawing.name,
        *rendition_names(drawing.name, illustrate.SIDE),
    ]
    assert Image.open(BytesIO(first[0][1])).size == (illustrate.SIDE, illustrate.SIDE)


def test_both_renderers_make_the_same_pixels(capfd: pytest.CaptureFixture[str]) -> None:
    """So that a picture's name need not say by which of them it was made."""
    found = raster.program()
    if found is None:
        pytest.skip("there is no resvg-cli for this machine")
    svg = draw("vase", seed="h1001", palette=("#8fb3a8", "#557f76"), view="scene")
    files = (raster.by_program(found, svg, 300), raster.by_module(svg, 300))
    assert capfd.readouterr().err == ""
    first, second = (Image.open(BytesIO(file)).convert("RGB") for file in files)
    assert ImageChops.difference(first, second).getbbox() is None


@pytest.mark.django_db
def test_seeding_fills_an_empty_shop_and_then_does_nothing() -> None:
    first = seeded()
    assert (first.products, Product.objects.count()) == (72, 72)
    assert (first.categories, first.pictures) == (
        Category.objects.count(),
        Photograph.objects.count(),
    )
    assert seeded().nothing


@pytest.mark.django_db
def test_seeding_leaves_what_editors_did_alone_and_adds_what_is_missing() -> None:
    seeded()
    Product.objects.filter(ref="h1001").update(name="Edited")
    Product.objects.filter(ref="h1072").delete()
    assert (seeded().products, Product.objects.get(ref="h1001").name) == (1, "Edited")


@pytest.mark.django_db
def test_a_picture_that_got_lost_is_drawn_again() -> None:
    seeded()
    name = Photograph.objects.order_by("pk")[0].name
    default_storage.delete(next(iter(rendition_names(name, illustrate.SIDE))))
    assert seeded() == Seeded(pictures=1, categories=0, products=0)


@pytest.mark.django_db(transaction=True)
def test_pictures_follow_the_brushes_and_the_former_ones_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seeded()
    before = set(Photograph.objects.values_list("image", flat=True))
    monkeypatch.setattr(illustrate, "edition", lambda: "another")
    assert seeded() == Seeded(pictures=len(before), categories=0, products=0)
    after = set(Photograph.objects.values_list("image", flat=True))
    assert after == {drawing.name for drawing in drawings_of(load())}
    assert before.isdisjoint(after)
    assert not any(default_storage.exists(name) for name in before)


@pytest.mark.django_db
def test_every_demo_product_passes_the_editors_own_checks() -> None:
    seeded()
    for record in (*Product.objects.all(), *Variant.objects.all(), *Category.objects.all()):
        record.full_clean()


@pytest.mark.django_db
def test_every_demo_page_answers_as_its_state_demands(client: Client) -> None:
    seeded()
    answers = Counter(
        client.get("/fragments/page/", {"ref": p.ref, "slug": p.slug}).status_code
        for p in Product.objects.all()
    )
    assert answers == {200: 69, 404: 1, 410: 1, 301: 1}
    for category in Category.objects.all():
        assert client.get("/fragments/list/", {"category": category.path}).status_code == 200


@pytest.fixture
def in_a_hurry() -> Iterator[None]:
    """Keeps the command from drawing."""
    target = "product_details.management.commands.seed_demo.illustrate"
    with mock.patch(target, scribble):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("in_a_hurry")
def test_the_command_makes_an_editor_once_with_the_password_it_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "from outside")
    call_command("seed_demo")
    editor = User.objects.get(username="editor")
    assert editor.check_password("from outside")
    assert (editor.is_staff, editor.is_superuser) == (True, False)
    assert "from outside" not in capsys.readouterr().out
    monkeypatch.setenv("DEMO_PASSWORD", "another")
    call_command("seed_demo")
    editor.refresh_from_db()
    assert editor.check_password("from outside")
    assert "there already" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.usefixtures("in_a_hurry")
def test_without_a_given_password_a_random_one_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    assert "DEMO_PASSWORD" not in os.environ
    call_command("seed_demo")
    password = capsys.readouterr().out.rsplit("password ", 1)[1].strip()
    assert User.objects.get(username="editor").check_password(password)
