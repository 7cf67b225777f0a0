"""What the service shows in the shop."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from fragment_contract import Cache, Css, fragment


@fragment(
    "cart/mini",
    version="1.0.0",
    cache=Cache.private(),
    css=(Css("cart/mini.css"),),
    fallback="cart/mini.html",
)
def mini_cart(request: HttpRequest) -> HttpResponse:
    """The way to the cart, for the header of every page."""
    return render(request, "cart/mini.html")
