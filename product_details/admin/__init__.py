"""The editors' desk. Django finds the pages by importing this package."""

from .accounts import AccountAdmin, GroupAdmin
from .categories import CategoryAdmin
from .products import ProductAdmin
from .reservations import ReservationAdmin
from .stock import StockAdmin
from .stores import StoreAdmin

__all__ = [
    "AccountAdmin",
    "CategoryAdmin",
    "GroupAdmin",
    "ProductAdmin",
    "ReservationAdmin",
    "StockAdmin",
    "StoreAdmin",
]
