"""An order, as it was agreed to: nothing in it follows later changes of the catalogue."""

import secrets
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .letter import Letter

# Without what is misread or misheard: 0 O, 1 I L, U V.
_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTWXYZ"
NUMBER_PATTERN: Final = rf"[{_SIGNS}]{{4}}-[{_SIGNS}]{{4}}-[{_SIGNS}]{{4}}"


def new_number() -> str:
    """A number that nobody guesses: 29 to the power of 12, about 58 bits."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(12))
    return "-".join((signs[:4], signs[4:8], signs[8:]))


class Order(models.Model):
    """What was ordered by whom, where it goes, and how far it has come."""

    class State(models.TextChoices):
        """Placing, reserved and releasing are on the way somewhere.

        ``settle_orders`` ends what stays there; docs/decisions/0038 has all the ways.
        """

        PLACING = "placing", "Being placed"
        RESERVED = "reserved", "Stock is reserved, not paid"
        RELEASING = "releasing", "Stock is to be given back"
        PLACED = "placed", "Placed"
        SENT = "sent", "Sent or collected"
        CANCELLED = "cancelled", "Cancelled"

    class Method(models.TextChoices):
        """How it reaches the shopper."""

        DELIVERY = "delivery", "Delivery"
        PICKUP = "pickup", "Collection from a shop"

    number = models.CharField(max_length=14, unique=True, default=new_number, editable=False)
    owner = models.CharField(max_length=64, db_index=True, editable=False)
    checkout_key = models.UUIDField(
        null=True,
        unique=True,
        editable=False,
        help_text="Of the form that made it; a cancelled order gives it back.",
    )
    seen = models.CharField(
        max_length=32, editable=False, help_text="The digest of what the shopper agreed to."
    )
    state = models.CharField(max_length=9, choices=State, default=State.PLACING)

    name = models.CharField(max_length=100)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    method = models.CharField(max_length=8, choices=Method)
    street = models.CharField(max_length=120, blank=True)
    extra = models.CharField("flat, floor or company", max_length=120, blank=True)
    city = models.CharField("town", max_length=80, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    store_ref = models.CharField(max_length=40, blank=True)
    store_address = models.TextField("shop", blank=True)

    currency = models.CharField(max_length=3)
    # Prices fit into 32 bits; fifty times ten of them do not.
    goods_minor = models.PositiveBigIntegerField()
    shipping_minor = models.PositiveBigIntegerField()
    total_minor = models.PositiveBigIntegerField()
    vat_minor = models.PositiveBigIntegerField(help_text="Contained in the total.")

    payment_method = models.CharField(max_length=20)
    payment_reference = models.CharField(max_length=80, blank=True)
    locale = models.CharField(max_length=12, blank=True, help_text="Of the page it came from.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    placed_at = models.DateTimeField(null=True, blank=True, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When the payment provider was last asked to charge it.",
    )
    recheck_at = models.DateTimeField(
        null=True,
        editable=False,
        db_index=True,
        help_text="When it is asked next whether it charged although it was cancelled.",
    )
    refunded_at = models.DateTimeField(
        "paid back",
        null=True,
        editable=False,
        help_text="When what was paid was given back.",
    )

    lines: "RelatedManager[OrderLine]"
    letter: "Letter"

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(total_minor=models.F("goods_minor") + models.F("shipping_minor"))
                & models.Q(vat_minor__lte=models.F("total_minor")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["placing", "reserved", "releasing", "placed", "sent", "cancelled"]
                ),
                name="order_state_is_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="order_by_state"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """An article of an order, at the price and under the name it had."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField(max_length=32)
    ref = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=200)
    label = models.CharField(max_length=100, blank=True)
    path = models.CharField(max_length=300)
    image_src = models.CharField(max_length=500, blank=True)
    image_width = models.PositiveSmallIntegerField(default=0)
    image_height = models.PositiveSmallIntegerField(default=0)
    price_minor = models.PositiveIntegerField()
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "sku"], name="order_one_line_per_article"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="order_line_quantity_is_legal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.full_name}"

    @property
    def full_name(self) -> str:
        """The product's name with the variant's, such as “Tide Vase, Chalk”."""
        return f"{self.name}, {self.label}" if self.label else self.name

    @property
    def total_minor(self) -> int:
        """What the line costs."""
        return self.price_minor * self.quantity
