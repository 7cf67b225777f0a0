"""Lists and the menu as their templates need them."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import addresses
from .cards import Card
from .models import Category
from .presentation import Crumb, category_crumbs
from .selectors import Collection, Page

ALL_PRODUCTS = "All products"
_ALL_SUMMARY = "Everything we make and choose: light, clay, cloth and wood for quiet rooms."
_HEADINGS: dict[Collection, str] = {
    "all": ALL_PRODUCTS,
    "new": "New in the shop",
    "featured": "Favourites",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go to, and what lies below it."""

    name: str
    url: str
    below: Sequence["Link"] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A short row of products under a heading, for pages that are about something else."""

    collection: Collection
    heading: str
    cards: Sequence[Card]
    more: Link


@dataclass(frozen=True, slots=True)
class ListView:
    """A list page: where it is, what is on it, and which way on."""

    heading: str
    summary: str
    crumbs: Sequence[Crumb]
    subcategories: Sequence[Link]
    page: Page
    canonical: str
    previous_url: str
    next_url: str

    @property
    def title(self) -> str:
        """The heading, told apart from the other pages' titles."""
        number = self.page.number
        return f"{self.heading}, page {number}" if number > 1 else self.heading


def list_view(
    category: Category | None, children: Sequence[Category], page: Page, heading: str
) -> ListView:
    """Put a page of a list together."""
    path = category.path if category else ""
    name = heading or (category.name if category else ALL_PRODUCTS)
    crumbs = category_crumbs(category) if category else [Crumb("Home", "/")]

    def url(number: int) -> str:
        within = 1 <= number <= page.pages
        return addresses.category_path(path, number) if within else ""

    return ListView(
        heading=name,
        summary=category.summary if category else _ALL_SUMMARY,
        crumbs=crumbs if category else [*crumbs, Crumb(ALL_PRODUCTS, url(1))],
        subcategories=[_link(child) for child in children],
        page=page,
        canonical=addresses.absolute(url(page.number)),
        previous_url=url(page.number - 1),
        next_url=url(page.number + 1),
    )


def block(collection: Collection, heading: str, cards: Sequence[Card]) -> Block:
    """Put a block of products together."""
    everything = Link("See all products", addresses.category_path(""))
    return Block(collection, heading or _HEADINGS[collection], cards, everything)


def menu(tree: Sequence[tuple[Category, Sequence[Category]]]) -> list[Link]:
    """Return the first two levels of categories as links."""
    return [
        Link(top.name, addresses.category_path(top.path), [_link(child) for child in children])
        for top, children in tree
    ]


def _link(category: Category) -> Link:
    return Link(category.name, addresses.category_path(category.path))
