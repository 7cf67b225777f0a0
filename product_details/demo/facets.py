"""Colours, materials, German and teasers of the demonstration, each added once."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from ..models import (
    Category,
    CategoryTranslation,
    Colour,
    Material,
    Phrase,
    Product,
    ProductTranslation,
    Teaser,
    Variant,
)
from ..search import indexing
from .catalogue import Catalogue

_FOLDER = Path(__file__).parent / "catalogue"
_GERMAN = "de"


@transaction.atomic
def seed_facets(catalogue: Catalogue) -> bool:
    """Add all of it to a shop that has no colours yet; tells whether it did.

    Editors may have changed or removed any of it since: then nothing is added.
    """
    if Colour.objects.exists():
        return False
    facets, german = _read("facets.toml"), _read("german.toml")
    _colours(facets["colour"], catalogue)
    _materials(facets["material"])
    _translations(german)
    known = {row["name"]: row["de"] for row in (*facets["colour"], *facets["material"])}
    for text, translation in (known | german["phrases"]).items():
        Phrase.objects.get_or_create(
            text=text, locale=_GERMAN, defaults={"translation": translation}
        )
    _teasers(facets["teaser"])
    indexing.rebuild()  # what was written at once sent no signals
    return True


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _colours(rows: list[dict[str, Any]], catalogue: Catalogue) -> None:
    drawn = {item.ref: item.colour for item in catalogue.items if item.colour}
    by_name: dict[str, Colour] = {}
    for position, row in enumerate(rows):
        colour = Colour.objects.create(
            name=row["name"], slug=slugify(row["name"]), swatch=row["swatch"], position=position
        )
        by_name |= dict.fromkeys(row["of"], colour)
    variants = list(Variant.objects.select_related("product"))
    for variant in variants:
        names = (variant.first_value, variant.second_value, drawn.get(variant.product.ref, ""))
        variant.colour = next((by_name[name] for name in names if name in by_name), None)
    Variant.objects.bulk_update(variants, ["colour"])


def _materials(rows: list[dict[str, Any]]) -> None:
    products = dict(Product.objects.values_list("ref", "pk"))
    made_of = Product.materials.through
    for position, row in enumerate(rows):
        material = Material.objects.create(
            name=row["name"], slug=slugify(row["name"]), position=position
        )
        made_of.objects.bulk_create(
            made_of(product_id=products[ref], material_id=material.pk)
            for ref in row["of"]
            if ref in products
        )


def _translations(german: dict[str, Any]) -> None:
    categories = {category.path: category for category in Category.objects.all()}
    products = dict(Product.objects.values_list("ref", "pk"))
    CategoryTranslation.objects.bulk_create(
        CategoryTranslation(category=categories[path], locale=_GERMAN, name=name, summary=summary)
        for path, (name, summary) in german["categories"].items()
        if path in categories
    )
    ProductTranslation.objects.bulk_create(
        ProductTranslation(product_id=products[ref], locale=_GERMAN, name=name, summary=summary)
        for ref, (name, summary) in german["products"].items()
        if ref in products
    )


def _teasers(rows: list[dict[str, Any]]) -> None:
    for position, row in enumerate(rows):
        picture_of = Product.objects.filter(ref=row["picture_of"]).first()
        shared: dict[str, Any] = {
            "path": row["path"],
            "picture_of": picture_of,
            "position": position,
        }
        title, text, link_text = row["de"]
        Teaser.objects.create(
            title=row["title"], text=row["text"], link_text=row["link_text"], **shared
        )
        Teaser.objects.create(title=title, text=text, link_text=link_text, locale=_GERMAN, **shared)
