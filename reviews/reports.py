"""Reports of reviews: taking them from visitors, and what moderators make of them."""

from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from . import moderation
from .models import Report, Review

# Of one review, which a moderator reads anyway. Whoever reports needs no account, and a program
# could go on for ever.
MOST_OPEN: Final = 20


def published(review_id: int) -> Review | None:
    """The review that somebody wants to report, if shoppers can see it."""
    return Review.objects.filter(pk=review_id, state=Review.State.PUBLISHED).first()


def receive(review: Review, subject: str, *, reason: str, note: str) -> bool:
    """Keep a visitor's report; return whether it is his first one of this review.

    Where many wait for a moderator already it adds nothing, and is not kept.
    """
    try:
        with transaction.atomic():
            # Held, so that it cannot go between this look and the report.
            if Review.objects.select_for_update().filter(pk=review.pk).first() is None:
                return False
            if Report.objects.filter(review=review, state=Report.State.OPEN).count() >= MOST_OPEN:
                return True
            Report.objects.create(review=review, subject=subject, reason=reason, note=note)
    except IntegrityError:
        return False
    return True


def dismiss(reports: QuerySet[Report]) -> int:
    """Leave the reviews where they are; return how many reports were open."""
    return reports.filter(state=Report.State.OPEN).update(state=Report.State.DISMISSED)


def uphold(reports: QuerySet[Report]) -> int:
    """Hide the reported reviews from shoppers; return how many reviews were not rejected before."""
    with transaction.atomic():
        reviews = Review.objects.filter(pk__in=reports.values("review"))
        rejected = moderation.reject(reviews)
        reports.filter(state=Report.State.OPEN).update(state=Report.State.UPHELD)
    return rejected
