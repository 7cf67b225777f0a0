"""Who found a review helpful."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from .review import SUBJECT_MAX_LENGTH, Review


class Vote(models.Model):
    """One shopper's vote for one review, which ``Review.helpful`` counts."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="votes")
    subject = models.CharField("shopper", max_length=SUBJECT_MAX_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "subject"], name="reviews_vote_once"),
            models.CheckConstraint(
                condition=models.Q(subject__startswith="user:"), name="reviews_vote_of_an_account"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["subject"], name="reviews_votes_of")]

    def __str__(self) -> str:
        return f"{self.subject} for review {self.review_id}"


class WaitingVote(models.Model):
    """A vote of somebody who is not signed in. It counts nowhere, and not before he is."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="waiting_votes")
    subject = models.CharField("visitor", max_length=SUBJECT_MAX_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "subject"], name="reviews_waiting_vote_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="reviews_waiting_votes_of"),
            models.Index(fields=["created_at"], name="reviews_waiting_votes_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} for review {self.review_id}, waiting"
