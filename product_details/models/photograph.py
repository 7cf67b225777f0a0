"""The photograph of a product, kept as uploaded and in the sizes and formats that pages use."""

from pathlib import PurePosixPath
from secrets import token_hex
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.text import slugify

from .. import darkroom, pictures
from .product import Product


def upload_path(photograph: "Photograph", filename: str) -> str:
    """Name an upload so that a new photograph has a new address, cacheable for ever."""
    file = PurePosixPath(filename)
    stem = slugify(file.stem)[:40] or "photograph"
    return f"products/{photograph.product.ref}/{stem}-{token_hex(4)}{file.suffix.lower()}"


class Photograph(models.Model):
    """A picture of a product, with the words for those who cannot see it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photographs")
    image = darkroom.PhotographField(
        upload_to=upload_path,
        width_field="width",
        height_field="height",
        max_length=160,
        validators=[darkroom.validate_upload],
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        "alternative text",
        max_length=200,
        help_text="What the picture shows, in a sentence: “A tall green vase with dried grass”.",
    )
    only_for = models.CharField(
        max_length=40,
        blank=True,
        help_text="A value of the first option, such as “Moss”, if it shows only that.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(alt=""), name="photograph_has_alt_text")
        ]

    def __str__(self) -> str:
        return self.alt

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the files of a photograph that this one replaces go away."""
        before = Photograph.objects.filter(pk=self.pk).first()
        super().save(*args, **kwargs)
        if before is not None and before.name != self.name:
            before.delete_files_on_commit()

    def delete_files_on_commit(self) -> None:
        """Delete the file and its renditions once the transaction can no longer be undone."""
        storage, name, width = self.image.storage, self.name, self.width
        transaction.on_commit(lambda: darkroom.delete(storage, name, width))

    @property
    def name(self) -> str:
        """The storage name of the original."""
        return str(self.image.name)

    @property
    def picture(self) -> pictures.Picture:
        """What a page needs to show it."""
        return pictures.Picture.of(
            self.image.storage, self.name, size=(self.width, self.height), alt=self.alt
        )
