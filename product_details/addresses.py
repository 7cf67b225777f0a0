"""Where the shop shows things: the public addresses, which the shell routes to our fragments.

Inside a fragment they are in the language of the page around it; elsewhere they have none.
"""

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest
from fragment_contract.links import current_link

if TYPE_CHECKING:
    from .models import Product, Variant


def product_path(product: "Product", variant: str = "") -> str:
    """Return the site-relative address of a product, with a variant chosen or not."""
    path = current_link(f"/products/{product.ref}/{product.slug}/")
    return f"{path}{variant}/" if variant else path


def variant_path(variant: "Variant") -> str:
    """Return the site-relative address of a variant of a product."""
    return product_path(variant.product, variant.slug)


def category_path(category: str, page: int = 1) -> str:
    """Return the site-relative address of a category's list; ``""`` means all products."""
    path = current_link(f"/categories/{category}/" if category else "/products/")
    return f"{path}?page={page}" if page > 1 else path


def home_path() -> str:
    """Return the site-relative address of the first page."""
    return current_link("/")


def stores_path() -> str:
    """Return the site-relative address of the list of stores."""
    return current_link("/stores/")


def absolute(path: str) -> str:
    """Return the address as other sites must write it. Media may live on a host of its own."""
    return urljoin(settings.SHOP_URL, path)


def shop(request: HttpRequest) -> dict[str, str]:
    """Name the shop in every template."""
    return {"shop_name": settings.SHOP_NAME}
