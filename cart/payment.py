"""Paying. The shop is a demonstration: ``DemoPayment`` moves no money, and pages say so.

A real provider is another class with these three methods; ``placing``, ``paying`` and ``settling``
rely on nothing else of it.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

ACCEPTED: Final = "demo-card"
DECLINED: Final = "demo-declined"
METHODS: Final = (
    (ACCEPTED, _("Demo card: is accepted")),
    (DECLINED, _("Demo card without money: is declined")),
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """That something was paid; ``reference`` is the provider's name for it."""

    reference: str


class Declined(Exception):
    """The provider refused; nothing was paid."""


class Unheard(Exception):
    """The provider did not answer, or not in time: it may have done what was asked for, or not."""


class Payment(Protocol):
    """What a provider has to be able to do. Each may raise ``Unheard``, and is then asked again.

    It may charge after ``Unheard``, up to ``paying.LATEST_CHARGE`` after it was asked.
    """

    def charge(self, key: str, amount_minor: int, currency: str, method: str) -> Receipt:
        """Take the money once for each key, however often it is called. Raises Declined."""

    def find(self, key: str) -> Receipt | None:
        """What was paid under a key until now: after a crash nobody else knows."""

    def refund(self, receipt: Receipt, amount_minor: int, currency: str) -> None:
        """Give it back, once for each receipt."""


class DemoPayment:
    """Accepts or declines by the method that was chosen, and keeps nothing."""

    def charge(self, key: str, amount_minor: int, currency: str, method: str) -> Receipt:
        """Accept every method but one."""
        if method == DECLINED:
            raise Declined(key)
        return Receipt(f"demo-{key}")

    def find(self, key: str) -> Receipt | None:
        """Nothing was ever paid."""
        return None

    def refund(self, receipt: Receipt, amount_minor: int, currency: str) -> None:
        """Nothing was paid, so there is nothing to give back."""


def payment() -> Payment:
    """The provider of this shop."""
    return DemoPayment()
