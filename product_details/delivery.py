"""What the shop promises about stock and delivery, in words."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

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

    title: str | Lazy
    detail: str | Lazy


PROMISES: dict[str, Promise] = {
    Product.Delivery.POST: Promise(
        _("Through the letterbox in 2 to 4 working days"),
        _("£2.50, free from £30. Flat, plastic-free wrapping that fits a letterbox."),
    ),
    Product.Delivery.PARCEL: Promise(
        _("At your door in 2 to 4 working days"),
        _(
            "£4.50, free from £60. Packed in shredded paper; breakages are replaced, no form"
            " needed."
        ),
    ),
    Product.Delivery.FURNITURE: Promise(
        _("Carried to the room you choose in 5 to 10 working days"),
        _(
            "£29. Two people bring it, unpack it and take the packaging away. They call an hour"
            " ahead."
        ),
    ),
}
RETURNS = Promise(
    _("Thirty days to change your mind"),
    _("Send it back unused, for any reason. We pay the postage within the United Kingdom."),
)


def stock_in_words(units: int) -> Stock:
    """Say how many there are, exactly only where it helps to decide.

    >>> stock_in_words(0).words, stock_in_words(1).words, stock_in_words(40).words
    ('Sold out', 'Only one left', 'In stock')
    """
    if units == 0:
        return Stock("sold-out", gettext("Sold out"))
    if units <= FEW:
        words = ngettext("Only one left", "Only %(units)d left", units)
        return Stock("few", words % {"units": units})
    return Stock("in-stock", gettext("In stock"))
