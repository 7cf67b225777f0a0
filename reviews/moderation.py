"""Decisions about many reviews at once."""

from django.db import transaction
from django.db.models import QuerySet

from .models import Review
from .purging import purge


def publish(reviews: QuerySet[Review]) -> int:
    """Show these reviews to shoppers; return how many were not shown before."""
    return _decide(reviews, Review.State.PUBLISHED)


def reject(reviews: QuerySet[Review]) -> int:
    """Hide these reviews from shoppers; return how many were not rejected before."""
    return _decide(reviews, Review.State.REJECTED)


def _decide(reviews: QuerySet[Review], state: Review.State) -> int:
    with transaction.atomic():
        changing = Review.objects.filter(pk__in=reviews.values("pk")).exclude(state=state)
        products = list(changing.order_by().values_list("product", flat=True).distinct())
        changed = changing.update(state=state)
        purge(products)
    return changed
