"""A review, keyed by the stable reference of a product that another service owns."""

from typing import ClassVar, Final

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

PRODUCT_PATTERN: Final = r"[a-z0-9]+"
PRODUCT_MAX_LENGTH: Final = 20
# "user:<id>" or "anon:<id>", as the shell's context token says it.
SUBJECT_MAX_LENGTH: Final = 64
TITLE_MAX_LENGTH: Final = 120
BODY_MAX_LENGTH: Final = 5_000
AUTHOR_MAX_LENGTH: Final = 60
ANSWER_MAX_LENGTH: Final = 2_000
REFUSAL_MAX_LENGTH: Final = 300
BEST: Final = 5
LANGUAGE_PATTERN: Final = r"\A[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*\Z"


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
    subject = models.CharField(
        "account",
        max_length=SUBJECT_MAX_LENGTH,
        blank=True,
        editable=False,
        help_text="Who wrote it, such as user:7. Empty: from before reviews belonged to accounts.",
    )
    rating = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(BEST)]
    )
    title = models.CharField(max_length=TITLE_MAX_LENGTH)
    body = models.TextField("text", max_length=BODY_MAX_LENGTH)
    author = models.CharField("author's name", max_length=AUTHOR_MAX_LENGTH)
    language = models.CharField(
        max_length=12,
        blank=True,
        validators=[RegexValidator(LANGUAGE_PATTERN, "Such as en or ar.")],
        help_text="Language tag such as en or pt-BR, for screen readers. Leave empty if unknown.",
    )
    created_at = models.DateTimeField("received", default=timezone.now)
    edited_at = models.DateTimeField("edited by its author", null=True, editable=False)
    revision = models.PositiveIntegerField(
        default=1,
        editable=False,
        help_text="Goes up when its author edits it, so that nobody decides on a text not seen.",
    )
    verified = models.BooleanField(
        "verified purchase", default=False, help_text="The author is known to have bought it."
    )
    purchase_asked_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When the cart service last said whether the author bought it; empty: it must "
        "still be asked.",
    )
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    refusal = models.CharField(
        "reason for refusing it",
        max_length=REFUSAL_MAX_LENGTH,
        blank=True,
        help_text="Its author reads this beside the review while it is rejected.",
    )
    answer = models.TextField(
        "answer from the shop",
        max_length=ANSWER_MAX_LENGTH,
        blank=True,
        help_text="Shown below the review. Leave it empty for no answer.",
    )
    answer_language = models.CharField(
        "language of the answer",
        max_length=12,
        blank=True,
        default="",
        db_default="",  # so that processes of the release before can write while both run
        validators=[RegexValidator(LANGUAGE_PATTERN, "Such as en or ar.")],
        help_text="Leave empty if it is that of the review.",
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    helpful = models.PositiveIntegerField(
        default=0, editable=False, help_text="How many found it helpful: counted from the votes."
    )
    synthetic = models.BooleanField(
        default=False,
        editable=False,
        help_text="Written by the demonstration's program; shoppers are told so.",
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
            models.UniqueConstraint(
                fields=["product", "subject"],
                condition=~models.Q(subject=""),
                name="reviews_one_of_each_shopper",
            ),
        ]
        indexes: ClassVar = [
            # The histogram is counted in this index alone, without touching a row ...
            models.Index(
                fields=["product", "state", "rating", "synthetic"], name="reviews_histogram"
            ),
            # ... and each sort order reads only the rows of its page ...
            models.Index(
                fields=["product", "state", "-created_at", "-id"], name="reviews_by_newest"
            ),
            models.Index(
                fields=["product", "state", "-rating", "-created_at", "-id"],
                name="reviews_by_highest",
            ),
            # ... with or without a filter by stars: this one has the newest of one rating ...
            models.Index(
                fields=["product", "state", "rating", "-created_at", "-id"],
                name="reviews_by_lowest",
            ),
            models.Index(
                fields=["product", "state", "-helpful", "-created_at", "-id"],
                name="reviews_by_helpful",
            ),
            # ... and this one the most helpful of it.
            models.Index(
                fields=["product", "state", "rating", "-helpful", "-created_at", "-id"],
                name="reviews_stars_by_helpful",
            ),
            # The moderator's queue.
            models.Index(fields=["state", "-created_at", "-id"], name="reviews_queue"),
            # What the cart service must still be asked.
            models.Index(
                fields=["id"],
                condition=models.Q(purchase_asked_at=None, verified=False) & ~models.Q(subject=""),
                name="reviews_purchase_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/{BEST} for {self.product}: {self.title}"

    @property
    def language_of_answer(self) -> str:
        """What the shop's answer is written in; empty if nobody knows."""
        return self.answer_language or self.language

    @property
    def stars_on(self) -> str:
        """The rating as filled stars."""
        return "★" * self.rating

    @property
    def stars_off(self) -> str:
        """The stars that are missing from the best rating."""
        return "★" * (BEST - self.rating)
