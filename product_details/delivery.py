"""What the shop promises about stock and delivery, in words."""

from dataclasses import dataclass
from typing import Literal

from .models import Product

FEW = 5
Level = Literal["in-stock", "few", "sold-out"]


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock level as shoppers and search engines read it."""

    level: Level
    words: str

    @property
    def available(self) -> bool:
        """Whether it can be put into the cart."""
        return self.level != "sold-out"

    @property
    def schema(self) -> str:
        """The term of schema.org for it."""
        terms = {"in-stock": "InStock", "few": "LimitedAvailability", "sold-out": "OutOfStock"}
        return f"https://schema.org/{terms[self.level]}"


@dataclass(frozen=True, slots=True)
class Promise:
    """How and when a product arrives."""

    title: str
    detail: str


PROMISES: dict[str, Promise] = {
    Product.Delivery.POST: Promise(
        "Through the letterbox in 2 to 4 working days",
        "£2.50, free from £30. Flat, plastic-free wrapping that fits a letterbox.",
    ),
    Product.Delivery.PARCEL: Promise(
        "At your door in 2 to 4 working days",
        "£4.50, free from £60. Packed in shredded paper; breakages are replaced, no form needed.",
    ),
    Product.Delivery.FURNITURE: Promise(
        "Carried to the room you choose in 5 to 10 working days",
        "£29. Two people bring it, unpack it and take the packaging away. They call an hour ahead.",
    ),
}
RETURNS = Promise(
    "Thirty days to change your mind",
    "Send it back unused, for any reason. We pay the postage within the United Kingdom.",
)


def stock_in_words(units: int) -> Stock:
    """Say how many there are, exactly only where it helps to decide.

    >>> stock_in_words(0).words, stock_in_words(1).words, stock_in_words(40).words
    ('Sold out', 'Only one left', 'In stock')
    """
    if units == 0:
        return Stock("sold-out", "Sold out")
    if units == 1:
        return Stock("few", "Only one left")
    if units <= FEW:
        return Stock("few", f"Only {units} left")
    return Stock("in-stock", "In stock")
