"""The catalogue: a tree of categories, products, their variants and photographs, in several
languages; stores and teasers; orders' claims on the stock; and what the search looks in."""

from .category import Category, FormerCategoryPath
from .facet import Colour, Material
from .photograph import Photograph
from .product import Product
from .reservation import Reservation, ReservedLine
from .search import SearchDocument, SearchWord
from .store import OpeningHours, Store
from .teaser import Teaser
from .translation import (
    CategoryTranslation,
    PhotographTranslation,
    Phrase,
    ProductTranslation,
    TeaserTranslation,
)
from .variant import Variant

__all__ = [
    "Category",
    "CategoryTranslation",
    "Colour",
    "FormerCategoryPath",
    "Material",
    "OpeningHours",
    "Photograph",
    "PhotographTranslation",
    "Phrase",
    "Product",
    "ProductTranslation",
    "Reservation",
    "ReservedLine",
    "SearchDocument",
    "SearchWord",
    "Store",
    "Teaser",
    "TeaserTranslation",
    "Variant",
]
