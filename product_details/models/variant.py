"""The variant: what is bought, with its price and its stock."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.text import slugify

from .. import money
from .facet import Colour
from .product import Product


class Variant(models.Model):
    """One buyable form of a product. A product without options has exactly one."""

    class Currency(models.TextChoices):
        """What prices may be in. All have two decimals, which the price fields rely on."""

        GBP = "GBP", "GBP £"
        EUR = "EUR", "EUR €"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(
        "SKU",
        max_length=32,
        unique=True,
        validators=[RegexValidator(r"\A[A-Z0-9-]+\Z", "Use capitals, digits and hyphens only.")],
    )
    slug = models.SlugField(max_length=80, blank=True, editable=False)
    first_value = models.CharField(max_length=40, blank=True)
    second_value = models.CharField(max_length=40, blank=True)
    price_minor = models.PositiveIntegerField("price", validators=[MinValueValidator(1)])
    was_minor = models.PositiveIntegerField(
        "former price", null=True, blank=True, help_text="Shown struck out beside the price."
    )
    colour = models.ForeignKey(
        Colour,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="variants",
        help_text="What shoppers who look for a colour find it by.",
    )
    currency = models.CharField(max_length=3, choices=Currency, default=Currency.GBP)
    stock = models.PositiveIntegerField(default=0)
    offered = models.BooleanField(
        default=True, help_text="Untick instead of deleting: its address then leads to the product."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "first_value", "second_value"],
                name="variant_once_per_product",
                violation_error_message="The product has another variant with these values.",
            ),
            models.UniqueConstraint(fields=["product", "slug"], name="variant_slug_per_product"),
            models.CheckConstraint(
                condition=models.Q(price_minor__gt=0), name="variant_price_is_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(was_minor=None)
                | models.Q(was_minor__gt=models.F("price_minor")),
                name="variant_former_price_is_higher",
                violation_error_message="The former price must be higher than the price.",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.sku

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the slug it had at first: renaming a colour must not break its address."""
        if not self.slug:
            self.slug = slugify(f"{self.first_value} {self.second_value}")[:80].strip("-")
            if not self.slug or self.product.variants.filter(slug=self.slug).exists():
                # “Rosé” beside “Rose”: both are called the same in an address.
                self.slug = f"{self.slug[:47]}-{slugify(self.sku)}".lstrip("-")
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """The chosen values, such as “Moss, large”."""
        return self.label_in(str)

    def label_in(self, say: Callable[[str], str]) -> str:
        """The same, each value as somebody says it, who knows another language."""
        return ", ".join(say(value) for value in (self.first_value, self.second_value) if value)

    @property
    def can_be_bought(self) -> bool:
        """Whether it is on offer in a product that is in the shop; there may be none in stock."""
        return self.offered and self.product.state == Product.State.PUBLISHED

    @property
    def price(self) -> str:
        """The price as a shopper reads it."""
        return money.format_money(self.price_minor, self.currency)

    @property
    def was_price(self) -> str:
        """The former price as a shopper reads it, or nothing."""
        return money.format_money(self.was_minor, self.currency) if self.was_minor else ""
