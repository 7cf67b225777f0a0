"""The catalogue of the demonstration shop, as data: one TOML file per part of the shop.

``categories.toml`` is the tree, ``colours.toml`` says what a colour's name looks like,
``stores.toml`` belongs to ``demo/stores.py``, ``facets.toml`` to ``demo/facets.py``, the folder
``german`` to ``demo/german.py``, and every other file holds products. ``load`` reads
them all and refuses what does not fit together.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NOT_PRODUCTS = {"categories.toml", "colours.toml", "facets.toml", "stores.toml"}
Palette = tuple[str, ...]


class CatalogueError(ValueError):
    """The data contradicts itself. The message names the file's product and the value."""


@dataclass(frozen=True, slots=True)
class Place:
    """A category, by its path."""

    path: str
    name: str
    summary: str
    position: int


@dataclass(frozen=True, slots=True)
class Form:
    """A variant: the values of the options, price in pence, and what is in stock."""

    of: tuple[str, ...]
    price: int
    stock: int
    was: int | None = None
    offered: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """A picture to draw: the colour it shows, if it shows only that, and from where."""

    view: str
    only_for: str
    palette: Palette
    alt: str


@dataclass(frozen=True, slots=True)
class Item:
    """A product."""

    ref: str
    name: str
    kind: str
    category: str
    summary: str
    alt: str
    description: str
    variants: tuple[Form, ...]
    highlights: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    views: tuple[str, ...] = ("front", "scene")
    colour: str = ""
    style: str = ""
    slug: str = ""
    delivery: str = "parcel"
    featured: bool = False
    state: str = "published"
    successor: str = ""

    def pictures(self, colours: dict[str, Palette]) -> Iterator[View]:
        """Yield what to draw: all views of the first colour, and the front of each other."""
        firsts = list(dict.fromkeys(form.of[0] for form in self.variants if form.of))
        painted = [value for value in firsts if value in colours]
        for number, value in enumerate(painted or [self.colour]):
            for view in self.views if number == 0 else self.views[:1]:
                yield View(
                    view=view,
                    only_for=value if len(painted) > 1 else "",
                    palette=colours[value],
                    alt=self._alt(view, value if painted else ""),
                )

    def _alt(self, view: str, colour: str) -> str:
        words = f"{self.alt} in {colour.lower()}" if colour else self.alt
        within = words[:1].lower() + words[1:]
        phrases = {
            "front": words,
            "detail": f"Close-up of {within}",
            "scene": f"In a room: {within}",
        }
        return phrases[view]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole shop."""

    places: tuple[Place, ...]
    items: tuple[Item, ...]
    colours: dict[str, Palette]


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """Read and check the data."""
    colours = {name: tuple(palette) for name, palette in _read("colours.toml").items()}
    rows = _read("categories.toml")["category"]
    places = tuple(Place(position=number, **row) for number, row in enumerate(rows))
    items = [
        _item(row)
        for path in sorted(FOLDER.glob("*.toml"))
        if path.name not in NOT_PRODUCTS
        for row in _read(path.name)["product"]
    ]
    catalogue = Catalogue(places, tuple(sorted(items, key=lambda item: item.ref)), colours)
    _check(catalogue)
    return catalogue


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _item(row: dict[str, Any]) -> Item:
    try:
        forms = tuple(Form(**{**form, "of": tuple(form["of"])}) for form in row.pop("variants"))
        lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
        return Item(**{**row, **lists}, variants=forms)
    except (TypeError, KeyError) as error:
        raise CatalogueError(f"{row.get('ref', row)}: {error}") from error


def _check(catalogue: Catalogue) -> None:
    paths = {place.path for place in catalogue.places}
    refs = {item.ref for item in catalogue.items}
    if len(refs) != len(catalogue.items):
        raise CatalogueError("two products have the same ref")
    for item in catalogue.items:
        if item.category not in paths:
            raise CatalogueError(f"{item.ref}: there is no category {item.category!r}")
        if item.successor and item.successor not in refs:
            raise CatalogueError(f"{item.ref}: there is no product {item.successor!r}")
        for form in item.variants:
            if len(form.of) != len(item.options):
                raise CatalogueError(f"{item.ref}: {form.of} are not values of {item.options}")
        if item.colour and item.colour not in catalogue.colours:
            raise CatalogueError(f"{item.ref}: there is no colour {item.colour!r}")
        if not item.colour and not any(
            f.of[:1] and f.of[0] in catalogue.colours for f in item.variants
        ):
            raise CatalogueError(f"{item.ref}: name its colour, to draw it in")
