"""What shoppers narrow a list down by, beside what products are anyway: colours and materials."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

_SLUG = RegexValidator(r"\A[a-z0-9-]+\Z", "Use lower-case letters, digits and hyphens only.")


class Colour(models.Model):
    """A colour that shoppers look for, such as “Green”; makers call it “Moss” or “Sea glass”."""

    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(
        max_length=40, unique=True, validators=[_SLUG], help_text="Its name in addresses."
    )
    swatch = models.CharField(
        max_length=7,
        validators=[RegexValidator(r"\A#[0-9a-f]{6}\Z", "Write it like #8fb3a8.")],
        help_text="What it looks like, such as #8fb3a8. Shown beside its name.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Material(models.Model):
    """What products are made of."""

    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(
        max_length=40, unique=True, validators=[_SLUG], help_text="Its name in addresses."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name
