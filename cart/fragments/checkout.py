"""The checkout: one page, one form, one order."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from fragment_contract import Cache, Css, fragment, link, visitor

from .. import placing, selectors
from ..answering import count_of, needed, say, see_other, shopper, tell
from ..catalogue import Catalogue, Store, Unreachable, catalogue
from ..checkout_form import ADDRESS, CheckoutForm
from ..models import Order
from ..payment import Declined, Unheard, payment
from .page import SUMMARY_STYLES


@fragment(
    "cart/checkout",
    version="1.0.0",
    cache=Cache.no_store(),
    css=(SUMMARY_STYLES, Css("cart/checkout.css")),
    fallback="cart/page_fallback.html",
    identity="optional",
    events=("cart:updated", "notification:show"),
)
def checkout(request: HttpRequest) -> HttpResponse:
    """The form, filled in with what is known of the shopper, beside what will be ordered."""
    return _shown(request, shopper(request))


@checkout.action("place", methods=("POST",), identity="required")
def place(request: HttpRequest) -> HttpResponse:
    """Order, and lead to the page that says thank you; or say what stands in the way."""
    owner, shops = needed(request), catalogue()
    stores, _known = _stores(shops)
    form = CheckoutForm(request.POST, stores=stores)
    if form.is_tampered:
        return HttpResponseBadRequest("key and seen come with the form", content_type="text/plain")
    if _signed_out_meanwhile(request, owner, form.key_value):
        return _sign_in_first(request)
    done = placing.placed_with(owner, form.key_value)
    if done is not None and done.placed_at is not None:
        # The back button, a second click or another tab: it is ordered already.
        return _thanked(request, owner, done)
    if not form.is_valid():
        return _shown(request, owner, form, status=422)
    try:
        order = placing.place(
            owner, form.key_value, form.cleaned_data["seen"], form.wishes(), shops, payment()
        )
    except placing.Changed:
        problem = _("Your cart is not what it was: please look at it once more, then order.")
    except Declined:
        problem = _("The payment was declined. Nothing was ordered; choose another way to pay.")
    except Unreachable:
        problem = _(
            "We cannot reserve your things at the moment. Nothing was charged; please send your "
            "order again in a minute. It will not be ordered twice."
        )
    except Unheard:
        problem = _(
            "The payment provider does not answer at the moment. Please send your order again in "
            "a minute: you will not pay twice."
        )
    else:
        return _thanked(request, owner, order)
    return _shown(request, owner, form, problem=problem, status=422)


def _signed_out_meanwhile(request: HttpRequest, owner: str, key: uuid.UUID) -> bool:
    """Whether the page came to somebody who was signed in when it did, and is not any more."""
    found = visitor(request)
    return not (found and found.is_signed_in) and selectors.is_of_an_account(key, but=owner)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """Let the gateway ask who it is, and lead back: nothing of the cart is lost meanwhile."""
    answer = HttpResponse(status=401, headers={"location": link(request, "/checkout/")})
    message = _("You are not signed in any more. Nothing was ordered; sign in to go on.")
    return tell(answer, say(message))


def _thanked(request: HttpRequest, owner: str, order: Order) -> HttpResponse:
    return tell(see_other(request, f"/orders/{order.number}/"), count_of(owner))


def _shown(
    request: HttpRequest,
    owner: str | None,
    form: CheckoutForm | None = None,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    shops = catalogue()
    view = selectors.cart_view(owner, shops)
    if not view.lines:
        last = selectors.latest_order(owner, timezone.now())
        return render(request, "cart/checkout_empty.html", {"last": last}, status=status)
    stores, stores_known = _stores(shops)
    if form is None:
        form = CheckoutForm(stores=stores, initial=_known_of(request, owner))
    context = {
        "form": form,
        "view": view,
        "problem": problem,
        "stores": stores,
        "stores_known": stores_known,
        "method": form["method"].value(),
        "can_be_sent": view.can_be_ordered,
    }
    return render(request, "cart/checkout.html", context, status=status)


def _stores(shops: Catalogue) -> tuple[list[Store], bool]:
    try:
        return list(shops.stores()), True
    except Unreachable:
        return [], False


def _known_of(request: HttpRequest, owner: str | None) -> dict[str, Any]:
    """What somebody who has signed in need not type again."""
    found = visitor(request)
    if found is None or not found.is_signed_in:
        return {}
    last = selectors.latest_order(owner)
    if last is None:
        return {"name": found.name}
    names = ("name", "email", "phone", "method", *ADDRESS)
    return {name: getattr(last, name) for name in names} | {"store": last.store_ref}
