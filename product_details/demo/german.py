"""The demonstration in German, added once: also to a shop from before there was so much of it."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from fragment_contract import purge_on_commit

from .. import purging
from ..models import (
    Category,
    CategoryTranslation,
    Photograph,
    PhotographTranslation,
    Phrase,
    Product,
    ProductTranslation,
)
from ..models.translation import Locale
from ..search import indexing
from .catalogue import Catalogue, Item, View

_FOLDER = Path(__file__).parent / "catalogue"
_GERMAN = Locale.GERMAN
_FIELDS = ("name", "summary", "highlights", "description")
# How English and German tell the views of a product apart; see Item.pictures.
_VIEWS = {"front": "{}", "detail": "Nahaufnahme: {}", "scene": "In einem Zimmer: {}"}


@transaction.atomic
def seed_german(catalogue: Catalogue) -> bool:
    """Add what there is in German to a shop without photographs in German; tells whether it did.

    Only what is empty is filled, and nothing a second time: the rest is the editors' work.
    """
    if PhotographTranslation.objects.exists():
        return False
    words, texts = _words(), german_texts()
    phrases = words["phrases"] | _names_of_facets()
    _phrases(phrases)
    _categories(words["categories"])
    _products(texts)
    _photographs(catalogue, texts, phrases)
    indexing.rebuild()  # what was written at once sent no signals
    return True


def german_texts() -> dict[str, dict[str, Any]]:
    """Return what is said of each product, by its reference."""
    texts: dict[str, dict[str, Any]] = {
        ref: {"name": name, "summary": summary}
        for ref, (name, summary) in _words()["products"].items()
    }
    for path in sorted((_FOLDER / "german").glob("*.toml")):
        if path.name != "words.toml":
            for ref, said in _read(path).items():
                texts[ref] = texts.get(ref, {}) | said
    return texts


def alt_in_german(item: Item, view: View, alt: str, phrases: dict[str, str]) -> str:
    """Describe a picture as the catalogue does in English."""
    if not item.colour:  # then its variants have one each, or all have one
        alt = f"{alt} ({phrases[view.only_for or item.variants[0].of[0]]})"
    within = alt if view.view == "front" else alt[:1].lower() + alt[1:]
    return _VIEWS[view.view].format(within)


def _words() -> dict[str, Any]:
    return _read(_FOLDER / "german" / "words.toml")


def _names_of_facets() -> dict[str, str]:
    facets = _read(_FOLDER / "facets.toml")
    return {row["name"]: row["de"] for row in (*facets["colour"], *facets["material"])}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _phrases(phrases: dict[str, str]) -> None:
    known = set(Phrase.objects.filter(locale=_GERMAN).values_list("text", flat=True))
    # At once: each alone would have all products with its text indexed anew.
    Phrase.objects.bulk_create(
        Phrase(text=text, locale=_GERMAN, translation=translation)
        for text, translation in phrases.items()
        if text not in known
    )
    purge_on_commit(purging.TREE, purging.STORES)


def _categories(known: dict[str, list[str]]) -> None:
    missing = Category.objects.filter(path__in=known).exclude(translations__locale=_GERMAN)
    CategoryTranslation.objects.bulk_create(
        CategoryTranslation(category=place, locale=_GERMAN, name=name, summary=summary)
        for place in missing
        for name, summary in [known[place.path]]
    )


def _products(texts: dict[str, dict[str, Any]]) -> None:
    products = Product.objects.filter(ref__in=texts)
    rows = {
        row.product_id: row
        for row in ProductTranslation.objects.filter(product__in=products, locale=_GERMAN)
    }
    new: list[ProductTranslation] = []
    for product in products:
        said = texts[product.ref] | {
            "highlights": "\n".join(texts[product.ref].get("highlights", ()))
        }
        row = rows.get(product.pk)
        if row is None:
            row = ProductTranslation(product=product, locale=_GERMAN)
            new.append(row)
        for field in _FIELDS:
            setattr(row, field, getattr(row, field) or said.get(field, ""))
    ProductTranslation.objects.bulk_create(new)
    ProductTranslation.objects.bulk_update(rows.values(), _FIELDS)


def _photographs(
    catalogue: Catalogue, texts: dict[str, dict[str, Any]], phrases: dict[str, str]
) -> None:
    said = {
        (item.ref, view.alt): alt_in_german(item, view, texts[item.ref]["alt"], phrases)
        for item in catalogue.items
        for view in item.pictures(catalogue.colours)
    }
    # By their words: one whose words an editor changed is another picture now.
    PhotographTranslation.objects.bulk_create(
        PhotographTranslation(photograph_id=key, locale=_GERMAN, alt=said[ref, alt])
        for key, ref, alt in Photograph.objects.values_list("pk", "product__ref", "alt")
        if (ref, alt) in said
    )
