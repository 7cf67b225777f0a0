"""Lists and the menu as their templates need them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, gettext_lazy

from . import addresses, wording
from .browsing import Browsed
from .cards import Card
from .filters import Asked, Filters
from .models import Category
from .presentation import Crumb, category_crumbs
from .search.finding import Found
from .selectors import Collection

_HEADINGS = {
    "all": gettext_lazy("All products"),
    "new": gettext_lazy("New in the shop"),
    "featured": gettext_lazy("Favourites"),
    "popular": gettext_lazy("Popular now"),
}
# Where the row of pages has gaps: the first, the last and so many around the one that is shown.
_AROUND = 1


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go to, how much is there, and what lies below it."""

    name: str
    url: str
    below: Sequence["Link"] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A short row of products under a heading, for pages that are about something else."""

    collection: Collection
    heading: str
    cards: Sequence[Card]
    more: Link


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    cards: Sequence[Card]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class ListView:
    """A list page: where it is, what is on it, what can be chosen, and which way on."""

    asked: Asked
    heading: str
    summary: str
    crumbs: Sequence[Crumb]
    subcategories: Sequence[Link]
    page: Page
    filters: Filters
    action: str
    canonical: str
    pages: Sequence[Link | None]
    previous_url: str
    next_url: str
    instead: str = ""
    partly: bool = False
    left_out: Sequence[str] = ()
    helpful: Sequence[Card] = ()

    @property
    def place(self) -> str:
        """Where the list is, whatever was searched there."""
        return self.crumbs[-1].name

    @property
    def share_image(self) -> str:
        """The picture that other sites show beside a link to the page."""
        pictures = (card.picture.src for card in self.page.cards if card.picture)
        found = next(pictures, "")
        return addresses.absolute(found) if found else ""

    @property
    def all_url(self) -> str:
        """Everything there is."""
        return addresses.category_path("")

    @property
    def elsewhere_url(self) -> str:
        """The same choices in the whole shop, from within a category."""
        return replace(self.asked, category="").url() if self.asked.category else ""

    @property
    def title(self) -> str:
        """The heading, told apart from the other pages' titles."""
        names = [self.heading, *(chip.name for chip in self.filters.chips if not self.asked.query)]
        number = self.page.number
        if number > 1:
            names.append(gettext("page %(number)d") % {"number": number})
        return ", ".join(names)

    @property
    def narrowed(self) -> int:
        """How many choices narrow the list, the search not counted."""
        return len(self.filters.chips) - bool(self.asked.query)


def list_view(
    asked: Asked,
    category: Category | None,
    children: Sequence[Category],
    page: Page,
    filters: Filters,
    found: Browsed,
    heading: str,
) -> ListView:
    """Put a page of a list together."""
    name = heading or (category.name if category else str(_HEADINGS["all"]))
    crumbs = (
        category_crumbs(category) if category else [Crumb(gettext("Home"), addresses.home_path())]
    )
    if not category:
        crumbs.append(Crumb(str(_HEADINGS["all"]), addresses.category_path("")))
    summary = (
        category.summary
        if category
        else gettext("Everything we make and choose: light, clay, cloth and wood for quiet rooms.")
    )
    if asked.query:
        name, summary = gettext("Results for “%(query)s”") % {"query": asked.query}, ""

    def url(number: int) -> str:
        return asked.url(number) if 1 <= number <= page.pages else ""

    # Other orders of a list are the same list; other choices are none for search engines.
    known_as = replace(asked, sort="").url(1 if asked.sort else page.number)
    return ListView(
        asked=asked,
        heading=name,
        summary=summary,
        crumbs=crumbs,
        subcategories=[_counted(child, asked, found) for child in children],
        page=page,
        filters=filters,
        action=addresses.category_path(asked.category),
        canonical=addresses.absolute(known_as),
        pages=_pages(asked, page),
        previous_url=url(page.number - 1),
        next_url=url(page.number + 1),
    )


def with_search(view: ListView, found: Found) -> ListView:
    """Tell what was searched for instead of what was typed."""
    return replace(view, instead=found.instead, partly=found.partly)


def block(collection: Collection, heading: str, cards: Sequence[Card]) -> Block:
    """Put a block of products together."""
    asked = {"new": Asked(sort="newest"), "popular": Asked(sort="rating")}
    everything = Link(gettext("See all products"), asked.get(collection, Asked()).url())
    return Block(collection, heading or str(_HEADINGS[collection]), cards, everything)


def menu(tree: Sequence[tuple[Category, Sequence[Category]]]) -> list[Link]:
    """Return the first two levels of categories as links."""
    wording.localise_categories(place for top, below in tree for place in (top, *below))
    return [
        Link(top.name, addresses.category_path(top.path), [_link(child) for child in children])
        for top, children in tree
    ]


def _link(category: Category) -> Link:
    return Link(category.name, addresses.category_path(category.path))


def _counted(category: Category, asked: Asked, found: Browsed) -> Link:
    """Lead into a category with all that is chosen."""
    count = found.places.get(category.path, 0)
    return Link(category.name, replace(asked, category=category.path).url(), count=count)


def _pages(asked: Asked, page: Page) -> list[Link | None]:
    """Return links to pages by their numbers, with nothing for those left out between two."""
    near = range(page.number - _AROUND, page.number + _AROUND + 1)
    shown = [n for n in range(1, page.pages + 1) if n in (1, page.pages) or n in near]
    links: list[Link | None] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            links.append(None)
        links.append(Link(str(number), asked.url(number), count=number))
    return links
