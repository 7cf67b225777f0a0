"""From what a list's address says to what is on the page."""

from dataclasses import replace

from . import cards, entries, filters, listing, selectors, wording
from .browsing import browse
from .filters import Asked
from .listing import ListView, Page
from .models import Category
from .search.finding import find

HELPFUL = 4  # popular products on a page where nothing was found


def look(
    asked: Asked, category: Category | None, *, page: int, size: int, heading: str
) -> ListView | None:
    """Search, narrow, sort and cut out a page; None if there are fewer pages."""
    known = filters.vocabulary()
    wish, left_out = known.wish(asked.wish)
    asked = replace(asked, wish=wish)
    found = find(asked.query) if asked.query else None
    stock = entries.read(category, None if found is None else found.worth)
    browsed = browse(stock, asked.wish, asked.sort, searched=found is not None)
    total = len(browsed.keys)
    pages = max(1, -(-total // size))
    if page > pages:
        return None
    on_page = browsed.keys[(page - 1) * size : page * size]
    shown = cards.cards_in_order(on_page, asked.wish.colours)
    children = selectors.children_of(category)
    wording.localise_categories([category, *children])
    view = listing.list_view(
        asked,
        category,
        children,
        Page(shown, page, pages, total),
        filters.form(asked, browsed, known),
        browsed,
        heading,
    )
    view = replace(view, left_out=left_out)
    if found is not None:
        view = listing.with_search(view, found)
    if not shown and not asked.is_plain:
        view = replace(view, helpful=selectors.collection("popular", None, limit=HELPFUL))
    return view
