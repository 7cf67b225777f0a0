"""A shopper's cart. Whoever changes one holds its row: see ``carts.held``."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

# Of one article in one cart; larger orders are talked about.
MOST: Final = 10
# Different articles in one cart: fewer than the catalogue reserves at once.
MOST_LINES: Final = 50


class Cart(models.Model):
    """What one visitor means to buy."""

    owner = models.CharField(
        max_length=64, unique=True, help_text="The subject of the visitor's token."
    )
    checkout_key = models.UUIDField(
        default=uuid.uuid4,
        editable=False,
        help_text="What every checkout form of this cart carries, until an order comes of it.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    lines: "RelatedManager[Line]"

    class Meta:
        ordering: ClassVar = ["-updated_at"]

    def __str__(self) -> str:
        return f"cart of {self.owner}"


class Line(models.Model):
    """An article in a cart, with what was last known of it: the catalogue is another service.

    A removed line stays, with quantity 0 and what it was, so that removing can be undone.
    """

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField(max_length=32)
    ref = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    label = models.CharField(max_length=100, blank=True)
    path = models.CharField(max_length=300)
    image_src = models.CharField(max_length=500, blank=True)
    image_width = models.PositiveSmallIntegerField(default=0)
    image_height = models.PositiveSmallIntegerField(default=0)
    delivery = models.CharField(max_length=10, default="parcel")
    currency = models.CharField(max_length=3)
    seen_minor = models.PositiveIntegerField(help_text="The price the shopper agreed to.")
    known_minor = models.PositiveIntegerField(help_text="The price as it was last known.")
    quantity = models.PositiveSmallIntegerField()
    removed_quantity = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cart", "sku"], name="cart_one_line_per_article"),
            models.CheckConstraint(
                condition=models.Q(quantity__range=(0, MOST), removed_quantity__range=(0, MOST)),
                name="cart_line_quantity_is_legal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.full_name}"

    @property
    def full_name(self) -> str:
        """The product's name with the variant's, such as “Tide Vase, Chalk”."""
        return f"{self.name}, {self.label}" if self.label else self.name
