"""Colours, materials and teasers of the demonstration, each added once."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from ..models import Colour, Material, Product, Teaser, TeaserTranslation, Variant
from ..search import indexing
from .catalogue import Catalogue

_FILE = Path(__file__).parent / "catalogue" / "facets.toml"
_GERMAN = "de"


@transaction.atomic
def seed_facets(catalogue: Catalogue) -> bool:
    """Add all of it to a shop that has no colours yet; tells whether it did.

    Editors may have changed or removed any of it since: then nothing is added.
    """
    if Colour.objects.exists():
        return False
    facets = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    _colours(facets["colour"], catalogue)
    _materials(facets["material"])
    _teasers(facets["teaser"])
    indexing.rebuild()  # what was written at once sent no signals
    return True


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


def _teasers(rows: list[dict[str, Any]]) -> None:
    for position, row in enumerate(rows):
        picture_of = Product.objects.filter(ref=row["picture_of"]).first()
        teaser = Teaser.objects.create(
            title=row["title"],
            text=row["text"],
            link_text=row["link_text"],
            path=row["path"],
            picture_of=picture_of,
            position=position,
        )
        title, text, link_text = row["de"]
        TeaserTranslation.objects.create(
            teaser=teaser, locale=_GERMAN, title=title, text=text, link_text=link_text
        )
