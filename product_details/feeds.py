"""What the shell makes the sitemap and the RSS of new products of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from . import addresses, cards
from .models import Category, Photograph, Store


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the shop (without a language), when it last changed, and its pictures."""

    path: str
    changed: datetime | None
    images: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Novelty:
    """A new product."""

    ref: str
    path: str
    title: str
    summary: str
    published: datetime
    price: str
    image: str


def entries() -> list[Entry]:
    """Return all products in the shop, all categories with products, and the stores."""
    products = list(cards.in_shop().select_related("category").order_by("ref"))
    pictures: dict[int, list[str]] = {}
    for photograph in Photograph.objects.order_by("position", "id"):
        pictures.setdefault(photograph.product_id, []).append(photograph.picture.src)
    newest: dict[str, datetime] = {}
    for product in products:
        parts = product.category.path.split("/")
        for depth in range(len(parts) + 1):
            path = "/".join(parts[:depth])
            newest[path] = max(newest.get(path, product.updated_at), product.updated_at)
    lists = ["", *Category.objects.order_by("path").values_list("path", flat=True)]
    found = [Entry(addresses.category_path(path), newest[path]) for path in lists if path in newest]
    found += [
        Entry(addresses.product_path(product), product.updated_at, pictures.get(product.pk, ()))
        for product in products
    ]
    if Store.objects.filter(open=True).exists():
        found.append(Entry(addresses.stores_path(), None))
    return found


def newest(limit: int) -> list[Novelty]:
    """Return the newest products in the shop, newest first."""
    products = cards.priced(cards.in_shop()).order_by("-published_at", "ref")[:limit]
    return [
        Novelty(
            ref=card.ref,
            path=card.url,
            title=card.name,
            summary=card.summary,
            published=card.published_at,
            price=card.price,
            image=card.picture.src if card.picture else "",
        )
        for card in cards.cards(products)
        if card.published_at is not None
    ]
