"""The catalogue: a tree of categories, products, their variants and photographs."""

from .category import Category, FormerCategoryPath
from .photograph import Photograph
from .product import Product
from .variant import Variant

__all__ = ["Category", "FormerCategoryPath", "Photograph", "Product", "Variant"]
