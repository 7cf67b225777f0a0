"""The words by which the suite finds things, in each language of the shop.

They are accessible names of links, buttons, fields and headings, as screen readers say them.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """One language; ``mount`` stands before every path of it."""

    code: str
    mount: str
    search: str
    find: str
    categories: str
    add_bookmark: str
    bookmarks: str
    remove: str
    undo: str
    filter: str
    name_or_reference: str
    no_bookmarks: str
    is_bookmarked: str
    see_bookmarks: str

    def bookmark(self, product: str) -> str:
        """The name of the button that saves a product."""
        return self.add_bookmark.format(product)


ENGLISH: Final = Words(
    code="en",
    mount="",
    search="Search the shop",
    find="Search",
    categories="Categories",
    add_bookmark="Bookmark {}",
    bookmarks="Bookmarks",
    remove="Remove",
    undo="Undo",
    filter="Filter",
    name_or_reference="Name or reference",
    no_bookmarks="There are no bookmarks yet",
    is_bookmarked="{} is in your bookmarks",
    see_bookmarks="See your bookmarks",
)
GERMAN: Final = Words(
    code="de",
    mount="/de",
    search="Im Laden suchen",
    find="Suchen",
    categories="Kategorien",
    add_bookmark="{} merken",
    bookmarks="Merkzettel",
    remove="Entfernen",
    undo="Rückgängig",
    filter="Filtern",
    name_or_reference="Name oder Referenz",
    no_bookmarks="Ihr Merkzettel ist noch leer",
    is_bookmarked="{} ist auf Ihrem Merkzettel",
    see_bookmarks="Merkzettel ansehen",
)
