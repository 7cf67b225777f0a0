"""What product_details knows and the cart has to ask: prices, stock, reservations, shops.

The rest of the service sees the protocol ``Catalogue``; ``catalogue()`` is the real one.
docs/fragment-teams/service-to-service.md has the calls as they are on the wire.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final, Protocol

from django.conf import settings

# How much product_details answers at once.
MOST_SKUS: Final = 100


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with its size in pixels."""

    src: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Offer:
    """An article as it can be bought now. Amounts are in the currency's smallest unit."""

    sku: str
    ref: str
    name: str
    label: str
    path: str
    image: Image | None
    price_minor: int
    currency: str
    stock: int
    offered: bool
    # How it travels: post, parcel or furniture; see pricing.py.
    delivery: str = "parcel"


@dataclass(frozen=True, slots=True)
class Store:
    """A shop where an order can be collected."""

    ref: str
    name: str
    street: str
    postcode: str
    city: str
    hours: str

    @property
    def address(self) -> str:
        """Name and address in lines."""
        return "\n".join((self.name, self.street, f"{self.city} {self.postcode}"))


@dataclass(frozen=True, slots=True)
class Item:
    """So many of an article, at the price that the shopper agreed to."""

    sku: str
    quantity: int
    price_minor: int


class CatalogueError(Exception):
    """What we wanted of the catalogue did not happen."""


class Unreachable(CatalogueError):
    """No answer, or none that makes sense. What was asked for may have been done, or not."""


class OutOfDate(CatalogueError):
    """A reservation was refused: too few in stock, or another price. Nothing was reserved."""


class KeyTaken(CatalogueError):
    """A reservation of this key holds other things, or was given back: the key is used up."""


class Catalogue(Protocol):
    """The questions; every one can raise ``Unreachable``."""

    def offers(self, skus: Iterable[str]) -> Mapping[str, Offer]:
        """What is known of these articles; what is unknown is not in the answer."""

    def reserve(self, key: str, items: Sequence[Item]) -> None:
        """Take all of it out of stock, once for each key however often it is called.

        Raises OutOfDate, or KeyTaken.
        """

    def release(self, key: str) -> None:
        """Put a reservation back, if there is one."""

    def stores(self) -> Sequence[Store]:
        """The shops, in the order in which to show them."""


def catalogue() -> Catalogue:
    """The catalogue of the settings. One client for each process: its connections are kept."""
    # Two threads that come first together would make two.
    with _connecting:
        return _connected(settings.PRODUCT_DETAILS_URL, settings.SERVICE_TOKEN)


_connecting = Lock()


@lru_cache(maxsize=4)
def _connected(url: str, token: str) -> Catalogue:
    from .catalogue_client import HttpCatalogue

    return HttpCatalogue(url, token)
