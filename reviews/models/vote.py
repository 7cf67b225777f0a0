"""Who found a review helpful."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from .review import SUBJECT_MAX_LENGTH, Review


class Vote(models.Model):
    """One visitor's vote for one review, which ``Review.helpful`` counts."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="votes")
    subject = models.CharField("visitor", max_length=SUBJECT_MAX_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "subject"], name="reviews_vote_once")
        ]
        indexes: ClassVar = [models.Index(fields=["subject"], name="reviews_votes_of")]

    def __str__(self) -> str:
        return f"{self.subject} for review {self.review_id}"
