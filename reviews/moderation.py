"""Decisions about many reviews at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from . import changes
from .models import Report, Review


def publish(reviews: QuerySet[Review], *, seen_at: datetime | None = None) -> int:
    """Show these reviews to shoppers; return how many were not shown before.

    Those that their authors edited after ``seen_at`` stay as they are: nobody has read them.
    """
    return _decide(reviews, Review.State.PUBLISHED, seen_at)


def reject(reviews: QuerySet[Review], *, seen_at: datetime | None = None) -> int:
    """Hide these reviews from shoppers; return how many were not rejected before."""
    with transaction.atomic():
        open_reports = Report.objects.filter(review__in=reviews.values("pk"), state="open")
        rejected = _decide(reviews, Review.State.REJECTED, seen_at)
        open_reports.filter(review__state=Review.State.REJECTED).update(state="upheld")
    return rejected


def delete(reviews: QuerySet[Review]) -> int:
    """Delete reviews with all that hangs on them; return how many there were.

    They are held first: a vote or a report that comes meanwhile waits, and finds them gone.
    """
    with transaction.atomic():
        held = list(reviews.order_by("pk").select_for_update().values_list("pk", flat=True))
        Review.objects.filter(pk__in=held).delete()
    return len(held)


def _decide(reviews: QuerySet[Review], state: Review.State, seen_at: datetime | None) -> int:
    with transaction.atomic():
        changing = Review.objects.filter(pk__in=reviews.values("pk")).exclude(state=state)
        if seen_at is not None:
            changing = changing.filter(Q(edited_at=None) | Q(edited_at__lte=seen_at))
        # Their numbers, once: what is edited between two statements is decided on another time.
        chosen = list(changing.order_by("pk").select_for_update().values_list("pk", "product"))
        keys = [key for key, _ in chosen]
        changed = Review.objects.filter(pk__in=keys).update(state=state)
        changes.shown(product for _, product in chosen)
    return changed
