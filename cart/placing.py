"""Placing an order, once, however often it is asked for.

The order is written first, with everything that was agreed to. Then its stock is reserved under
its number, then it is paid under its number: both may be repeated. Each step moves the state with
one conditional UPDATE, so of two requests for the same order one moves it and the other follows.
A crash leaves an order between two states; ``settling`` ends it.

PLACING -> RESERVED -> PLACED, and from the first two -> RELEASING -> CANCELLED.
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from django.utils import timezone

from . import carts, outbox, paying, pricing, selectors
from .catalogue import Catalogue, Item, KeyTaken, OutOfDate, Unreachable
from .models import Cart, Order, OrderLine
from .payment import Declined, Payment, Receipt, Unheard

logger = logging.getLogger(__name__)
State = Order.State
UNFINISHED = (State.PLACING, State.RESERVED)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a valid checkout form says: where it goes, and how it is paid."""

    name: str
    email: str
    phone: str
    method: pricing.Method
    street: str
    extra: str
    city: str
    postcode: str
    store_ref: str
    store_address: str
    payment_method: str
    locale: str


class Changed(Exception):
    """The cart is not what the shopper agreed to, or cannot be had: it has to be looked at."""


def place(
    owner: str, key: uuid.UUID, seen: str, wishes: Wishes, catalogue: Catalogue, payment: Payment
) -> Order:
    """Order a cart as it was seen. Raises Changed, Declined, Unreachable, or Unheard.

    ``key`` names the checkout: forms of the same cart have the same. ``seen`` is the digest of
    what was shown. After the last two the same may be asked again.
    """
    order = placed_with(owner, key)
    if order is not None and order.state in UNFINISHED:
        order = _resume(order, seen, wishes, catalogue, payment)
    if order is None:
        order = _write(owner, key, seen, wishes, catalogue)
    if order.state == State.PLACING:
        _reserve(order, catalogue, payment)
    if order.state == State.RESERVED:
        _pay(order, catalogue, payment)
    if order.state not in (State.PLACED, State.SENT):
        raise Changed
    return order


def placed_with(owner: str, key: uuid.UUID) -> Order | None:
    """The order that came of a checkout, at whatever step it is."""
    return Order.objects.filter(owner=owner, checkout_key=key).first()


def _resume(
    order: Order, seen: str, wishes: Wishes, catalogue: Catalogue, payment: Payment
) -> Order | None:
    """Go on with an order that an earlier request left; None if it has to be written anew.

    A request that runs beside this one says the same. One that says something else comes from
    a shopper who has mended the form, and what was begun is taken back.
    """
    if order.seen == seen and _says(order) == wishes:
        return order
    release(order, catalogue, payment)
    order.refresh_from_db()
    return order if order.state in (State.PLACED, State.SENT) else None


def _write(owner: str, key: uuid.UUID, seen: str, wishes: Wishes, catalogue: Catalogue) -> Order:
    """Write the order down; nobody outside knows of it yet."""
    cart = Cart.objects.filter(owner=owner).first()
    if cart is None:
        raise Changed
    offers = selectors.look_up(cart, catalogue)
    with carts.held(owner) as cart:
        if (written := placed_with(owner, key)) is not None:
            return written
        view = selectors.lay_out(cart, offers)
        if cart.checkout_key != key or view.digest != seen or not view.can_be_ordered:
            raise Changed
        sums = view.totals(wishes.method)
        order = Order.objects.create(
            owner=owner,
            checkout_key=key,
            seen=seen,
            currency=view.currency,
            goods_minor=sums.goods,
            shipping_minor=sums.shipping,
            total_minor=sums.total,
            vat_minor=sums.vat,
            **{name: getattr(wishes, name) for name in Wishes.__dataclass_fields__},
        )
        OrderLine.objects.bulk_create(_line(order, line) for line in view.lines)
        return order


def _line(order: Order, view: selectors.LineView) -> OrderLine:
    copied = ("sku", "ref", "name", "label", "path", "image_src", "image_width", "image_height")
    return OrderLine(
        order=order,
        price_minor=view.price_minor,
        quantity=view.line.quantity,
        **{name: getattr(view.line, name) for name in copied},
    )


def _reserve(order: Order, catalogue: Catalogue, payment: Payment) -> None:
    items = [
        Item(line.sku, line.quantity, line.price_minor) for line in order.lines.order_by("sku")
    ]
    try:
        catalogue.reserve(order.number, items)
    except (OutOfDate, KeyTaken):
        # Nothing is reserved, unless by a request beside this one, whose doing then stands. One
        # whose answer we did not wait for may still arrive there: its key has to be used up.
        if move(order, State.PLACING, State.RELEASING, checkout_key=None):
            release(order, catalogue, payment)
    else:
        move(order, State.PLACING, State.RESERVED)
        if order.state in (State.RELEASING, State.CANCELLED):
            # Given up by a request beside this one, before it knew what we reserved.
            move(order, State.CANCELLED, State.RELEASING)
            release(order, catalogue, payment)


def _pay(order: Order, catalogue: Catalogue, payment: Payment) -> None:
    if not paying.may_ask(order):
        return
    try:
        receipt = payment.charge(
            order.number, order.total_minor, order.currency, order.payment_method
        )
    except Declined:
        release(order, catalogue, payment)
        raise
    finish(order, receipt)
    if order.state in (State.RELEASING, State.CANCELLED):
        # Settled while the provider took its time: nobody gets anything, nobody pays.
        _give_back(order, payment, receipt)


def _give_back(order: Order, payment: Payment, receipt: Receipt) -> None:
    try:
        paying.give_back(order, payment, receipt)
    except Unheard:
        # The shopper is told the same as if it had been heard: settling says it again.
        logger.warning("order %s: its money is not given back yet", order.number)


def finish(order: Order, receipt: Receipt) -> None:
    """A reserved and paid order is placed: it leaves the cart, and a mail is promised."""
    with _cart_of(order) as cart:
        moved = move(
            order,
            State.RESERVED,
            State.PLACED,
            placed_at=timezone.now(),
            payment_reference=receipt.reference,
        )
        if moved:
            carts.ordered(cart, order)
            outbox.write(order)
    if moved:
        logger.info("order %s is placed", order.number)


@contextmanager
def _cart_of(order: Order) -> Iterator[Cart]:
    """The cart that an order came from, held, wherever its lines are now.

    Who signs in takes cart and order along, perhaps while we waited for the cart.
    """
    found: dict[str, Cart] = {}
    with ExitStack() as stack:
        order.refresh_from_db(fields=["owner"])
        while order.owner not in found:
            found[order.owner] = stack.enter_context(carts.held(order.owner))
            order.refresh_from_db(fields=["owner"])
        yield found[order.owner]


def release(order: Order, catalogue: Catalogue, payment: Payment) -> None:
    """Take an order back that is unfinished, or that the staff cancelled: its money, its stock.

    It is over when both are given back. What is not heard now, settling says again; and where the
    provider may still charge, settling asks it again.
    """
    for state in UNFINISHED:
        move(order, state, State.RELEASING, checkout_key=None)
    if order.state != State.RELEASING:
        return
    paying.give_back(order, payment)
    try:
        catalogue.release(order.number)
    except Unreachable:
        logger.warning("order %s: its stock is still reserved", order.number)
        return
    look_at = paying.next_look(order, timezone.now())
    move(order, State.RELEASING, State.CANCELLED, recheck_at=look_at)


def move(order: Order, source: str, target: str, **values: object) -> bool:
    """Move an order on if it is where it is thought to be; it is read again in any case."""
    moving = Order.objects.filter(pk=order.pk, state=source)
    moved = moving.update(state=target, **values) == 1
    order.refresh_from_db()
    return moved


def _says(order: Order) -> Wishes:
    return Wishes(**{name: getattr(order, name) for name in Wishes.__dataclass_fields__})
