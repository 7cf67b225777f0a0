"""What visitors find wrong with a review."""

from typing import ClassVar, Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .review import SUBJECT_MAX_LENGTH, Review

NOTE_MAX_LENGTH: Final = 500


class Report(models.Model):
    """One visitor's report of one review; a moderator decides what becomes of it."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("It is advertising or spam")
        OFFENSIVE = "offensive", _("It is offensive or hateful")
        PRIVATE = "private", _("It gives away somebody's personal details")
        UNRELATED = "unrelated", _("It is not about this product")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DISMISSED = "dismissed", "Dismissed"
        UPHELD = "upheld", "Upheld"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="reports")
    subject = models.CharField("visitor", max_length=SUBJECT_MAX_LENGTH)
    reason = models.CharField(max_length=9, choices=Reason)
    note = models.CharField("in their words", max_length=NOTE_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField("received", default=timezone.now)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "subject"], name="reviews_report_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "dismissed", "upheld"]),
                name="reviews_report_state_is_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-created_at", "-id"], name="reviews_reports_queue"),
            models.Index(fields=["subject"], name="reviews_reports_of"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} (review {self.review_id})"
