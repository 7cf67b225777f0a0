"""Reviews for tests."""

from factory.django import DjangoModelFactory

from reviews.models import Review


class ReviewFactory(DjangoModelFactory[Review]):
    """A published review of h1001."""

    class Meta:
        model = Review

    product = "h1001"
    rating = 5
    title = "A fine piece"
    body = "It holds flowers."
    author = "Ada"
    state = Review.State.PUBLISHED


class PendingFactory(ReviewFactory):
    """A review that nobody has decided on."""

    state = Review.State.PENDING
