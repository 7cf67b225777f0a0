"""Setting stock aside for orders and giving it back: all of an order or nothing, and only once.

Whoever changes stock here locks rows in one order, the reservation first and then the variants
by their keys, so that two orders with the same things wait for each other and never deadlock.
SQLite has no row locks: there every transaction begins by taking the one lock for writing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from . import purging
from .models import Reservation, ReservedLine, Variant


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """So many of a variant, at the price (in minor units) that the shopper was told."""

    sku: str
    quantity: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is set aside under a key, and whether it just was."""

    lines: Sequence[ReservedLine]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A variant that cannot be had like this, with what is true of it instead."""

    sku: str
    variant: Variant | None

    @property
    def available(self) -> int:
        """How many can be had; none of what is not on offer."""
        return self.variant.stock if self.variant and self.variant.can_be_bought else 0


class Short(Exception):
    """Something is out of stock, no longer on offer, or at another price; nothing was taken."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.sku for problem in problems))
        self.problems = problems


class OtherItems(Exception):
    """The key stands for something else already."""


class Released(Exception):
    """What the key stood for was given back, also if that came first: it is used up."""


def reserve(key: str, wanted: Iterable[Wanted]) -> Reserved:
    """Take everything out of stock, or nothing. Raises Short, OtherItems or Released.

    Asking again with the same key and items takes nothing more.
    """
    items = sorted(wanted)
    try:
        return _reserve(key, items)
    except IntegrityError:
        # Another request with this key has just come to its end: now it can be seen.
        return _reserve(key, items)


def release(key: str) -> None:
    """Put what was reserved back into stock; doing so twice, or too early, does no harm.

    A release may overtake the request that it takes back: the key is then used up at once.
    """
    now = timezone.now()
    with transaction.atomic():
        known, is_new = Reservation.objects.select_for_update().get_or_create(
            key=key, defaults={"released_at": now}
        )
        if is_new or known.released_at is not None:
            return
        known.released_at = now
        known.save(update_fields=["released_at"])
        quantities = {line.sku: line.quantity for line in known.lines.all()}
        _move(_locked(quantities), quantities, sign=1)


@transaction.atomic
def _reserve(key: str, items: Sequence[Wanted]) -> Reserved:
    return _known(key, items) or _take(key, items)


def _known(key: str, items: Sequence[Wanted]) -> Reserved | None:
    known = Reservation.objects.select_for_update().filter(key=key).first()
    if known is None:
        return None
    if known.released_at is not None:
        raise Released(key)
    lines = list(known.lines.all())
    if [Wanted(line.sku, line.quantity, line.price_minor) for line in lines] != items:
        raise OtherItems(key)
    return Reserved(lines, is_new=False)


def _take(key: str, items: Sequence[Wanted]) -> Reserved:
    # The key first: a second request with it waits here, or fails with IntegrityError.
    reservation = Reservation.objects.create(key=key)
    variants = _locked({item.sku for item in items})
    problems = [
        Problem(item.sku, variants.get(item.sku))
        for item in items
        if not _can_have(item, variants.get(item.sku))
    ]
    if problems:
        raise Short(problems)
    lines = [
        ReservedLine(
            reservation=reservation,
            sku=item.sku,
            quantity=item.quantity,
            price_minor=item.price_minor,
            currency=variants[item.sku].currency,
        )
        for item in items
    ]
    ReservedLine.objects.bulk_create(lines)
    _move(variants, {item.sku: item.quantity for item in items}, sign=-1)
    return Reserved(lines, is_new=True)


def _locked(skus: Iterable[str]) -> dict[str, Variant]:
    rows = Variant.objects.filter(sku__in=skus).order_by("pk").select_for_update(of=("self",))
    return {variant.sku: variant for variant in rows.select_related("product__category")}


def _can_have(item: Wanted, variant: Variant | None) -> bool:
    return (
        variant is not None
        and variant.can_be_bought
        and variant.stock >= item.quantity
        and variant.price_minor == item.price_minor
    )


def _move(variants: dict[str, Variant], quantities: dict[str, int], *, sign: int) -> None:
    for sku, variant in variants.items():
        change = sign * quantities[sku]
        Variant.objects.filter(pk=variant.pk).update(stock=F("stock") + change)
    purging.purge_products(variant.product for variant in variants.values())
