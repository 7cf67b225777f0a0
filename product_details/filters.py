"""The form beside a list: what can be chosen, how many are left then, and the address of it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext, gettext_lazy, ngettext

from . import addresses, money, wording
from .browsing import PRICES, RATINGS, SORTS, Browsed, Sort, Wish
from .models import Colour, Material, Variant

NOTHING: Final = Wish()
SORT_NAMES: Final = {
    "": gettext_lazy("Featured"),
    "newest": gettext_lazy("Newest"),
    "price": gettext_lazy("Price, low to high"),
    "price-down": gettext_lazy("Price, high to low"),
    "rating": gettext_lazy("Best rated"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that the address of a list says, but for the page."""

    category: str = ""
    query: str = ""
    wish: Wish = NOTHING
    sort: Sort = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is a list that search engines should know."""
        return not self.query and not self.sort and self.wish.is_empty

    def url(self, page: int = 1) -> str:
        """Return the site-relative address."""
        wish = self.wish
        pairs = [
            ("q", self.query),
            *(("colour", colour) for colour in wish.colours),
            *(("material", material) for material in wish.materials),
            *(("price", price) for price in wish.prices),
            ("rating", str(wish.rating or "")),
            ("stock", "yes" if wish.in_stock else ""),
            ("sort", self.sort),
            ("page", str(page) if page > 1 else ""),
        ]
        query = urlencode([(name, value) for name, value in pairs if value])
        path = addresses.category_path(self.category)
        return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class Choice:
    """A box to tick or a button to choose."""

    value: str
    name: str
    count: int
    chosen: bool
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """Choices of one kind; several can be ticked, or one chosen."""

    name: str
    title: str
    choices: Sequence[Choice]
    several: bool = True

    @property
    def is_open(self) -> bool:
        """Whether something of it is chosen."""
        return any(choice.chosen and choice.value for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Chip:
    """Something chosen, and the address without it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the template of the form needs."""

    facets: Sequence[Facet]
    chips: Sequence[Chip]
    sorts: Sequence[Choice]
    sort_name: str
    clear_url: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The colours and materials of the shop, and the currency of its prices."""

    colours: Mapping[str, Colour]
    materials: Mapping[str, Material]
    currency: str
    phrases: wording.Phrases

    def wish(self, wish: Wish) -> tuple[Wish, tuple[str, ...]]:
        """Leave out what nobody can choose, a colour that is no more or a price of no range; and
        return what that was."""
        known = replace(
            wish,
            colours=tuple(slug for slug in wish.colours if slug in self.colours),
            materials=tuple(slug for slug in wish.materials if slug in self.materials),
            prices=tuple(name for name in wish.prices if name in PRICES),
        )
        asked = (*wish.colours, *wish.materials, *wish.prices)
        kept = (*known.colours, *known.materials, *known.prices)
        return known, tuple(dict.fromkeys(name for name in asked if name not in kept))


def vocabulary() -> Vocabulary:
    """Read what can be chosen, in three queries or four."""
    colours = {colour.slug: colour for colour in Colour.objects.all()}
    materials = {material.slug: material for material in Material.objects.all()}
    currency = Variant.objects.order_by("pk").values_list("currency", flat=True).first()
    words = [colour.name for colour in colours.values()]
    words += [material.name for material in materials.values()]
    return Vocabulary(colours, materials, currency or Variant.Currency.GBP, wording.phrases(words))


def form(asked: Asked, found: Browsed, known: Vocabulary) -> Filters:
    """Put the form together."""
    wish = asked.wish
    facets = (
        _colours(wish, found, known),
        _materials(wish, found, known),
        _prices(wish, found, known),
        _ratings(wish, found),
        _stock(wish, found),
    )
    sorts = [
        Choice(replace(asked, sort=sort).url(), _sort_name(sort, asked), 0, sort == asked.sort)
        for sort in SORTS
    ]
    return Filters(
        facets=[facet for facet in facets if facet.choices],
        chips=_chips(asked, known),
        sorts=sorts,
        sort_name=_sort_name(asked.sort, asked),
        clear_url=Asked(asked.category, sort=asked.sort).url(),
    )


def price_name(name: str, currency: str) -> str:
    """Say a range of prices in words."""
    low, high = PRICES[name]
    if high is None:
        return gettext("%(price)s and more") % {"price": money.format_whole(low, currency)}
    if not low:
        return gettext("Under %(price)s") % {"price": money.format_whole(high, currency)}
    both = money.format_whole(low, currency), money.format_whole(high, currency)
    return gettext("%(low)s to %(high)s") % {"low": both[0], "high": both[1]}


def rating_name(stars: int) -> str:
    """Say a least rating in words."""
    words = ngettext("%(stars)d star and more", "%(stars)d stars and more", stars)
    return words % {"stars": stars}


def _sort_name(sort: Sort, asked: Asked) -> str:
    return gettext("Most relevant") if asked.query and not sort else str(SORT_NAMES[sort])


def _colours(wish: Wish, found: Browsed, known: Vocabulary) -> Facet:
    choices = [
        Choice(
            slug,
            known.phrases.say(colour.name),
            found.colours.get(slug, 0),
            slug in wish.colours,
            colour.swatch,
        )
        for slug, colour in known.colours.items()
        if found.colours.get(slug) or slug in wish.colours
    ]
    return Facet("colour", gettext("Colour"), choices)


def _materials(wish: Wish, found: Browsed, known: Vocabulary) -> Facet:
    choices = [
        Choice(
            slug,
            known.phrases.say(material.name),
            found.materials.get(slug, 0),
            slug in wish.materials,
        )
        for slug, material in known.materials.items()
        if found.materials.get(slug) or slug in wish.materials
    ]
    return Facet("material", gettext("Material"), choices)


def _prices(wish: Wish, found: Browsed, known: Vocabulary) -> Facet:
    choices = [
        Choice(
            name,
            price_name(name, known.currency),
            found.prices.get(name, 0),
            name in wish.prices,
        )
        for name in PRICES
        if found.prices.get(name) or name in wish.prices
    ]
    return Facet("price", gettext("Price"), choices)


def _ratings(wish: Wish, found: Browsed) -> Facet:
    choices = [
        Choice(str(stars), rating_name(stars), found.ratings.get(stars, 0), wish.rating == stars)
        for stars in RATINGS
        if found.ratings.get(stars) or wish.rating == stars
    ]
    if choices:
        choices.insert(0, Choice("", gettext("Any"), 0, not wish.rating))
    return Facet("rating", gettext("Rating"), choices, several=False)


def _stock(wish: Wish, found: Browsed) -> Facet:
    choice = Choice("yes", gettext("In stock"), found.in_stock, wish.in_stock)
    title = gettext("Availability")
    return Facet("stock", title, [choice] if found.in_stock or wish.in_stock else [])


def _chips(asked: Asked, known: Vocabulary) -> list[Chip]:
    wish = asked.wish
    chips: list[Chip] = []

    def add(name: str, left: Wish) -> None:
        chips.append(Chip(name, replace(asked, wish=left).url()))

    if asked.query:
        url = replace(asked, query="").url()
        chips.append(Chip(gettext("“%(query)s”") % {"query": asked.query}, url))
    for slug in wish.colours:
        left = tuple(other for other in wish.colours if other != slug)
        add(known.phrases.say(known.colours[slug].name), replace(wish, colours=left))
    for slug in wish.materials:
        left = tuple(other for other in wish.materials if other != slug)
        add(known.phrases.say(known.materials[slug].name), replace(wish, materials=left))
    for name in wish.prices:
        left = tuple(other for other in wish.prices if other != name)
        add(price_name(name, known.currency), replace(wish, prices=left))
    if wish.rating:
        add(rating_name(wish.rating), replace(wish, rating=0))
    if wish.in_stock:
        add(gettext("In stock"), replace(wish, in_stock=False))
    return chips
