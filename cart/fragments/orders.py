"""Orders, for who made them: the page that says thank you, and the list in the account."""

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from fragment_contract import Cache, Css, Text, fragment

from .. import selectors
from ..answering import shopper
from ..models.order import NUMBER_PATTERN
from ..presentation import order_view
from .page import SUMMARY_STYLES

STYLES = (SUMMARY_STYLES, Css("cart/orders.css"))
Number = Annotated[str, Text(pattern=NUMBER_PATTERN, max_length=14)]


@fragment(
    "cart/order",
    version="1.0.0",
    cache=Cache.no_store(),
    css=STYLES,
    fallback="cart/page_fallback.html",
    identity="optional",
)
def order(request: HttpRequest, *, number: Number) -> HttpResponse:
    """One order. That of somebody else is as unknown as one that there never was."""
    found = selectors.order_of(shopper(request), number)
    if found is None:
        raise Http404("no such order of this shopper")
    return render(request, "cart/order.html", {"view": order_view(found)})


@fragment(
    "cart/orders",
    version="1.0.0",
    cache=Cache.no_store(),
    css=STYLES,
    fallback="cart/page_fallback.html",
    identity="optional",
)
def orders(request: HttpRequest) -> HttpResponse:
    """All orders of a shopper, newest first."""
    found = [order_view(order) for order in selectors.orders_of(shopper(request))]
    return render(request, "cart/orders.html", {"orders": found})
