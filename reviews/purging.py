"""Which cached fragments a changed review makes untrue, and telling the shell so."""

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import post_delete, post_save
from fragment_contract import purge_on_commit

from .models import Review


def tag(product: str) -> str:
    """The surrogate key of everything that shows reviews of a product."""
    return f"reviews:{product}"


def purge(products: Iterable[str]) -> None:
    """Purge what shows reviews of these products, once the transaction is committed."""
    tags = sorted({tag(product) for product in products})
    if tags:
        purge_on_commit(*tags)


def connect() -> None:
    """Listen to single saves and deletes.

    ``QuerySet.update`` and ``bulk_create`` send no signals: who uses them calls ``purge``.
    """
    post_save.connect(_saved, sender=Review, dispatch_uid="reviews.purging.saved")
    post_delete.connect(_deleted, sender=Review, dispatch_uid="reviews.purging.deleted")


def _saved(instance: Review, created: bool, **_: Any) -> None:
    # A new review that awaits moderation changes nothing that a shopper sees.
    if not (created and instance.state == Review.State.PENDING):
        purge([instance.product])


def _deleted(instance: Review, **_: Any) -> None:
    purge([instance.product])
