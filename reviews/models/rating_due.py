"""Which products' ratings the catalogue still has to be told."""

from django.db import models
from django.utils import timezone

from .review import PRODUCT_MAX_LENGTH


class RatingDue(models.Model):
    """One change; written in the transaction of the change, gone when the catalogue knows it.

    Rows are only ever added and deleted, so that no change waits for another one's lock.
    """

    product = models.CharField(max_length=PRODUCT_MAX_LENGTH, db_index=True)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.product} since {self.since:%Y-%m-%d %H:%M}"
