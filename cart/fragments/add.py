"""The form in the product page that adds to the cart, and what becomes of it."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from fragment_contract import Cache, Css, Integer, Text, fragment

from .. import carts
from ..adding import UNREACHABLE, AddForm, why_not
from ..answering import count_of, is_htmx, needed, see_other, tell
from ..carts import CannotAdd
from ..catalogue import Offer, Unreachable, catalogue
from ..models import MOST
from ..money import format_money

Ref = Annotated[str, Text(pattern=r"[a-z0-9]+", max_length=20)]
Sku = Annotated[str, Text(pattern=r"[A-Z0-9-]+", max_length=32)]


@fragment(
    "cart/add",
    version="1.0.0",
    # Only words are in it. What it adds to is asked for when it is sent.
    cache=Cache(max_age=600, stale_while_revalidate=3_600, stale_if_error=604_800),
    tags=("product:{ref}",),
    css=(Css("cart/add.css"),),
    fallback="cart/add_fallback.html",
    events=("cart:item-added", "cart:updated"),
)
def add_to_cart(
    request: HttpRequest, *, ref: Ref, sku: Sku, most: Annotated[int, Integer(1, MOST)] = MOST
) -> HttpResponse:
    """The form for one article; ``most`` is how many there are, as far as the page knows."""
    context = {"sku": sku, "most": most, "quantity": 1}
    return render(request, "cart/add.html", context)


@add_to_cart.action("add", methods=("POST",), identity="required")
def add(request: HttpRequest) -> HttpResponse:
    """Put an article into the cart; with script the form comes back, without comes the cart."""
    form = AddForm(request.POST)
    offer: Offer | None = None
    if "sku" not in form.errors:
        sku = form.cleaned_data["sku"]
        try:
            offer = catalogue().offers([sku]).get(sku)
        except Unreachable:
            form.add_error(None, UNREACHABLE)
        else:
            if offer is None:
                form.add_error("sku", why_not(CannotAdd("gone")))
    owner = needed(request)
    if form.is_valid() and offer is not None:
        try:
            carts.add(owner, offer, form.cleaned_data["quantity"])
        except CannotAdd as refusal:
            form.add_error("quantity", why_not(refusal))
    if form.is_valid() and offer is not None:
        return _added(request, owner, offer, form.cleaned_data["quantity"])
    return _refused(request, form, offer)


def _added(request: HttpRequest, owner: str, offer: Offer, quantity: int) -> HttpResponse:
    detail = {
        "ref": offer.ref,
        "sku": offer.sku,
        "name": f"{offer.name}, {offer.label}" if offer.label else offer.name,
        "quantity": quantity,
        "price": format_money(offer.price_minor, offer.currency),
    }
    if is_htmx(request):
        context = {"sku": offer.sku, "most": _most(offer), "quantity": 1}
        answer = render(request, "cart/add.html", context)
    else:
        answer = see_other(request, "/cart/")
    return tell(answer, {"cart:item-added": detail, **count_of(owner)})


def _refused(request: HttpRequest, form: AddForm, offer: Offer | None) -> HttpResponse:
    context = {
        "form": form,
        "sku": form["sku"].value() or "",
        "quantity": form["quantity"].value(),
        "most": _most(offer),
        "offer": offer,
    }
    page = "cart/add.html" if is_htmx(request) else "cart/add_refused.html"
    return render(request, page, context, status=422)


def _most(offer: Offer | None) -> int:
    return min(MOST, offer.stock) if offer and offer.stock else MOST
