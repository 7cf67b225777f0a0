"""What the first page draws attention to."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from .product import Product


class Teaser(models.Model):
    """A few words with a picture and a link, between two dates or always."""

    class Language(models.TextChoices):
        """On which pages it is shown."""

        ALL = "", "All pages, translated"
        ENGLISH = "en", "English pages only"
        GERMAN = "de", "German pages only"

    title = models.CharField(max_length=60)
    text = models.CharField(max_length=200, blank=True)
    link_text = models.CharField(max_length=40, help_text="What the link promises: “See all rugs”.")
    path = models.CharField(
        "leads to",
        max_length=300,
        validators=[
            RegexValidator(
                r"\A/(?!/)[\x21-\x7e]*\Z", "Write a path of the shop that begins with one slash."
            )
        ],
        help_text="A path of the shop, such as /categories/textiles/ or /products/?colour=green.",
    )
    picture_of = models.ForeignKey(
        Product,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The product whose last picture is shown: with ours that is it in a room.",
    )
    locale = models.CharField(
        "shown on",
        max_length=10,
        blank=True,
        choices=Language,
        default=Language.ALL,
        help_text="One for the pages of one language is written in that language.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")
    shown_from = models.DateTimeField(null=True, blank=True)
    shown_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a time that ends before it begins."""
        if self.shown_from and self.shown_until and self.shown_until <= self.shown_from:
            raise ValidationError({"shown_until": "It ends before it begins."})
