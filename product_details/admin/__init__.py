"""The editors' desk. Django finds the pages by importing this package."""

from .accounts import AccountAdmin, GroupAdmin
from .categories import CategoryAdmin
from .facets import ColourAdmin, MaterialAdmin
from .products import ProductAdmin
from .reservations import ReservationAdmin
from .stock import StockAdmin
from .stores import StoreAdmin
from .teasers import TeaserAdmin
from .translations import PhraseAdmin

__all__ = [
    "AccountAdmin",
    "CategoryAdmin",
    "ColourAdmin",
    "GroupAdmin",
    "MaterialAdmin",
    "PhraseAdmin",
    "ProductAdmin",
    "ReservationAdmin",
    "StockAdmin",
    "StoreAdmin",
    "TeaserAdmin",
]
