"""Reading what lists are narrowed by, in three queries (four with a search)."""

from collections.abc import Mapping

from django.db.models import Q

from . import cards
from .browsing import LONG_AGO, Entry, Offer
from .models import Category, Product, Variant


def read(category: Category | None, worth: Mapping[int, int] | None) -> list[Entry]:
    """Return the products in the shop, of a category and of a search if there are these."""
    products = cards.in_shop()
    if category is not None:
        below = Q(category__path=category.path)
        products = products.filter(below | Q(category__path__startswith=f"{category.path}/"))
    if worth is not None:
        products = products.filter(pk__in=list(worth))
    rows = list(
        products.order_by().values_list(
            *("pk", "ref", "category__path", "featured", "published_at"),
            *("rating_tenths", "rating_count"),
        )
    )
    keys = {row[0] for row in rows}
    offers = _offers(keys)
    materials = _materials(keys)
    return [
        Entry(
            key=key,
            ref=ref,
            place=place,
            featured=featured,
            published_at=published or LONG_AGO,
            rating_tenths=tenths or 0,
            rating_count=count,
            materials=frozenset(materials.get(key, ())),
            offers=tuple(offers.get(key, ())),
            worth=worth.get(key, 0) if worth is not None else 0,
        )
        for key, ref, place, featured, published, tenths, count in rows
    ]


def _offers(keys: set[int]) -> dict[int, list[Offer]]:
    found: dict[int, list[Offer]] = {}
    rows = Variant.objects.filter(offered=True, product__state=Product.State.PUBLISHED)
    for key, price, colour, stock in rows.order_by().values_list(
        "product_id", "price_minor", "colour__slug", "stock"
    ):
        if key in keys:
            found.setdefault(key, []).append(Offer(price, colour or "", stock > 0))
    return found


def _materials(keys: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, slug in Product.materials.through.objects.values_list("product_id", "material__slug"):
        if key in keys:
            found.setdefault(key, []).append(slug)
    return found
