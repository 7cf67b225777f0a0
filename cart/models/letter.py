"""What is still to be written to a shopper, kept until it is."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from .order import Order


class Letter(models.Model):
    """The confirmation of an order. Written down with the order, sent by ``settle_orders``.

    Whoever sends it moves ``due_at`` first, so that nobody else does; it is due again if he dies.
    """

    class State(models.TextChoices):
        """A letter ends as sent, as given up, or as one that nobody needs any more."""

        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        GIVEN_UP = "given-up", "Given up"
        NOT_NEEDED = "not-needed", "Not needed: the order was cancelled"

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="letter")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField("next try", default=timezone.now)
    problem = models.CharField("last problem", max_length=300, blank=True)
    created_at = models.DateTimeField("written", default=timezone.now)

    class Meta:
        verbose_name = "confirmation"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="letter_by_state"),
        ]

    def __str__(self) -> str:
        return f"confirmation of {self.order}"
