"""What the shop's staff does with orders that were placed."""

import logging

from django.db.models import QuerySet

from . import placing
from .catalogue import Catalogue
from .models import Order
from .payment import Payment

logger = logging.getLogger(__name__)
State = Order.State


def send(orders: QuerySet[Order]) -> int:
    """Mark placed orders as sent; how many were."""
    return Order.objects.filter(pk__in=orders, state=State.PLACED).update(state=State.SENT)


def cancel(orders: QuerySet[Order], catalogue: Catalogue, payment: Payment) -> tuple[int, int]:
    """Take placed orders back: how many, and of how many stock or money is still to be given back.

    Of two who cancel the same order one does, and it is refunded once.
    """
    cancelled = waiting = 0
    for order in orders.filter(state=State.PLACED):
        if not placing.move(order, State.PLACED, State.RELEASING):
            continue
        try:
            placing.release(order, catalogue, payment)
        except Exception:
            # A provider that does not answer keeps nobody from the other orders; settling goes on.
            logger.exception("order %s: its money is not given back yet", order.number)
        cancelled += 1
        waiting += order.state == State.RELEASING
    return cancelled, waiting
