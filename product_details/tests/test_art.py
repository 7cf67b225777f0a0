"""The drawings: what the pipeline that turns them into photographs relies on."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from itertools import product

import pytest

from product_details.demo.art import KINDS, VIEWS, View, draw
from product_details.demo.catalogue import load

PALETTE = ("#8fb3a8", "#557f76", "#e9e3d6")
SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


EVERYTHING = list(product(KINDS, VIEWS))


@pytest.mark.parametrize(("kind", "view"), EVERYTHING)
def test_every_kind_has_every_view_as_well_formed_svg(kind: str, view: View) -> None:
    root = parsed(draw(kind, seed="h1001", palette=PALETTE, view=view))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 1200 1200"
    assert len(list(root.iter())) > 50


@pytest.mark.parametrize(("kind", "view"), EVERYTHING)
def test_every_reference_of_a_drawing_is_defined_in_it(kind: str, view: View) -> None:
    text = draw(kind, seed="h1002", palette=PALETTE, view=view)
    defined = {element.get("id") for element in parsed(text).iter()}
    used = {part.split(")")[0] for part in text.split("url(#")[1:]}
    assert used <= defined


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_product_is_the_same_picture(kind: str) -> None:
    first, second = (draw(kind, seed="h1003", palette=PALETTE, view="scene") for _ in range(2))
    assert first == second


def test_a_picture_does_not_depend_on_the_hash_seed_of_the_process() -> None:
    code = (
        "import sys; from product_details.demo.art import draw;"
        f"sys.stdout.write(draw('rug', seed='h1004', palette={PALETTE!r}, view='scene'))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(texts) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_different_products_look_different(kind: str) -> None:
    seeds = [draw(kind, seed=f"h10{n}", palette=PALETTE, view="front") for n in range(10, 14)]
    bodies = {text.split("<defs>")[1] for text in seeds}
    assert len(bodies) == len(seeds)


@pytest.mark.parametrize("kind", KINDS)
def test_the_palette_colours_the_piece(kind: str) -> None:
    red, blue = (
        draw(kind, seed="h1005", palette=(color,), view="front") for color in ("#b0402a", "#2a50b0")
    )
    assert red != blue


def test_markup_in_a_seed_stays_text() -> None:
    text = draw("vase", seed="<script>&", palette=PALETTE, view="front")
    title = parsed(text).find(f"{SVG}title")
    assert title is not None
    assert title.text == "vase <script>&"


def test_an_unknown_kind_is_refused_with_the_legal_ones() -> None:
    with pytest.raises(ValueError, match=r"'sofa' cannot be drawn; kinds are bench, bowl, .*vase"):
        draw("sofa", seed="h1001", palette=PALETTE, view="front")


def test_an_unknown_view_is_refused_with_the_legal_ones() -> None:
    with pytest.raises(ValueError, match="'back' is not a view; views are front, detail, scene"):
        draw("vase", seed="h1001", palette=PALETTE, view="back")


@pytest.mark.parametrize("color", ["red", "#12345", "#zzzzzz", ""])
def test_a_colour_that_is_none_is_refused(color: str) -> None:
    with pytest.raises(ValueError, match="is not a colour; write it as #rrggbb"):
        draw("vase", seed="h1001", palette=(color,), view="front")


def test_a_style_asks_for_a_shape_whatever_the_seed() -> None:
    shapes = {
        draw("vase", seed=seed, palette=PALETTE, view="front", style="moon")
        == draw("vase", seed=seed, palette=PALETTE, view="front", style="bottle")
        for seed in ("h1", "h2", "h3")
    }
    assert shapes == {False}


def test_an_unknown_style_is_refused_with_the_legal_ones() -> None:
    with pytest.raises(ValueError, match=r"no vase is 'square'; styles are .*moon.*trumpet"):
        draw("vase", seed="h1001", palette=PALETTE, view="front", style="square")


def test_every_product_of_the_demonstration_shop_can_be_drawn() -> None:
    catalogue = load()
    for item in catalogue.items:
        for view in item.pictures(catalogue.colours):
            draw(item.kind, seed=item.ref, palette=view.palette, view="front", style=item.style)
