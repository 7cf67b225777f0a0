"""Changing several products at once, with everything that must follow from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from . import purging
from .models import Product


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of many products did, and which of them it had to leave alone."""

    done: list[Product]
    left: list[Product]


def publish(products: Iterable[Product]) -> Changed:
    """Publish what can be bought; the rest stays as it is."""
    done: list[Product] = []
    left: list[Product] = []
    with transaction.atomic():
        for product in products:
            if product.variants.filter(offered=True).exists():
                product.state = Product.State.PUBLISHED
                product.successor = None
                product.save()  # one by one: each sets its day, and purges what shows it
                done.append(product)
            else:
                left.append(product)
    return Changed(done, left)


def withdraw(products: Iterable[Product]) -> Changed:
    """Take products out of the shop; who asks for one is told that it is gone."""
    done = list(products)
    with transaction.atomic():
        for product in done:
            product.state = Product.State.WITHDRAWN
            product.save()
    return Changed(done, [])


def rate(ref: str, tenths: int | None, count: int) -> bool:
    """Keep what shoppers think of a product; tells whether there is such a product."""
    with transaction.atomic():
        product = Product.objects.select_for_update().filter(ref=ref).first()
        if product is None:
            return False
        if (product.rating_tenths, product.rating_count) != (tenths, count):
            # No editor changed it: the day of the last change stays as it is.
            Product.objects.filter(pk=product.pk).update(rating_tenths=tenths, rating_count=count)
            purging.purge_products([product])
    return True
