"""Ending what a crash, or a service that was away, has left half done."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from . import mail, placing
from .catalogue import Catalogue
from .models import Order
from .payment import Payment

logger = logging.getLogger(__name__)
State = Order.State

# A request that places an order lives for 8 seconds at the gateway; this is far from that.
PATIENCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Settled:
    """How many orders were placed, taken back and confirmed by mail."""

    placed: int = 0
    cancelled: int = 0
    mailed: int = 0


def settle(catalogue: Catalogue, payment: Payment, *, now: datetime | None = None) -> Settled:
    """End every order that has been on its way for too long.

    What was paid is placed, since its stock is reserved; all else gives its stock back. May run
    beside itself and beside shoppers: each step is taken once.
    """
    before = (now or timezone.now()) - PATIENCE
    waiting = Order.objects.filter(created_at__lt=before)
    placed = cancelled = 0
    unfinished = (*placing.UNFINISHED, State.RELEASING)
    for order in waiting.filter(state__in=unfinished).order_by("created_at"):
        receipt = payment.find(order.number) if order.state == State.RESERVED else None
        if receipt is not None:
            placing.finish(order, receipt)
        else:
            placing.release(order, catalogue)
        placed += order.state == State.PLACED
        cancelled += order.state == State.CANCELLED
        logger.info("order %s is settled: %s", order.number, order.state)
    mailed = 0
    for order in waiting.filter(state=State.PLACED, mailed_at=None, placed_at__lt=before):
        mailed += mail.confirm(order)
    return Settled(placed, cancelled, mailed)
