"""What editors write in the shop's other languages. Whatever is missing is shown as it is."""

from typing import Any, ClassVar

from django.db import models

from .. import rich_text
from .category import Category
from .photograph import Photograph
from .product import Product, validate_highlights
from .teaser import Teaser


class Locale(models.TextChoices):
    """The languages of the shop beside the one in which the catalogue is written."""

    GERMAN = "de", "Deutsch"


class ProductTranslation(models.Model):
    """A product's words in another language; the address stays the same."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="translations")
    locale = models.CharField("language", max_length=10, choices=Locale, default=Locale.GERMAN)
    name = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=200, blank=True)
    highlights = models.TextField(blank=True, validators=[validate_highlights])
    description = models.TextField(blank=True, help_text="HTML, cleaned as the original is.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "locale"], name="product_translated_once_per_locale"
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a harmless description."""
        self.description = rich_text.clean(self.description)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"{self.product.ref} ({self.locale})"


class CategoryTranslation(models.Model):
    """A category's words in another language; the address stays the same."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="translations")
    locale = models.CharField("language", max_length=10, choices=Locale, default=Locale.GERMAN)
    name = models.CharField(max_length=60, blank=True)
    summary = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["category", "locale"], name="category_translated_once_per_locale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category.path} ({self.locale})"


class PhotographTranslation(models.Model):
    """What a photograph shows, in another language."""

    photograph = models.ForeignKey(
        Photograph, on_delete=models.CASCADE, related_name="translations"
    )
    locale = models.CharField("language", max_length=10, choices=Locale, default=Locale.GERMAN)
    alt = models.CharField("alternative text", max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["photograph", "locale"], name="photograph_translated_once_per_locale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.alt} ({self.locale})"


class TeaserTranslation(models.Model):
    """A teaser for all pages, in another language."""

    teaser = models.ForeignKey(Teaser, on_delete=models.CASCADE, related_name="translations")
    locale = models.CharField("language", max_length=10, choices=Locale, default=Locale.GERMAN)
    title = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=200, blank=True)
    link_text = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["teaser", "locale"], name="teaser_translated_once_per_locale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.locale})"


class Phrase(models.Model):
    """A short text that many things share: a colour, a material, an option or one of its values.

    Translated once, wherever it is written exactly like this.
    """

    text = models.CharField(max_length=200, help_text="Exactly as it is written: “Moss”.")
    locale = models.CharField("language", max_length=10, choices=Locale, default=Locale.GERMAN)
    translation = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["text"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["text", "locale"], name="phrase_once_per_locale")
        ]

    def __str__(self) -> str:
        return f"{self.text} → {self.translation}"
