"""The money of an order: asked for while it is reserved, given back where no order comes of it.

A provider may charge although nobody heard its answer: we died, or did not wait long enough. It may
even do so after the order was given up, when asking it what was paid said "nothing". So that it is
about to be asked is noted first; and an order that is cancelled after that is asked for again,
after longer and longer, until no charge can come of it any more. What came is given back.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from .models import Order
from .payment import Payment, Receipt

logger = logging.getLogger(__name__)

# For so long after it was asked a provider may charge: Stripe, for one, keeps a key for a day
# (https://docs.stripe.com/api/idempotent_requests). Whoever connects another looks it up.
LATEST_CHARGE: Final = timedelta(hours=25)
FIRST_PAUSE: Final = timedelta(minutes=1)


def may_ask(order: Order) -> bool:
    """Note that the provider is about to be asked; False if the order is not reserved any more.

    Whoever gives the order up after that finds the note, and looks after the money.
    """
    reserved = Order.objects.filter(pk=order.pk, state=Order.State.RESERVED)
    may = reserved.update(asked_at=timezone.now()) == 1
    order.refresh_from_db()
    return may


def give_back(order: Order, payment: Payment, receipt: Receipt | None = None) -> bool:
    """Give back what was paid for an order that does not come about, as far as is known now.

    Returns whether there was something. May raise Unheard, and may be repeated: the provider
    gives back once for each receipt.
    """
    if order.refunded_at is not None:
        return False
    receipt = receipt or _paid(order, payment)
    if receipt is None:
        return False
    this = Order.objects.filter(pk=order.pk)
    # Before the provider is asked, so that the desk can name to it what is not given back yet.
    this.update(payment_reference=receipt.reference)
    payment.refund(receipt, order.total_minor, order.currency)
    this.update(refunded_at=timezone.now(), recheck_at=None)
    order.refresh_from_db()
    logger.info("order %s: what was paid is given back", order.number)
    return True


def next_look(order: Order, now: datetime) -> datetime | None:
    """When to ask for the money of a cancelled order again; None if nothing can come any more."""
    if order.asked_at is None or order.refunded_at is not None:
        return None
    last = order.asked_at + LATEST_CHARGE
    if now >= last:
        return None
    return min(now + max(FIRST_PAUSE, now - order.asked_at), last)


def look_again(order: Order, payment: Payment, now: datetime) -> bool:
    """Ask for the money of a cancelled order once more; whether some came and is given back."""
    given_back = give_back(order, payment)
    Order.objects.filter(pk=order.pk).update(recheck_at=next_look(order, now))
    return given_back


def _paid(order: Order, payment: Payment) -> Receipt | None:
    """What was paid for it. A request that died after charging has told the provider alone."""
    if order.payment_reference:
        return Receipt(order.payment_reference)
    return payment.find(order.number)
