"""Ending what a crash, or a service that was away, has left half done."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from django.utils import timezone

from . import paying, placing
from .catalogue import Catalogue
from .models import Order
from .payment import Payment

logger = logging.getLogger(__name__)
State = Order.State
Result = TypeVar("Result")

# A request that places an order lives for 8 seconds at the gateway; this is far from that.
PATIENCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Settled:
    """How many orders were placed and taken back, and how many were paid only after that."""

    placed: int = 0
    cancelled: int = 0
    paid_back: int = 0


def settle(catalogue: Catalogue, payment: Payment, *, now: datetime | None = None) -> Settled:
    """End every order that has been on its way for too long.

    What was paid is placed, since its stock is reserved; all else gives back its stock, and what
    was paid for it, also if that comes later. May run beside itself and beside shoppers: each step
    is taken once.
    """
    now = now or timezone.now()
    before = now - PATIENCE
    waiting = Order.objects.filter(created_at__lt=before)
    unfinished = (*placing.UNFINISHED, State.RELEASING)
    ends = [
        _tried(order, partial(_end, order, catalogue, payment))
        for order in waiting.filter(state__in=unfinished).order_by("created_at")
    ]
    cancelled = Order.objects.filter(state=State.CANCELLED, recheck_at__lte=now)
    looks = [
        _tried(order, partial(paying.look_again, order, payment, now))
        for order in cancelled.order_by("recheck_at")
    ]
    return Settled(ends.count(State.PLACED), ends.count(State.CANCELLED), looks.count(True))


def _end(order: Order, catalogue: Catalogue, payment: Payment) -> str:
    """Place an order or take it back; the state in which it is then."""
    receipt = payment.find(order.number) if order.state == State.RESERVED else None
    if receipt is not None:
        placing.finish(order, receipt)
    else:
        placing.release(order, catalogue, payment)
    logger.info("order %s is settled: %s", order.number, order.state)
    return order.state


def _tried(order: Order, act: Callable[[], Result]) -> Result | None:
    """What comes of it. The others must not wait for an order that nobody foresaw."""
    try:
        return act()
    except Exception:
        logger.exception("order %s cannot be settled", order.number)
        return None
