"""The cart in the header of every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from fragment_contract import Cache, Css, fragment

from .. import selectors
from ..answering import shopper


@fragment(
    "cart/mini",
    version="1.1.0",
    cache=Cache.no_store(),
    css=(Css("cart/mini.css"),),
    fallback="cart/mini.html",
    identity="optional",
)
def mini_cart(request: HttpRequest) -> HttpResponse:
    """The way to the cart, how much is in it, and what it comes to."""
    return render(request, "cart/mini.html", {"mini": selectors.mini(shopper(request))})
