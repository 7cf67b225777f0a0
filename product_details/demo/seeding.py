"""Bringing the demonstration catalogue into the database and the storage, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.files.storage import Storage
from django.db import transaction

from ..models import Category, Photograph, Product, Variant
from ..search import indexing
from .catalogue import Catalogue, Item
from .illustrate import FOLDER, SIDE, Drawing, Illustrator, drawings_of, store

OPENING = datetime(2026, 1, 12, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was missing and has been added."""

    pictures: int
    categories: int
    products: int

    @property
    def nothing(self) -> bool:
        """Whether all was there already."""
        return not (self.pictures or self.categories or self.products)


def seed(
    catalogue: Catalogue,
    storage: Storage,
    illustrate: Illustrator,
    announce: Callable[[str], None],
) -> Seeded:
    """Add what is missing and change nothing that is there: editors may have worked on it.

    Pictures come first, outside the transaction: no page ever names a file that is not there.
    """
    wanted = [drawing for drawing in drawings_of(catalogue) if drawing.missing(storage)]
    if wanted:
        announce(f"drawing {len(wanted)} pictures, about half a minute on two cores ...")
    for files in illustrate(wanted) if wanted else ():
        store(storage, files)
    with transaction.atomic(), indexing.at_the_end():
        categories = _categories(catalogue)
        products = _products(catalogue)
        if wanted:
            _hang_redrawn(catalogue)
    return Seeded(len(wanted), categories, products)


def _categories(catalogue: Catalogue) -> int:
    known = {category.path: category for category in Category.objects.all()}
    added = 0
    for place in catalogue.places:
        parent_path, _, slug = place.path.rpartition("/")
        if place.path not in known:
            known[place.path] = Category.objects.create(
                parent=known.get(parent_path),
                name=place.name,
                slug=slug,
                summary=place.summary,
                position=place.position,
            )
            added += 1
    return added


def _products(catalogue: Catalogue) -> int:
    present = set(Product.objects.values_list("ref", flat=True))
    places = {category.path: category for category in Category.objects.all()}
    missing = [item for item in catalogue.items if item.ref not in present]
    for item in missing:
        product = _product(item, places[item.category])
        _variants(item, product)
        _photographs(item, product, catalogue)
    for item in missing:
        if item.successor:
            product = Product.objects.get(ref=item.ref)
            product.successor = Product.objects.get(ref=item.successor)
            product.save()
    return len(missing)


def _product(item: Item, category: Category) -> Product:
    # Spread over 72 days in an order that mixes the categories; 29 and 72 share no divisor.
    day = int(item.ref[1:]) * 29 % 72
    return Product.objects.create(
        ref=item.ref,
        name=item.name,
        slug=item.slug,
        category=category,
        summary=item.summary,
        highlights="\n".join(item.highlights),
        description=item.description,
        first_option=item.options[0] if item.options else "",
        second_option=item.options[1] if len(item.options) > 1 else "",
        delivery=item.delivery,
        featured=item.featured,
        state=item.state,
        published_at=None if item.state == "draft" else OPENING + timedelta(days=day),
    )


def _variants(item: Item, product: Product) -> None:
    for number, form in enumerate(item.variants, start=1):
        first, second, *_ = (*form.of, "", "")
        Variant.objects.create(
            product=product,
            sku=f"{item.ref.upper()}-{number:02}",
            first_value=first,
            second_value=second,
            price_minor=form.price,
            was_minor=form.was,
            stock=form.stock,
            offered=form.offered,
            position=number,
        )


def _photographs(item: Item, product: Product, catalogue: Catalogue) -> None:
    for number, view in enumerate(item.pictures(catalogue.colours), start=1):
        Photograph.objects.create(
            product=product,
            image=Drawing.of(item, view).name,
            width=SIDE,
            height=SIDE,
            alt=view.alt,
            only_for=view.only_for,
            position=number,
        )


def _hang_redrawn(catalogue: Catalogue) -> None:
    """Put pictures that were drawn anew in the places of their former versions."""
    names = {
        (item.ref, view.view, view.only_for): Drawing.of(item, view).name
        for item in catalogue.items
        for view in item.pictures(catalogue.colours)
    }
    drawn = Photograph.objects.filter(image__startswith=f"{FOLDER}/").select_related("product")
    for photograph in drawn:
        view = photograph.name.rpartition("/")[2].partition("-")[0]
        name = names.get((photograph.product.ref, view, photograph.only_for))
        if name not in (None, photograph.name):
            photograph.image = name
            photograph.width = photograph.height = SIDE
            photograph.save()
