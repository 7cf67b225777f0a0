"""Changing carts. Every change holds the cart's row, so that changes come one after the other.

Two tabs, a double click and a merge at sign-in therefore never overwrite each other: what is
added is added to what is there now, and a quantity is only set by who saw the one it replaces.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from django.db import transaction
from django.db.models import Sum

from .catalogue import Offer
from .models import MOST, MOST_LINES, Cart, Line, Order

# No visitor is called so: subjects begin with user: or anon:.
NOBODY: Final = "closed"
Reason = Literal["gone", "sold-out", "stock", "most", "currency", "full"]


class CannotAdd(Exception):
    """What was wanted cannot be added; ``adding.why_not`` says so in words.

    Where there are too many, ``limit`` is how many could be, and ``there`` how many are in the
    cart already.
    """

    def __init__(self, reason: Reason, *, limit: int = 0, there: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.limit = limit
        self.there = there


class Conflict(Exception):
    """Somebody changed the line after it was looked at; ``quantity`` is what is there now."""

    def __init__(self, quantity: int) -> None:
        super().__init__(quantity)
        self.quantity = quantity


@dataclass(frozen=True, slots=True)
class Adopted:
    """What came along at sign-in: pieces, without those that were too many, and orders.

    ``left`` are the names of the articles for which there was no room.
    """

    pieces: int
    orders: int
    left: tuple[str, ...] = ()


@contextmanager
def held(owner: str) -> Iterator[Cart]:
    """The visitor's cart in a transaction, for nobody else to change until its end."""
    with transaction.atomic():
        cart = None
        while cart is None:
            Cart.objects.get_or_create(owner=owner)
            # Nothing, where somebody who was waited for has deleted it.
            cart = Cart.objects.select_for_update().filter(owner=owner).first()
        yield cart


def add(owner: str, offer: Offer, quantity: int) -> Line:
    """Put more of an article into the cart. Raises CannotAdd.

    It counts what is in the cart already, so that nobody collects more than there is.
    """
    if not offer.offered:
        raise CannotAdd("gone")
    if offer.stock == 0:
        raise CannotAdd("sold-out")
    with held(owner) as cart:
        if cart.lines.filter(quantity__gt=0).exclude(currency=offer.currency).exists():
            raise CannotAdd("currency")
        # What was taken out can be put back until the shopper goes on.
        cart.lines.filter(quantity=0).delete()
        line = cart.lines.filter(sku=offer.sku).first()
        there = line.quantity if line else 0
        limits: tuple[tuple[int, Reason], ...] = ((offer.stock, "stock"), (MOST, "most"))
        for limit, reason in limits:
            if there + quantity > limit:
                raise CannotAdd(reason, limit=limit, there=there)
        if line is None:
            if cart.lines.count() >= MOST_LINES:
                raise CannotAdd("full")
            line = Line(cart=cart, sku=offer.sku, seen_minor=offer.price_minor)
        line.quantity = there + quantity
        note(line, offer)
        line.save()
        cart.save()
        return line


def note(line: Line, offer: Offer) -> bool:
    """Remember what an article is like now; whether that is news."""
    image = offer.image
    fresh = {
        "ref": offer.ref,
        "name": offer.name,
        "label": offer.label,
        "path": offer.path,
        "image_src": image.src if image else "",
        "image_width": image.width if image else 0,
        "image_height": image.height if image else 0,
        "delivery": offer.delivery,
        "currency": offer.currency,
        "known_minor": offer.price_minor,
    }
    changed = {name: value for name, value in fresh.items() if getattr(line, name) != value}
    for name, value in changed.items():
        setattr(line, name, value)
    return bool(changed)


def set_quantity(owner: str, sku: str, quantity: int, saw: int) -> Line | None:
    """Set how many of an article are wanted; None if it is not in the cart.

    ``saw`` is the quantity in the form that was sent. Raises Conflict if another tab has
    changed it since, unless to the very same.
    """
    with held(owner) as cart:
        line = cart.lines.filter(sku=sku, quantity__gt=0).first()
        if line is None:
            return None
        if line.quantity not in (saw, quantity):
            raise Conflict(line.quantity)
        line.quantity, line.seen_minor = quantity, line.known_minor
        line.save()
        cart.save()
        return line


def remove(owner: str, sku: str) -> Line | None:
    """Take an article out, so that it can be put back; None if it was not there."""
    with held(owner) as cart:
        line = cart.lines.filter(sku=sku, quantity__gt=0).first()
        if line is None:
            return None
        line.removed_quantity, line.quantity = line.quantity, 0
        line.save()
        cart.save()
        return line


def restore(owner: str, sku: str) -> Line | None:
    """Put an article back that was taken out; None if it was not."""
    with held(owner) as cart:
        line = cart.lines.filter(sku=sku, quantity=0).first()
        if line is None:
            return None
        line.quantity, line.removed_quantity = line.removed_quantity, 0
        line.save()
        cart.save()
        return line


def ordered(cart: Cart, order: Order) -> None:
    """Take out of a held cart what has been ordered, and leave what came in meanwhile."""
    for bought in order.lines.all():
        line = cart.lines.filter(sku=bought.sku).first()
        if line is not None and line.quantity > bought.quantity:
            line.quantity -= bought.quantity
            line.save()
        elif line is not None:
            line.delete()
    cart.lines.filter(quantity=0).delete()
    # The forms of this cart that are still open belong to the order from now on.
    cart.checkout_key = uuid.uuid4()
    cart.save()


def adopt(owner: str, former: str) -> Adopted:
    """Give somebody who has signed in what he had before. A second time there is nothing left."""
    if owner == former or not former.startswith("anon:"):
        return Adopted(0, 0)
    if not Cart.objects.filter(owner=former).exists():
        return Adopted(0, _adopt_orders(owner, former))
    first, second = sorted((owner, former))  # always in this order, so that nobody waits in a ring
    with held(first) as one, held(second) as other:
        cart, left = (one, other) if one.owner == owner else (other, one)
        # As whenever something is added: what was taken out can be put back no more.
        cart.lines.filter(quantity=0).delete()
        pieces, without_room = 0, []
        # What was added last is wanted most.
        for line in left.lines.filter(quantity__gt=0).order_by("-added_at", "-pk"):
            came = _adopt_line(cart, line)
            if came is None:
                without_room.append(line.full_name)
            pieces += came or 0
        left.delete()
        cart.save()
        return Adopted(pieces, _adopt_orders(owner, former), tuple(without_room))


def _adopt_line(cart: Cart, line: Line) -> int | None:
    """Move a line into a held cart; how many pieces came along, None where it has no room."""
    there = cart.lines.filter(sku=line.sku).first()
    if there is not None:
        before = there.quantity
        there.quantity = min(MOST, before + line.quantity)
        there.save()
        return there.quantity - before
    if cart.lines.count() >= MOST_LINES:
        return None
    line.cart = cart
    line.save()
    return line.quantity


def _adopt_orders(owner: str, former: str) -> int:
    return Order.objects.filter(owner=former).update(owner=owner)


def forget(owner: str) -> bool:
    """Delete the cart of a shopper who has closed the account; his orders are nobody's from now on.

    They stay for the shop's books, with all that was agreed to. False while one is on its way:
    it is still to be ended in its cart.
    """
    with held(owner) as cart:
        orders = Order.objects.filter(owner=owner)
        ended = (Order.State.PLACED, Order.State.SENT, Order.State.CANCELLED)
        orders.filter(state__in=ended).update(owner=NOBODY)
        if orders.exists():
            return False
        cart.delete()
        return True


def count(owner: str) -> int:
    """How many pieces are in a cart."""
    found = Line.objects.filter(cart__owner=owner).aggregate(pieces=Sum("quantity"))
    return found["pieces"] or 0
