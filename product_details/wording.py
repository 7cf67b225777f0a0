"""The catalogue's words in the language of the page; what nobody translated stays as it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from .models import (
    Category,
    CategoryTranslation,
    Photograph,
    PhotographTranslation,
    Phrase,
    Product,
    ProductTranslation,
    Teaser,
    TeaserTranslation,
)
from .models.translation import Locale

# The language in which editors write what they do not translate.
ORIGINAL = "en"
_WORD = re.compile(r"[^\W\d_]{3}")


class Said(str):
    """A text that knows its language where that is not the page's: ``lang`` is empty else.

    It is a string, so that whoever only shows it need not care.
    """

    lang: str = ""

    @classmethod
    def of(cls, translated: str, original: str) -> "Said":
        """Return the translation, or the original, which says then what language it is."""
        said = cls(translated or original)
        if original and not translated and locale() and has_words(original):
            said.lang = ORIGINAL
        return said


@dataclass(frozen=True, slots=True)
class ProductWords:
    """What a page says about a product."""

    name: Said
    summary: Said
    highlights: Said
    description: Said


class Phrases:
    """Short texts that many things share, translated."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def say(self, text: str) -> Said:
        """Return the text in the page's language."""
        return Said.of(self._known.get(text, ""), text)


def has_words(text: str) -> bool:
    """Whether there is something to translate: in a size such as “30 × 50 cm” there is not.

    >>> has_words("30 × 50 cm"), has_words("Oak"), has_words("Side, 20 cm")
    (False, True, True)
    """
    return _WORD.search(text) is not None


def locale() -> str:
    """Return the page's language if it is one into which the catalogue is translated, or nothing.

    >>> from django.utils.translation import override
    >>> with override("de-at"): locale()
    'de'
    >>> with override("en-gb"): locale()
    ''
    """
    language = (get_language() or "").partition("-")[0]
    return language if language in Locale.values else ""


def phrases(texts: Iterable[str]) -> Phrases:
    """Look up short texts, in one query; in none for the original language."""
    language = locale()
    if not language:
        return Phrases({})
    wanted = {text for text in texts if text}
    rows = Phrase.objects.filter(locale=language, text__in=wanted)
    return Phrases(dict(rows.values_list("text", "translation")))


def of_products(products: Iterable[Product]) -> dict[int, ProductWords]:
    """Return what to say about products, by their keys, in one query at most."""
    products = list(products)
    translated: dict[int, ProductTranslation] = {}
    if language := locale():
        rows = ProductTranslation.objects.filter(product__in=products, locale=language)
        translated = {row.product_id: row for row in rows}
    return {product.pk: _words(product, translated.get(product.pk)) for product in products}


def localise_categories(categories: Iterable[Category | None]) -> None:
    """Give categories that were just read, and are shown only, their names of the language."""
    language = locale()
    known: dict[int, list[Category]] = {}
    for category in categories:
        if category is not None:
            known.setdefault(category.pk, []).append(category)
    if not language or not known:
        return
    translated = {
        row.category_id: row
        for row in CategoryTranslation.objects.filter(category__in=known, locale=language)
    }
    for key, same in known.items():
        row = translated.get(key)
        for category in same:
            category.name = Said.of(row.name if row else "", category.name)
            category.summary = Said.of(row.summary if row else "", category.summary)


def localise_photographs(photographs: Iterable[Photograph]) -> None:
    """Give photographs that were just read, and are shown only, their words of the language."""
    language, shown = locale(), list(photographs)
    if not language or not shown:
        return
    rows = PhotographTranslation.objects.filter(photograph__in=shown, locale=language)
    known = dict(rows.values_list("photograph_id", "alt"))
    for photograph in shown:
        photograph.alt = Said.of(known.get(photograph.pk, ""), photograph.alt)


def localise_teasers(teasers: Iterable[Teaser]) -> None:
    """The same for teasers; one that is for the pages of one language is written in it."""
    language = locale()
    shown = [teaser for teaser in teasers if not teaser.locale]
    if not language or not shown:
        return
    rows = TeaserTranslation.objects.filter(teaser__in=shown, locale=language)
    translated = {row.teaser_id: row for row in rows}
    for teaser in shown:
        row = translated.get(teaser.pk)
        teaser.title = Said.of(row.title if row else "", teaser.title)
        teaser.text = Said.of(row.text if row else "", teaser.text)
        teaser.link_text = Said.of(row.link_text if row else "", teaser.link_text)


def _words(product: Product, translated: ProductTranslation | None) -> ProductWords:
    def said(name: str) -> Said:
        return Said.of(getattr(translated, name, ""), getattr(product, name))

    return ProductWords(said("name"), said("summary"), said("highlights"), said("description"))
