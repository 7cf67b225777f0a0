"""A review, keyed by the stable reference of a product that another service owns."""

from typing import ClassVar, Final

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

PRODUCT_PATTERN: Final = r"[a-z0-9]+"
PRODUCT_MAX_LENGTH: Final = 20
BEST: Final = 5


class Review(models.Model):
    """One opinion. Shoppers see it only while its state is ``published``."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        PUBLISHED = "published", "Published"
        REJECTED = "rejected", "Rejected"

    product = models.CharField(
        "product reference",
        max_length=PRODUCT_MAX_LENGTH,
        validators=[RegexValidator(rf"\A{PRODUCT_PATTERN}\Z", "Use a to z and 0 to 9 only.")],
        help_text="The product's stable reference, such as h1001. It outlives name and address.",
    )
    rating = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(BEST)]
    )
    title = models.CharField(max_length=120)
    body = models.TextField("text", max_length=5_000)
    author = models.CharField("author's name", max_length=60)
    language = models.CharField(
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"\A[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*\Z", "Such as en or ar.")],
        help_text="Language tag such as en or pt-BR, for screen readers. Leave empty if unknown.",
    )
    created_at = models.DateTimeField("received", default=timezone.now)
    verified = models.BooleanField(
        "verified purchase", default=False, help_text="The author is known to have bought it."
    )
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    synthetic = models.BooleanField(
        default=False,
        editable=False,
        help_text="Written by the demonstration's program; shoppers are told so.",
    )
    submission = models.CharField(  # noqa: DJ001 -- NULL is not unique, an empty text would be
        max_length=64,
        null=True,
        unique=True,
        editable=False,
        help_text="Digest of what the form sent and when, so that a double click stores one row.",
    )

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(rating__range=(1, BEST)), name="reviews_rating_is_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "published", "rejected"]),
                name="reviews_state_is_known",
            ),
        ]
        indexes: ClassVar = [
            # The histogram is counted in this index alone, without touching a row ...
            models.Index(
                fields=["product", "state", "rating", "synthetic"], name="reviews_histogram"
            ),
            # ... and each sort order reads only the rows of its page.
            models.Index(
                fields=["product", "state", "-created_at", "-id"], name="reviews_by_newest"
            ),
            models.Index(
                fields=["product", "state", "-rating", "-created_at", "-id"],
                name="reviews_by_highest",
            ),
            models.Index(
                fields=["product", "state", "rating", "-created_at", "-id"],
                name="reviews_by_lowest",
            ),
            # The moderator's queue.
            models.Index(fields=["state", "-created_at", "-id"], name="reviews_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/{BEST} for {self.product}: {self.title}"

    @property
    def stars_on(self) -> str:
        """The rating as filled stars."""
        return "★" * self.rating

    @property
    def stars_off(self) -> str:
        """The stars that are missing from the best rating."""
        return "★" * (BEST - self.rating)
