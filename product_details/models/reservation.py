"""Stock set aside for an order. Written by ``stock.py`` alone."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Reservation(models.Model):
    """What one order takes, under a key that the ordering service chose.

    It stays after it was released: a key is never used again.
    """

    key = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)

    lines: "RelatedManager[ReservedLine]"

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.key


class ReservedLine(models.Model):
    """So many of a variant. It names the SKU: a variant may be deleted, an order stays."""

    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField("SKU", max_length=32)
    quantity = models.PositiveIntegerField()
    price_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        ordering: ClassVar = ["sku"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reservation", "sku"], name="reserved_once_per_sku"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="reserved_quantity_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"
