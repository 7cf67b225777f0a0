"""Narrowing and sorting a list, and counting what each further choice would leave. No database.

Choices of one kind widen each other (green or blue), choices of different kinds narrow. A price,
a colour and "in stock" have to be true of one and the same variant. What a kind's values count is
what would be shown with the other kinds' choices as they are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, get_args

Sort = Literal["", "newest", "price", "price-down", "rating"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
# In minor units: from the first (included) to the second (not included); None is open.
PRICES: Final[Mapping[str, tuple[int, int | None]]] = {
    "0-25": (0, 2_500),
    "25-50": (2_500, 5_000),
    "50-100": (5_000, 10_000),
    "100-200": (10_000, 20_000),
    "200-": (20_000, None),
}
RATINGS: Final = (4, 3)  # so many stars at least
# An average of few reviews says little: it counts as if five more had given four stars.
_DOUBT, _USUAL_TENTHS = 5, 40
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant, as far as lists are narrowed by it."""

    price: int
    colour: str
    in_stock: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A product, as far as lists are narrowed and sorted by it."""

    key: int
    ref: str
    place: str
    featured: bool = False
    published_at: datetime = LONG_AGO
    rating_tenths: int = 0
    rating_count: int = 0
    materials: frozenset[str] = frozenset()
    offers: tuple[Offer, ...] = ()
    worth: int = 0

    @property
    def esteem(self) -> float:
        """Its rating, cautiously."""
        given = self.rating_tenths * self.rating_count
        return (given + _USUAL_TENTHS * _DOUBT) / (self.rating_count + _DOUBT)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shopper chose."""

    colours: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    prices: tuple[str, ...] = ()
    rating: int = 0
    in_stock: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed."""
        return self == Wish()


@dataclass(frozen=True, slots=True)
class Browsed:
    """The keys of what is left, in order, and what further choices would leave."""

    keys: Sequence[int]
    colours: Mapping[str, int]
    materials: Mapping[str, int]
    prices: Mapping[str, int]
    ratings: Mapping[int, int]
    in_stock: int
    places: Mapping[str, int] = field(default_factory=dict)


def browse(entries: Iterable[Entry], wish: Wish, sort: Sort, *, searched: bool = False) -> Browsed:
    """Narrow, sort and count. Searched entries are sorted by their worth, unless told otherwise."""
    left: list[tuple[Entry, list[Offer]]] = []
    colours: Counter[str] = Counter()
    materials: Counter[str] = Counter()
    prices: Counter[str] = Counter()
    ratings: Counter[int] = Counter()
    places: Counter[str] = Counter()
    in_stock = 0
    for entry in entries:
        rated = entry.rating_tenths >= 10 * wish.rating
        made = not wish.materials or not entry.materials.isdisjoint(wish.materials)
        offers = _offers(entry, wish)
        is_left = bool(offers) or not (wish.colours or wish.prices or wish.in_stock)
        if rated and made:
            colours.update({o.colour for o in _offers(entry, wish, but="colour") if o.colour})
            prices.update({_range(o.price) for o in _offers(entry, wish, but="price")})
            in_stock += any(o.in_stock for o in _offers(entry, wish, but="stock"))
        if is_left and rated:
            materials.update(entry.materials)
        if is_left and made:
            ratings.update(stars for stars in RATINGS if entry.rating_tenths >= 10 * stars)
        if is_left and rated and made:
            left.append((entry, offers))
            places.update(_line(entry.place))
    left.sort(key=lambda pair: _rank(pair[0], pair[1], sort, searched))
    keys = [entry.key for entry, _ in left]
    return Browsed(keys, colours, materials, prices, ratings, in_stock, places)


def _offers(entry: Entry, wish: Wish, but: str = "") -> list[Offer]:
    return [
        offer
        for offer in entry.offers
        if (but == "colour" or not wish.colours or offer.colour in wish.colours)
        and (but == "price" or not wish.prices or _range(offer.price) in wish.prices)
        and (but == "stock" or not wish.in_stock or offer.in_stock)
    ]


def _range(price: int) -> str:
    for name, (low, high) in PRICES.items():
        if low <= price and (high is None or price < high):
            return name
    raise ValueError(f"no range of prices has {price} in it")


def _line(place: str) -> Iterable[str]:
    parts = place.split("/")
    return ("/".join(parts[: depth + 1]) for depth in range(len(parts)))


def _rank(
    entry: Entry, offers: Sequence[Offer], sort: Sort, searched: bool
) -> tuple[float | str, ...]:
    """The key to sort by; among equals the newest comes first, then the reference decides."""
    newest = -entry.published_at.timestamp()
    if sort == "newest":
        first: tuple[float, ...] = ()
    elif sort in ("price", "price-down"):
        lowest = min((offer.price for offer in offers), default=None)
        direction = 1 if sort == "price" else -1
        # What has no price comes last either way.
        first = (lowest is None, direction * (lowest or 0))
    elif sort == "rating":
        first = (not entry.rating_count, -entry.esteem)
    elif searched:
        first = (-entry.worth,)
    else:
        first = (not entry.featured,)
    return (*first, newest, entry.ref)
