"""Who found which review helpful, and the count of them, which stays true under any load."""

from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from . import purging
from .models import Review, Vote

Verdict = Literal["counted", "own"]
_SHOWN: Final = Review.State.PUBLISHED


class NoSuchReview(LookupError):
    """No published review has that number."""


def give(review_id: int, subject: str) -> Verdict:
    """Count a visitor's vote, once. Raises NoSuchReview.

    The row of the vote decides who counts: of two equal votes at the same time the database
    accepts one, and what the other one added goes with its transaction. The review comes first
    wherever one is written to together with what hangs on it, so that nobody waits in a circle.
    """
    review = (
        Review.objects.only("pk", "subject", "product").filter(pk=review_id, state=_SHOWN).first()
    )
    if review is not None and review.subject == subject:
        return "own"
    try:
        with transaction.atomic():
            shown = Review.objects.filter(pk=review_id, state=_SHOWN)
            if not shown.update(helpful=F("helpful") + 1):
                raise NoSuchReview(f"no published review has the number {review_id}")
            Vote.objects.create(review_id=review_id, subject=subject)
            if review is not None:
                purging.VOTES.changed(review.product)
    except IntegrityError:
        pass  # This visitor's vote is there already.
    return "counted"


def take_back(review_id: int, subject: str) -> None:
    """Uncount a visitor's vote, if there is one."""
    with transaction.atomic():
        review = Review.objects.select_for_update().filter(pk=review_id).first()
        deleted, _ = Vote.objects.filter(review=review_id, subject=subject).delete()
        if deleted:
            Review.objects.filter(pk=review_id).update(helpful=F("helpful") - 1)
        if deleted and review is not None:
            purging.VOTES.changed(review.product)


def adopt(former: str, subject: str) -> None:
    """Make a visitor's votes those of his account; none counts twice, nor for oneself."""
    for vote in Vote.objects.filter(subject=former).select_related("review"):
        if vote.review.subject == subject or not _moved(vote, subject):
            take_back(vote.review_id, former)


def _moved(vote: Vote, subject: str) -> bool:
    try:
        with transaction.atomic():
            Vote.objects.filter(pk=vote.pk).update(subject=subject)
    except IntegrityError:
        return False
    return True


def of(subject: str, product: str) -> QuerySet[Vote]:
    """A visitor's votes for the published reviews of a product."""
    mine = Vote.objects.filter(subject=subject, review__product=product, review__state=_SHOWN)
    return mine.select_related("review").order_by("pk")


def helpful_count(review_id: int) -> int:
    """How many find a review helpful now; 0 for one that is gone."""
    found = Review.objects.filter(pk=review_id).values_list("helpful", flat=True).first()
    return found or 0
