"""Telling the catalogue what a product is rated, so that its lists can sort and filter by it.

``PUT <PRODUCT_DETAILS_URL>/api/ratings/<ref>`` with ``{"average_tenths": 43, "count": 12}``,
and null for the average of none. What is due is written down with the change itself and struck out
when the catalogue has answered, so that a catalogue that is down is told later: by the next change
of the product, or by ``catch_up``.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Final

import httpx
from django.conf import settings
from django.db import transaction

from . import selectors
from .models import RatingDue, Review

logger = logging.getLogger(__name__)
# A moderator waits for it after a decision: what takes longer is for `catch_up`.
_PUSH_SECONDS: Final = 2.0
_ONE_SECONDS: Final = 1.5
_MOST_LOOKS: Final = 3


def due(products: Iterable[str]) -> None:
    """Note that these ratings changed, and tell the catalogue once the transaction is committed."""
    changed = sorted(set(products))
    if changed:
        with transaction.atomic():
            RatingDue.objects.bulk_create(RatingDue(product=product) for product in changed)
            transaction.on_commit(lambda: _push_changed(changed), robust=True)


def due_for_all() -> None:
    """Note every product that has reviews, for a catalogue that knows nothing yet."""
    products = Review.objects.order_by().values_list("product", flat=True).distinct()
    RatingDue.objects.bulk_create(RatingDue(product=product) for product in products)


def push(products: Iterable[str] | None = None, *, seconds: float | None = None) -> int:
    """Tell what is due, of these products or all; return how many the catalogue took.

    It ends with the first failure and when the time is over: what is left stays due.
    """
    if not settings.PRODUCT_DETAILS_URL:
        return 0
    waiting = RatingDue.objects.order_by("product")
    if products is not None:
        waiting = waiting.filter(product__in=list(products))
    end = None if seconds is None else time.monotonic() + seconds
    told = 0
    try:
        with _client() as client:
            for product in list(waiting.values_list("product", flat=True).distinct()):
                if end is not None and time.monotonic() > end:
                    break
                _tell(client, product)
                told += 1
    except httpx.HTTPError as error:
        logger.warning("the catalogue was not told a rating, it is still due: %s", error)
    return told


def _push_changed(products: Sequence[str]) -> None:
    push(products, seconds=_PUSH_SECONDS)


def _tell(client: httpx.Client, product: str) -> None:
    """Send one rating, and look again: another process may have sent an older one meanwhile."""
    for _ in range(_MOST_LOOKS):
        noted = list(RatingDue.objects.filter(product=product).values_list("pk", flat=True))
        rating = selectors.rating_of(product)
        body = {"average_tenths": rating.average_tenths, "count": rating.count}
        answer = client.put(f"/api/ratings/{product}", json=body)
        # Products go, and their reviews stay: of those the catalogue needs no telling.
        if answer.status_code not in (404, 410):
            answer.raise_for_status()
        if selectors.rating_of(product) == rating:
            RatingDue.objects.filter(pk__in=noted).delete()
            return


def _client() -> httpx.Client:
    # trust_env off: a proxy meant for the outside world is not on the way to a service of ours.
    return httpx.Client(
        base_url=settings.PRODUCT_DETAILS_URL,
        headers={"authorization": f"Bearer {settings.SERVICE_TOKEN}"},
        timeout=_ONE_SECONDS,
        trust_env=False,
    )
