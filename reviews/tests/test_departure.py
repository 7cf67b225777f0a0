"""Whoever closes the account leaves nothing here."""

import pytest

from reviews import votes
from reviews.models import Draft, Report, Review, Vote

from .factories import PendingFactory, ReviewFactory
from .shopper import Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted_visitors")]


def test_reviews_votes_and_reports_go_and_those_of_others_stay() -> None:
    others = ReviewFactory.create(subject="user:2")
    ReviewFactory.create(subject="user:1")
    PendingFactory.create(subject="user:1", product="h1002")
    nobodys = ReviewFactory.create(subject="")
    for subject in ("user:1", "user:3"):
        votes.give(others.pk, subject)
    Shopper("user:1").reports(others.pk, reason="spam")
    Draft.objects.create(product="h1003", subject="user:1")
    for _ in range(2):
        assert Shopper("user:1").acts("form", "forget").status_code == 204
    assert set(Review.objects.values_list("pk", flat=True)) == {others.pk, nobodys.pk}
    others.refresh_from_db()
    assert others.helpful == 1
    assert [vote.subject for vote in Vote.objects.all()] == ["user:3"]
    assert not Draft.objects.exists() and not Report.objects.exists()


def test_whoever_has_written_a_review_is_to_be_kept() -> None:
    PendingFactory.create(subject="user:1")
    Draft.objects.create(product="h1003", subject="user:2")
    asked = {who: Shopper(who).acts("form", "unused").status_code for who in ("user:1", "user:2")}
    assert asked == {"user:1": 409, "user:2": 204}
