"""Changing a list. Every change is safe to repeat, and of two at once the second one waits.

A change says what shall be, not what to flip: a double click, a retry and a second tab all
come to the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import Bookmark, Shopper

LIMIT: Final = 500
UNDO_SPELL: Final = timedelta(hours=1)

State = Literal["added", "removed"]


class ListFull(Exception):
    """The shopper has saved as much as there is room for."""


@dataclass(frozen=True, slots=True)
class Product:
    """What is saved: a reference, and the name that the shopper saw beside the button."""

    ref: str
    name: str


def save(subject: str, product: Product, *, now: datetime | None = None) -> bool:
    """Put a product into a list; tell whether it was not there. Raises ListFull.

    What was removed a moment ago comes back to the place that it had.
    """
    now = now or timezone.now()
    with transaction.atomic():
        shopper = _locked(subject, now)
        bookmark = shopper.bookmarks.filter(ref=product.ref).first()
        if bookmark is not None and bookmark.removed_at is None:
            shopper.bookmarks.filter(pk=bookmark.pk).update(name=product.name)
            return False
        if _kept(shopper).count() >= LIMIT:
            raise ListFull
        if bookmark is None:
            bookmark = Bookmark(shopper=shopper, ref=product.ref, saved_at=now)
        elif bookmark.removed_at is not None and now - bookmark.removed_at > UNDO_SPELL:
            bookmark.saved_at = now
        bookmark.name, bookmark.removed_at = product.name, None
        bookmark.save()
        return True


def remove(subject: str, ref: str, *, now: datetime | None = None) -> bool:
    """Take a product out of a list; tell whether it was there."""
    now = now or timezone.now()
    with transaction.atomic():
        shopper = _locked(subject, now)
        shopper.bookmarks.filter(removed_at__lt=now - UNDO_SPELL).delete()
        return bool(_kept(shopper).filter(ref=ref).update(removed_at=now))


def adopt(subject: str, former: str, *, now: datetime | None = None) -> int:
    """Move what a shopper saved before signing in to where it belongs from now on.

    Returns how many came that were not there. What finds no room is the oldest; it is gone
    with the former list. A second call finds nothing to move.
    """
    if not former or former == subject or not Shopper.objects.filter(subject=former).exists():
        return 0
    now = now or timezone.now()
    with transaction.atomic():
        # In one order for everybody, so that no two wait for each other.
        for name in sorted((subject, former)):
            _locked(name, now)
        target = Shopper.objects.get(subject=subject)
        source = Shopper.objects.get(subject=former)
        known = set(_kept(target).values_list("ref", flat=True))
        arriving = list(_kept(source).exclude(ref__in=known)[: LIMIT - len(known)])
        target.bookmarks.filter(ref__in=[bookmark.ref for bookmark in arriving]).delete()
        for bookmark in arriving:
            bookmark.shopper = target
        Bookmark.objects.bulk_update(arriving, ["shopper"])
        source.delete()
    return len(arriving)


def forget(unchanged_since: datetime) -> int:
    """Delete the lists of visitors without an account that nobody changed any more."""
    idle = Shopper.objects.filter(subject__startswith="anon:", changed_at__lt=unchanged_since)
    deleted, per_model = idle.delete()
    return per_model.get(Shopper._meta.label, 0) if deleted else 0


def _locked(subject: str, now: datetime) -> Shopper:
    """The shopper's row, which no other change holds until this one is done.

    On SQLite the whole database is held, since transactions there begin with the writer's lock.
    """
    shopper = None
    while shopper is None:
        Shopper.objects.get_or_create(subject=subject)
        # Whoever held the row may have deleted it, as adopting does with what it emptied.
        shopper = Shopper.objects.select_for_update().filter(subject=subject).first()
    shopper.changed_at = now
    shopper.save(update_fields=["changed_at"])
    return shopper


def _kept(shopper: Shopper) -> QuerySet[Bookmark]:
    return shopper.bookmarks.filter(removed_at=None)
