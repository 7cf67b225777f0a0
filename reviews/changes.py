"""What follows from a change of what shoppers see: caches are purged, the catalogue is told."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from . import darkroom, ratings
from .models import Photo, Review
from .purging import purge


def shown(products: Iterable[str]) -> None:
    """The published reviews of these products changed; what follows waits for the commit.

    ``QuerySet.update`` and ``bulk_create`` send no signals: who uses them calls this.
    """
    changed = sorted(set(products))
    purge(changed)
    ratings.due(changed)


def connect() -> None:
    """Listen to single saves and deletes."""
    post_save.connect(_saved, sender=Review, dispatch_uid="reviews.changes.saved")
    post_delete.connect(_deleted, sender=Review, dispatch_uid="reviews.changes.deleted")
    post_save.connect(_photo_changed, sender=Photo, dispatch_uid="reviews.changes.photo")
    post_delete.connect(_photo_deleted, sender=Photo, dispatch_uid="reviews.changes.files")


def _saved(instance: Review, created: bool, **_: Any) -> None:
    # A new review that awaits moderation changes nothing that a shopper sees.
    if not (created and instance.state == Review.State.PENDING):
        shown([instance.product])


def _deleted(instance: Review, **_: Any) -> None:
    shown([instance.product])


def _photo_changed(instance: Photo, **_: Any) -> None:
    if instance.review_id is not None:
        published = Review.objects.filter(pk=instance.review_id, state=Review.State.PUBLISHED)
        purge(published.values_list("product", flat=True))


def _photo_deleted(instance: Photo, **_: Any) -> None:
    _photo_changed(instance)
    # Not before the row is gone for good: a transaction that is rolled back needs its files.
    storage, name = instance.storage, instance.name
    transaction.on_commit(lambda: darkroom.delete(storage, name), robust=True)
