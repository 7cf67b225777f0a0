"""What the fragments read: a list is at most 500 rows, so one query reads all of it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from .lists import UNDO_SPELL
from .models import Bookmark

PAGE_SIZE: Final = 24
# Of what was removed, so many can be brought back from the list itself.
UNDOABLE: Final = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what a shopper saved. ``saved`` counts all, ``found`` what the filter left."""

    bookmarks: Sequence[Bookmark]
    saved: int
    found: int
    number: int
    pages: int


def saved_refs(subject: str) -> tuple[str, ...]:
    """The references of everything in a list, the newest first."""
    return tuple(_kept(subject).values_list("ref", flat=True))


def listing(subject: str, *, name: str = "", ref: str = "", page: int = 1) -> Listing:
    """One page of a list, filtered; a page beyond the last is the last one."""
    everything = list(_kept(subject))
    found = [one for one in everything if _fits(one, name, ref)]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(page, pages)
    start = (number - 1) * PAGE_SIZE
    return Listing(found[start : start + PAGE_SIZE], len(everything), len(found), number, pages)


def newest(subject: str, *, limit: int) -> list[Bookmark]:
    """What was saved last."""
    return list(_kept(subject)[:limit])


def just_removed(subject: str, *, now: datetime | None = None) -> list[Bookmark]:
    """What was removed a moment ago and may come back in place, the latest first."""
    since = (now or timezone.now()) - UNDO_SPELL
    removed = Bookmark.objects.filter(shopper__subject=subject, removed_at__gte=since)
    return list(removed.order_by("-removed_at", "-pk")[:UNDOABLE])


def folded(text: str) -> str:
    """A text as it is compared: without case and without accents.

    >>> folded("Éclair Groß")
    'eclair gross'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _fits(bookmark: Bookmark, name: str, ref: str) -> bool:
    """Whether it is the reference, and all words are in the name or are the reference."""
    if ref and bookmark.ref != ref:
        return False
    text = folded(bookmark.name)
    return all(word in text or word == bookmark.ref for word in folded(name).split())


def _kept(subject: str) -> QuerySet[Bookmark]:
    return Bookmark.objects.filter(shopper__subject=subject, removed_at=None)
