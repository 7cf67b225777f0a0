"""A payment provider that tells what it did, and processes that break off: within one process."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from cart.payment import DemoPayment, Receipt
from cart.settling import PATIENCE


class Crash(BaseException):
    """The process is gone: nothing of it runs any more. ``mortal`` has real ones."""


class Provider(DemoPayment):
    """A payment provider with a memory, that counts what it charged and gave back."""

    def __init__(self) -> None:
        self.charged: dict[str, int] = {}
        self.refunded: dict[str, int] = {}

    def charge(self, key: str, amount_minor: int, currency: str, method: str) -> Receipt:
        receipt = super().charge(key, amount_minor, currency, method)
        self.charged.setdefault(key, amount_minor)
        return receipt

    def find(self, key: str) -> Receipt | None:
        return Receipt(f"demo-{key}") if key in self.charged else None

    def refund(self, receipt: Receipt, amount_minor: int, currency: str) -> None:
        self.refunded.setdefault(receipt.reference, amount_minor)


def crash_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Let the process die right after something was done, once."""
    real = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        monkeypatch.setattr(owner, name, real)
        raise Crash

    monkeypatch.setattr(owner, name, dying)


def later() -> datetime:
    """When orders that are on their way now are settled."""
    return timezone.now() + 2 * PATIENCE
