"""Which cached fragments a change in the catalogue makes untrue, and telling the shell so.

The tags: ``product:<ref>`` is on everything about one product, ``category:<path>`` on the lists
of a category (``category:`` alone is the list of all products), and ``categories`` on
everything that shows words that many products share: names of categories, colours, materials.
``teasers`` and ``stores`` are on the fragments of that name.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_save, pre_delete, pre_save
from fragment_contract import purge_on_commit

from . import selectors
from .models import (
    Category,
    CategoryTranslation,
    Colour,
    Material,
    OpeningHours,
    Photograph,
    PhotographTranslation,
    Phrase,
    Product,
    ProductTranslation,
    Store,
    Teaser,
    TeaserTranslation,
    Variant,
)

TREE = "categories"
TEASERS = "teasers"
STORES = "stores"


def product_tag(ref: str) -> str:
    """The tag of everything about one product."""
    return f"product:{ref}"


def category_tag(path: str) -> str:
    """The tag of the lists of one category."""
    return f"category:{path}"


def list_tags(path: str) -> set[str]:
    """The tags of every list that shows a product of the category at this path.

    >>> sorted(list_tags("lighting/pendants"))
    ['category:', 'category:lighting', 'category:lighting/pendants']
    """
    parts = path.split("/")
    return {category_tag("/".join(parts[:n])) for n in range(len(parts) + 1)}


def purge_products(products: Iterable[Product]) -> None:
    """Purge all that shows these products, once the transaction is committed.

    ``QuerySet.update`` and ``bulk_create`` send no signals: who uses them calls this.
    """
    changed = list(products)
    if not changed:
        return
    tags = {product_tag(ref) for ref in selectors.led_to(changed)}
    for product in changed:
        tags |= {product_tag(product.ref), *list_tags(product.category.path)}
    purge_on_commit(*sorted(tags))


def connect() -> None:
    """Listen to single saves and deletes of everything in the catalogue."""
    for model, before in _BEFORE.items():
        pre_save.connect(before, sender=model, dispatch_uid=f"purging.before.{model.__name__}")
    for model, changed in _CHANGED.items():
        uid = f"purging.{model.__name__}"
        post_save.connect(changed, sender=model, dispatch_uid=f"{uid}.saved")
        # Before, not after: then it still knows what belongs to it.
        pre_delete.connect(changed, sender=model, dispatch_uid=f"{uid}.deleted")
    pre_delete.connect(_photograph_deleted, sender=Photograph, dispatch_uid="purging.files")


def _product_moves(instance: Product, **_: Any) -> None:
    # The lists that it leaves; those that it enters follow after the save.
    left = Category.objects.filter(products=instance.pk).exclude(pk=instance.category_id)
    for path in left.values_list("path", flat=True) if instance.pk else ():
        purge_on_commit(*sorted(list_tags(path)))


def _product_changed(instance: Product, **_: Any) -> None:
    purge_products([instance])


def _part_changed(instance: Variant | Photograph | ProductTranslation, **_: Any) -> None:
    purge_products([instance.product])


def _photograph_translated(instance: PhotographTranslation, **_: Any) -> None:
    purge_products([instance.photograph.product])


def _category_moves(instance: Category, **_: Any) -> None:
    before = Category.objects.filter(pk=instance.pk).values_list("path", flat=True).first()
    if before is not None:
        purge_on_commit(TREE, *sorted(list_tags(before)))


def _category_changed(instance: Category, **_: Any) -> None:
    purge_on_commit(TREE, *sorted(list_tags(instance.path)))


def _shared_words_changed(instance: Model, **_: Any) -> None:
    purge_on_commit(TREE, STORES)


def _teaser_changed(instance: Teaser | TeaserTranslation, **_: Any) -> None:
    purge_on_commit(TEASERS)


def _store_changed(instance: Store | OpeningHours, **_: Any) -> None:
    purge_on_commit(STORES)


def _photograph_deleted(instance: Photograph, **_: Any) -> None:
    instance.delete_files_on_commit()


_BEFORE: dict[type[Model], Callable[..., None]] = {
    Product: _product_moves,
    Category: _category_moves,
}
_CHANGED: dict[type[Model], Callable[..., None]] = {
    Product: _product_changed,
    Variant: _part_changed,
    Photograph: _part_changed,
    PhotographTranslation: _photograph_translated,
    ProductTranslation: _part_changed,
    Category: _category_changed,
    CategoryTranslation: _shared_words_changed,
    Colour: _shared_words_changed,
    Material: _shared_words_changed,
    Phrase: _shared_words_changed,
    Teaser: _teaser_changed,
    TeaserTranslation: _teaser_changed,
    Store: _store_changed,
    OpeningHours: _store_changed,
}
