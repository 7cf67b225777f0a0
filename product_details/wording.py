"""The catalogue's words in the language of the page; what nobody translated stays as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from .models import CategoryTranslation, Phrase, Product, ProductTranslation
from .models.category import Category
from .models.translation import Locale

# The language in which editors write what they do not translate.
ORIGINAL = "en"


@dataclass(frozen=True, slots=True)
class ProductWords:
    """What a page says about a product. ``lang`` is the description's, where it is another."""

    name: str
    summary: str
    highlights: str
    description: str
    lang: str = ""


class Phrases:
    """Short texts that many things share, translated."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def say(self, text: str) -> str:
        """Return the text in the page's language."""
        return self._known.get(text, text)


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
    for row in CategoryTranslation.objects.filter(category__in=known, locale=language):
        for category in known[row.category_id]:
            category.name, category.summary = row.name, row.summary or category.summary


def _words(product: Product, translated: ProductTranslation | None) -> ProductWords:
    own = ProductWords(product.name, product.summary, product.highlights, product.description)
    if translated is None:
        return ProductWords(*_texts(own), lang=ORIGINAL if locale() else "")
    return ProductWords(
        translated.name or own.name,
        translated.summary or own.summary,
        translated.highlights or own.highlights,
        translated.description or own.description,
        lang="" if translated.description else ORIGINAL,
    )


def _texts(words: ProductWords) -> tuple[str, str, str, str]:
    return words.name, words.summary, words.highlights, words.description
