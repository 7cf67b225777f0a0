"""Reviews for tests."""

import factory
from factory.django import DjangoModelFactory

from reviews.models import Review


class ReviewFactory(DjangoModelFactory[Review]):
    """A published review of h1001, newer than the one before."""

    class Meta:
        model = Review

    product = "h1001"
    rating = 5
    title = factory.Sequence(lambda number: f"Title {number}")
    body = "It holds flowers."
    author = "Ada"
    state = Review.State.PUBLISHED


class PendingFactory(ReviewFactory):
    """A review that nobody has decided on."""

    state = Review.State.PENDING
