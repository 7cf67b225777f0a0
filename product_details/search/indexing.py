"""Keeping what is searched: after each save of a product or of anything whose words it shows."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.db import transaction
from django.db.models import Model, Q
from django.db.models.signals import m2m_changed, post_delete, post_save

from .. import rich_text
from ..models import (
    Category,
    CategoryTranslation,
    Colour,
    Material,
    Phrase,
    Product,
    ProductTranslation,
    SearchDocument,
    SearchWord,
    Variant,
)
from . import folding
from .engines import padded_word

BATCH: Final = 200
# Products that were saved since ``at_the_end`` began, where it did.
_waiting: ContextVar[set[int] | None] = ContextVar("search.waiting", default=None)


def rebuild() -> int:
    """Make the documents of all products anew, and return how many these are."""
    SearchDocument.objects.exclude(product__state=Product.State.PUBLISHED).delete()
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        index(keys[start : start + BATCH])
    return SearchDocument.objects.count()


@contextmanager
def at_the_end() -> Iterator[None]:
    """Index what is saved in here once, at its end: for who saves a product with all its parts."""
    waiting: set[int] = set()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    keys = sorted(waiting)
    for start in range(0, len(keys), BATCH):
        index(keys[start : start + BATCH])


@transaction.atomic
def index(keys: Iterable[int]) -> None:
    """Make the documents of these products anew, in a fixed number of queries.

    Only published products are found, so only they have one.
    """
    keys = list(keys)
    products = list(
        Product.objects.filter(pk__in=keys, state=Product.State.PUBLISHED)
        .select_related("category__parent__parent")
        .prefetch_related("variants__colour", "materials", "translations")
    )
    known = {d.product_id: d for d in SearchDocument.objects.filter(product__in=keys)}
    shared = _shared_words(products)
    made = [_document(product, shared) for product in products]
    same = {
        document.product_id
        for document in made
        if (before := known.get(document.product_id)) and _texts(before) == _texts(document)
    }
    gone = [document.pk for key, document in known.items() if key not in same]
    SearchDocument.objects.filter(pk__in=gone).delete()
    fresh = [document for document in made if document.product_id not in same]
    SearchDocument.objects.bulk_create(fresh)
    SearchWord.objects.bulk_create(
        SearchWord(document=document, word=padded_word(word))
        for document in fresh
        for word in folding.words(f"{document.title} {document.keywords}")
    )


def connect() -> None:
    """Listen to single saves and deletes of everything that has words."""
    for model in _AFFECTED:
        uid = f"search.{model.__name__}"
        post_save.connect(_changed, sender=model, dispatch_uid=f"{uid}.saved")
        # A product takes its document along; whatever else is deleted leaves products behind.
        if model is not Product:
            post_delete.connect(_changed, sender=model, dispatch_uid=f"{uid}.deleted")
    m2m_changed.connect(
        _materials_changed, sender=Product.materials.through, dispatch_uid="search.materials"
    )


def _texts(document: SearchDocument) -> tuple[str, str, str]:
    return document.title, document.keywords, document.body


def _document(product: Product, shared: dict[str, list[str]]) -> SearchDocument:
    translations = list(product.translations.all())
    variants = [variant for variant in product.variants.all() if variant.offered]
    short = [product.first_option, product.second_option]
    short += [value for v in variants for value in (v.first_value, v.second_value)]
    short += [variant.colour.name for variant in variants if variant.colour]
    short += [material.name for material in product.materials.all()]
    places = product.category.line()
    keywords = [*dict.fromkeys(short), *(category.name for category in places)]
    keywords += [word for text in keywords for word in shared.get(text, ())]
    keywords += [word for place in places for word in shared.get(f"category:{place.pk}", ())]
    keywords += [product.ref, *(variant.sku for variant in variants)]
    texts: list[Product | ProductTranslation] = [product, *translations]
    body = [
        words
        for text in texts
        for words in (text.summary, text.highlights, rich_text.plain(text.description))
    ]
    return SearchDocument(
        product=product,
        title=folding.spaced(text.name for text in texts),
        keywords=folding.spaced(keywords),
        body=folding.spaced(body),
    )


def _shared_words(products: Iterable[Product]) -> dict[str, list[str]]:
    """Return the translations of short texts, by the text, and of categories, by their key."""
    found: dict[str, list[str]] = {}
    for text, translation in Phrase.objects.values_list("text", "translation"):
        found.setdefault(text, []).append(translation)
    places = {place.pk for product in products for place in product.category.line()}
    for row in CategoryTranslation.objects.filter(category__in=places):
        found.setdefault(f"category:{row.category_id}", []).append(row.name)
    return found


def _changed(sender: type[Model], instance: Any, origin: Any = None, **_: Any) -> None:
    # Parts that go with their product leave nothing to be found.
    if not isinstance(origin, Product) and getattr(origin, "model", None) is not Product:
        keys = Product.objects.filter(_AFFECTED[sender](instance)).distinct()
        _index_or_wait(keys.values_list("pk", flat=True))


def _materials_changed(instance: Any, action: str, **_: Any) -> None:
    if action.startswith("post_") and isinstance(instance, Product):
        _index_or_wait([instance.pk])


def _index_or_wait(keys: Iterable[int]) -> None:
    waiting = _waiting.get()
    if waiting is None:
        index(keys)
    else:
        waiting.update(keys)


def _below(category: Category) -> Q:
    return Q(category__path=category.path) | Q(category__path__startswith=f"{category.path}/")


def _saying(phrase: Phrase) -> Q:
    text = phrase.text
    asked = Q(first_option=text) | Q(second_option=text) | Q(materials__name=text)
    asked |= Q(variants__first_value=text) | Q(variants__second_value=text)
    return asked | Q(variants__colour__name=text)


_AFFECTED: Final[dict[type[Model], Any]] = {
    Product: lambda product: Q(pk=product.pk),
    Variant: lambda variant: Q(pk=variant.product_id),
    ProductTranslation: lambda translation: Q(pk=translation.product_id),
    Category: _below,
    CategoryTranslation: lambda translation: _below(translation.category),
    Colour: lambda colour: Q(variants__colour=colour.pk),
    Material: lambda material: Q(materials=material.pk),
    Phrase: _saying,
}
