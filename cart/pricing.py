"""What an order costs. Pure arithmetic in minor units; no amount is ever a float.

The delivery charges are those that product pages promise (product_details/delivery.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Method = Literal["delivery", "pickup"]

# Of the United Kingdom, and contained in every price.
VAT_PERCENT: Final = 20


@dataclass(frozen=True, slots=True)
class Charge:
    """What sending costs, and from which value of goods on it is free."""

    minor: int
    free_from: int | None


# From the cheapest to the dearest: an order travels in one piece, as its bulkiest thing does.
CHARGES: Final = {
    "post": Charge(250, 3_000),
    "parcel": Charge(450, 6_000),
    "furniture": Charge(2_900, None),
}


@dataclass(frozen=True, slots=True)
class Totals:
    """What a shopper pays, and what it is made of; VAT is a part of the total."""

    goods: int
    shipping: int
    vat: int

    @property
    def total(self) -> int:
        """What is paid."""
        return self.goods + self.shipping


def totals(prices: Iterable[tuple[int, int]], kinds: Iterable[str], method: Method) -> Totals:
    """Sum up ``(price, quantity)`` pairs and what sending things of these kinds costs.

    >>> totals([(2450, 2)], ["parcel"], "delivery")
    Totals(goods=4900, shipping=450, vat=892)
    >>> totals([(2450, 2)], ["parcel"], "pickup").total
    4900
    """
    goods = sum(price * quantity for price, quantity in prices)
    sent = shipping(goods, kinds) if method == "delivery" else 0
    return Totals(goods, sent, vat_in(goods + sent))


def shipping(goods: int, kinds: Iterable[str]) -> int:
    """What sending goods of this value and these kinds costs; nothing costs nothing."""
    ranks = list(CHARGES)
    ranked = [ranks.index(kind) if kind in CHARGES else ranks.index("parcel") for kind in kinds]
    if not ranked:
        return 0
    charge = CHARGES[ranks[max(ranked)]]
    return 0 if charge.free_from is not None and goods >= charge.free_from else charge.minor


def vat_in(total: int) -> int:
    """The VAT that a total contains, rounded to the nearest unit, halves up.

    >>> vat_in(120), vat_in(0), vat_in(4950)
    (20, 0, 825)
    """
    return (2 * total * VAT_PERCENT + 100 + VAT_PERCENT) // (2 * (100 + VAT_PERCENT))
