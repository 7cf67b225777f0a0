"""A photo that a shopper sent with a review."""

from typing import ClassVar, Final

from django.core.files.storage import Storage, default_storage
from django.db import models

from .. import pictures
from .draft import Draft
from .review import Review

MOST_PHOTOS: Final = 3
ALT_MAX_LENGTH: Final = 150


class Photo(models.Model):
    """Seen with its review and decided on with it; its files have names that nobody guesses."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, null=True, related_name="photos", db_index=False
    )
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="photos")
    name = models.CharField(max_length=100, unique=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    digest = models.CharField(
        max_length=64, editable=False, help_text="Of its pixels, so that nobody sends one twice."
    )
    alt = models.CharField("alternative text", max_length=ALT_MAX_LENGTH, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        # A page of reviews reads its photos in this order.
        indexes: ClassVar = [models.Index(fields=["review", "id"], name="reviews_photos_of_review")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(review=None) ^ models.Q(draft=None),
                name="reviews_photo_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.alt or self.name

    @property
    def storage(self) -> Storage:
        """Where its files lie."""
        return default_storage

    @property
    def picture(self) -> pictures.Picture:
        """What a page needs to show it."""
        return pictures.Picture.of(self.storage, self.name, size=(self.width, self.height))
