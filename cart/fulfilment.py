"""What the shop's staff does with orders that were placed."""

from django.db.models import QuerySet

from . import placing
from .catalogue import Catalogue
from .models import Order
from .payment import Payment, Receipt

State = Order.State


def send(orders: QuerySet[Order]) -> int:
    """Mark placed orders as sent; how many were."""
    return Order.objects.filter(pk__in=orders, state=State.PLACED).update(state=State.SENT)


def cancel(orders: QuerySet[Order], catalogue: Catalogue, payment: Payment) -> tuple[int, int]:
    """Take placed orders back: how many, and for how many the stock is still to be given back.

    Of two who cancel the same order one does, and it is refunded once.
    """
    cancelled = waiting = 0
    for order in orders.filter(state=State.PLACED):
        if not placing.move(order, State.PLACED, State.RELEASING):
            continue
        payment.refund(Receipt(order.payment_reference), order.total_minor, order.currency)
        placing.release(order, catalogue)
        cancelled += 1
        waiting += order.state == State.RELEASING
    return cancelled, waiting
