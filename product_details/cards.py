"""Products as lists show them: what of the catalogue is in the shop, and its cards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.formats import number_format

from . import addresses, money, wording
from .models import Photograph, Product, Variant
from .pictures import Picture
from .wording import ProductWords, Said

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


@dataclass(frozen=True, slots=True)
class Rating:
    """What shoppers think, in tenths of a star, and how many of them said so."""

    tenths: int
    count: int

    @property
    def stars(self) -> str:
        """The average as people of the active language write it: “4.3”."""
        return number_format(self.tenths / 10, decimal_pos=1)

    @property
    def width(self) -> int:
        """How much of a row of five stars is filled, where the row is 100 wide."""
        return self.tenths * 2

    @classmethod
    def of(cls, product: Product) -> "Rating | None":
        """Return a product's rating, if anybody has rated it."""
        if product.rating_tenths is None or not product.rating_count:
            return None
        return cls(product.rating_tenths, product.rating_count)


@dataclass(frozen=True, slots=True)
class Card:
    """A product as lists show it."""

    ref: str
    name: Said
    url: str
    summary: Said
    price: str
    price_varies: bool
    reduced: bool
    available: bool
    picture: Picture | None
    rating: Rating | None
    published_at: datetime | None


class _Prices(TypedDict):
    # What `_priced` adds to a product; all but the sum are empty without a variant on offer.
    lowest: int | None
    highest: int | None
    currency: str
    formerly: int | None
    units: int | None
    first_photograph: int | None


def in_shop() -> QuerySet[Product]:
    """Return what lists may show: published, and not hidden while it is sold out."""
    in_stock = Variant.objects.filter(product=OuterRef("pk"), offered=True, stock__gt=0)
    stays = Q(when_sold_out=Product.SoldOut.KEEP) | Exists(in_stock)
    return Product.objects.filter(stays, state=Product.State.PUBLISHED)


def priced(
    products: QuerySet[Product], colours: Sequence[str] = ()
) -> "QuerySet[WithAnnotations[Product, _Prices]]":
    """Add what the cards need, to be sorted or filtered by as well.

    Where shoppers chose colours, cards show the photograph and the prices of these.
    """
    offered = Q(variants__offered=True)
    first = Photograph.objects.filter(product=OuterRef("pk")).order_by("position", "id")
    if colours:
        offered &= Q(variants__colour__slug__in=colours)
        chosen = Variant.objects.filter(
            product=OuterRef("product"),
            first_value=OuterRef("only_for"),
            colour__slug__in=colours,
            offered=True,
        )
        first = first.order_by((~Exists(chosen)).asc(), "position", "id")
    return products.annotate(
        lowest=Min("variants__price_minor", filter=offered),
        highest=Max("variants__price_minor", filter=offered),
        currency=Min("variants__currency", filter=offered),
        formerly=Max("variants__was_minor", filter=offered),
        units=Sum("variants__stock", filter=offered),
        first_photograph=Subquery(first.values("pk")[:1]),
    )


def cards(products: "Iterable[WithAnnotations[Product, _Prices]]") -> list[Card]:
    """Return the cards of products that ``priced`` prepared, in two queries (four, translated)."""
    rows = list(products)
    photographs = Photograph.objects.in_bulk({row.first_photograph for row in rows} - {None})
    wording.localise_photographs(photographs.values())
    words = wording.of_products(rows)
    return [_card(row, words[row.pk], photographs.get(row.first_photograph or 0)) for row in rows]


def cards_in_order(keys: Iterable[int], colours: Sequence[str] = ()) -> list[Card]:
    """Return the cards of the products with these keys, in this order and in these colours."""
    keys = list(keys)
    rows = {row.pk: row for row in priced(Product.objects.filter(pk__in=keys), colours)}
    return cards(rows[key] for key in keys if key in rows)


def _card(
    row: "WithAnnotations[Product, _Prices]", words: ProductWords, photograph: Photograph | None
) -> Card:
    return Card(
        ref=row.ref,
        name=words.name,
        url=addresses.product_path(row),
        summary=words.summary,
        price="" if row.lowest is None else money.format_money(row.lowest, row.currency),
        price_varies=row.lowest != row.highest,
        reduced=row.formerly is not None,
        available=bool(row.units),
        picture=photograph.picture if photograph else None,
        rating=Rating.of(row),
        published_at=row.published_at,
    )
