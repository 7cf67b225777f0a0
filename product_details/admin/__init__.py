"""The editors' desk. Django finds the pages by importing this package."""

from .accounts import AccountAdmin, GroupAdmin
from .categories import CategoryAdmin
from .products import ProductAdmin
from .stock import StockAdmin

__all__ = ["AccountAdmin", "CategoryAdmin", "GroupAdmin", "ProductAdmin", "StockAdmin"]
