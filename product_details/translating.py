"""What of the catalogue is written in other languages, where that is kept, and what is not yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model, prefetch_related_objects

from . import wording
from .models import (
    Category,
    Colour,
    Material,
    Photograph,
    Phrase,
    Product,
    Store,
    Teaser,
    Variant,
)


@dataclass(frozen=True, slots=True)
class Words:
    """The fields with words: those with a row of their own in each language, in the relation
    ``translations``, and those whose words many things share, which are phrases."""

    own: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


WORDS: Final[dict[type[Model], Words]] = {
    Category: Words(own=("name", "summary")),
    Colour: Words(shared=("name",)),
    Material: Words(shared=("name",)),
    Photograph: Words(own=("alt",)),
    Product: Words(
        own=("name", "summary", "highlights", "description"),
        shared=("first_option", "second_option"),
    ),
    Store: Words(shared=("name", "summary")),
    Teaser: Words(own=("title", "text", "link_text")),
    Variant: Words(shared=("first_value", "second_value")),
}


def rows_of(model: type[Model]) -> tuple[type[Model], str]:
    """Return the model that keeps a model's own words in other languages, and its link to it."""
    relation: Any = model._meta.get_field("translations")
    return relation.related_model, relation.field.name


def untranslated(records: Iterable[Model], language: str) -> dict[int, list[str]]:
    """Say of each record, by its key, what it lacks in a language; in a fixed number of queries."""
    shown = list(records)
    if not shown:
        return {}
    words = WORDS[type(shown[0])]
    rows: dict[int, Model] = {}
    if words.own:
        model, link = rows_of(type(shown[0]))
        found = model._default_manager.filter(**{f"{link}__in": shown, "locale": language})
        rows = {getattr(row, f"{link}_id"): row for row in found}
    shared = _shared_texts(shown, words)
    known = _known({text for texts in shared.values() for text in texts}, language)
    lacking: dict[int, list[str]] = {}
    for record in shown:
        names = (
            [] if getattr(record, "locale", "") else _lacking(record, rows.get(record.pk), words)
        )
        names += [f"“{text}”" for text in shared[record.pk] if text not in known]
        if isinstance(record, Product):
            names += _undescribed(record, language)
        lacking[record.pk] = names
    return lacking


def unknown_phrases(product: Product, language: str) -> list[str]:
    """Return the short texts of a product that are no phrases in a language yet."""
    texts = _shared_texts([product], WORDS[Product])[product.pk]
    known = _known(texts, language)
    return [text for text in texts if text not in known]


def _lacking(record: Model, row: Model | None, words: Words) -> list[str]:
    return [
        str(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in words.own
        if getattr(record, name) and not getattr(row, name, "")
    ]


def _undescribed(product: Product, language: str) -> list[str]:
    """Count the photographs without words in a language; they were read with the product."""
    left = sum(
        not any(row.alt and row.locale == language for row in photograph.translations.all())
        for photograph in product.photographs.all()
    )
    return [f"{left} photograph{'s' if left > 1 else ''}"] if left else []


def _shared_texts(records: Sequence[Model], words: Words) -> dict[int, list[str]]:
    products = [record for record in records if isinstance(record, Product)]
    prefetch_related_objects(products, "variants", "photographs__translations")
    texts: dict[int, list[str]] = {}
    for record in records:
        said = [getattr(record, name) for name in words.shared]
        if isinstance(record, Product):
            values = WORDS[Variant].shared
            said += [getattr(one, name) for one in record.variants.all() for name in values]
        texts[record.pk] = list(dict.fromkeys(text for text in said if wording.has_words(text)))
    return texts


def _known(texts: Iterable[str], language: str) -> set[str]:
    found = Phrase.objects.filter(locale=language, text__in=set(texts))
    return set(found.values_list("text", flat=True))
