"""The catalogue: a tree of categories, products, their variants and photographs; stores; orders'
claims on the stock."""

from .category import Category, FormerCategoryPath
from .photograph import Photograph
from .product import Product
from .reservation import Reservation, ReservedLine
from .store import OpeningHours, Store
from .variant import Variant

__all__ = [
    "Category",
    "FormerCategoryPath",
    "OpeningHours",
    "Photograph",
    "Product",
    "Reservation",
    "ReservedLine",
    "Store",
    "Variant",
]
