"""What somebody sent that is no review yet: he has not signed in, or something is missing."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from .review import (
    AUTHOR_MAX_LENGTH,
    BEST,
    BODY_MAX_LENGTH,
    PRODUCT_MAX_LENGTH,
    SUBJECT_MAX_LENGTH,
    TITLE_MAX_LENGTH,
)


class Draft(models.Model):
    """All that was valid in it, with its photos; it waits for its author, and not for long."""

    product = models.CharField(max_length=PRODUCT_MAX_LENGTH)
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH)
    rating = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(BEST)]
    )
    title = models.CharField(max_length=TITLE_MAX_LENGTH, blank=True)
    body = models.TextField(max_length=BODY_MAX_LENGTH, blank=True)
    author = models.CharField(max_length=AUTHOR_MAX_LENGTH, blank=True)
    language = models.CharField(
        max_length=12,
        blank=True,
        default="",
        db_default="",
        help_text="Of the page on which it was typed.",
    )
    is_complete = models.BooleanField(
        default=False, help_text="Nothing is missing but the account: it is sent at signing in."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "subject"], name="reviews_one_draft_of_each_visitor"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="reviews_drafts_of"),
            models.Index(fields=["created_at"], name="reviews_drafts_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} about {self.product}"
