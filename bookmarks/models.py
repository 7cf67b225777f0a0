"""What a shopper saved, keyed by references that other services own.

Of a shopper only the subject of the shell's context tokens is known, of a product its stable
reference and the name that it had when it was saved.
"""

from typing import ClassVar, Final

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

REF_PATTERN: Final = r"[a-z0-9]+"
REF_MAX_LENGTH: Final = 20
NAME_MAX_LENGTH: Final = 200
SUBJECT_MAX_LENGTH: Final = 64


class Shopper(models.Model):
    """Somebody who has saved something. The row is what concurrent changes wait for."""

    subject = models.CharField(
        max_length=SUBJECT_MAX_LENGTH,
        unique=True,
        help_text="As the shell's tokens have it: user:… who signed in, anon:… who did not.",
    )
    changed_at = models.DateTimeField("last change", default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            # Lists that nobody came back to are forgotten by their age.
            models.Index(fields=["changed_at"], name="bookmarks_by_change"),
        ]

    def __str__(self) -> str:
        return self.subject


class Bookmark(models.Model):
    """One saved product. One that was removed stays a while, so that it can come back in place."""

    shopper = models.ForeignKey(Shopper, on_delete=models.CASCADE, related_name="bookmarks")
    ref = models.CharField(
        "product reference",
        max_length=REF_MAX_LENGTH,
        validators=[RegexValidator(rf"\A{REF_PATTERN}\Z", "Use a to z and 0 to 9 only.")],
        help_text="The product's stable reference, such as h1001. It outlives name and address.",
    )
    name = models.CharField(
        max_length=NAME_MAX_LENGTH,
        help_text="What the product was called when it was saved; the shopper looks for this.",
    )
    saved_at = models.DateTimeField("saved", default=timezone.now)
    removed_at = models.DateTimeField("removed", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-saved_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shopper", "ref"], name="bookmarks_saved_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["shopper", "removed_at", "-saved_at", "-id"], name="bookmarks_of_shopper"
            ),
            # What is saved most, for the shop's own people.
            models.Index(fields=["ref"], name="bookmarks_by_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.name}"
