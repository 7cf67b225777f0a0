"""Whether the author of a review bought the product, which only the cart service knows.

``GET <CART_URL>/api/purchases?subject=user:1&ref=h1001`` answers ``{"bought": true}``. If it
answers nothing, the review is taken without the badge and asked about again: at its next edit and
by ``catch_up``.
"""

import logging
from typing import Final

import httpx
from django.conf import settings
from django.utils import timezone

from .models import Review
from .purging import purge

logger = logging.getLogger(__name__)
# The author of a review waits for it after sending.
_SECONDS: Final = 1.5


def verify(review: Review) -> bool:
    """Ask the cart about a review and keep what it says; return whether it said anything."""
    if not settings.CART_URL or not review.subject:
        return False
    with _client() as client:
        try:
            bought = _bought(client, review)
        except (httpx.HTTPError, ValueError) as error:
            logger.warning("the cart did not say who bought %s: %s", review.product, error)
            return False
    _keep(review, bought=bought)
    return True


def verify_all() -> tuple[int, int]:
    """Ask about every review that was never answered for; return how many were, and are left.

    It ends with the first failure: a cart that is down is not asked a thousand times.
    """
    waiting = Review.objects.filter(purchase_asked_at=None, verified=False).exclude(subject="")
    answered = 0
    for review in waiting.order_by("pk").iterator():
        if not verify(review):
            break
        answered += 1
    return answered, waiting.count()


def _bought(client: httpx.Client, review: Review) -> bool:
    asked = {"subject": review.subject, "ref": review.product}
    answer = client.get("/api/purchases", params=asked)
    answer.raise_for_status()
    said = answer.json()
    bought = said.get("bought") if isinstance(said, dict) else None
    if not isinstance(bought, bool):
        raise ValueError(f'the answer must be {{"bought": true}} or false, not {said!r:.80}')
    return bought


def _keep(review: Review, *, bought: bool) -> None:
    # By an update, since the review may have been edited while the cart was asked.
    review.purchase_asked_at = timezone.now()
    kept = Review.objects.filter(pk=review.pk)
    kept.update(purchase_asked_at=review.purchase_asked_at)
    if bought and not review.verified and kept.update(verified=True):
        review.verified = True
        if review.state == Review.State.PUBLISHED:
            purge([review.product])


def _client() -> httpx.Client:
    # trust_env off: a proxy meant for the outside world is not on the way to a service of ours.
    return httpx.Client(
        base_url=settings.CART_URL,
        headers={"authorization": f"Bearer {settings.SERVICE_TOKEN}"},
        timeout=_SECONDS,
        trust_env=False,
    )
