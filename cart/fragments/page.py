"""The cart as a page, and the ways to change it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from fragment_contract import Cache, Css, fragment, visitor

from .. import carts, selectors
from ..answering import count_of, is_htmx, needed, say, see_other, shopper, tell
from ..carts import Adopted
from ..catalogue import catalogue
from ..models import MOST, MOST_LINES

SUMMARY_STYLES = Css("cart/summary.css")


class ArticleForm(forms.Form):
    """Which article of the cart is meant."""

    sku = forms.CharField(max_length=32)

    def meant(self) -> str:
        """Its SKU; empty, as no article's is, for something that cannot be one."""
        sku: str = self.cleaned_data["sku"] if self.is_valid() else ""
        return sku


class QuantityForm(ArticleForm):
    """How many of an article are wanted, and how many its sender saw there.

    ``step`` is the button with which one is added or taken away.
    """

    saw = forms.IntegerField(min_value=0, max_value=MOST)
    quantity = forms.IntegerField(min_value=0, max_value=MOST, required=False)
    step = forms.ChoiceField(choices=[("-1", "-1"), ("1", "1")], required=False)

    def wanted(self) -> int | None:
        """What a valid form asks for; None if it is no quantity that could be."""
        step: str = self.cleaned_data["step"]
        if step:
            quantity: int = self.cleaned_data["saw"] + int(step)
            return quantity if 0 <= quantity <= MOST else None
        found: int | None = self.cleaned_data["quantity"]
        return found


@fragment(
    "cart/page",
    version="1.0.0",
    cache=Cache.no_store(),
    css=(SUMMARY_STYLES, Css("cart/page.css")),
    fallback="cart/page_fallback.html",
    identity="optional",
    nested=True,
    events=("cart:updated", "notification:show"),
)
def cart_page(request: HttpRequest) -> HttpResponse:
    """What is in the cart, beside what the catalogue says of it now; recommendations below."""
    return _shown(request, shopper(request), is_page=True)


@cart_page.action("quantity", methods=("POST",), identity="required")
def quantity(request: HttpRequest) -> HttpResponse:
    """Set how many of an article are wanted; none means that it goes."""
    owner, form = needed(request), QuantityForm(request.POST)
    wanted = form.wanted() if form.is_valid() else None
    if wanted is None:
        limits = _("Enter a whole number from 1 to %(most)d.") % {"most": MOST}
        return _changed(request, owner, problem=limits)
    sku = form.cleaned_data["sku"]
    if wanted == 0:
        carts.remove(owner, sku)
        return _changed(request, owner, removed=sku)
    try:
        line = carts.set_quantity(owner, sku, wanted, form.cleaned_data["saw"])
    except carts.Conflict as conflict:
        problem = _(
            "This was changed in another window meanwhile: there are %(quantity)d now. "
            "Nothing was changed here."
        ) % {"quantity": conflict.quantity}
        return _changed(request, owner, problem=problem)
    if line is None:
        return _changed(request, owner, problem=_("This is not in your cart any more."))
    return _changed(request, owner)


@cart_page.action("remove", methods=("POST",), identity="required")
def remove(request: HttpRequest) -> HttpResponse:
    """Take an article out. What is not there any more is as good as taken out."""
    owner, sku = needed(request), ArticleForm(request.POST).meant()
    carts.remove(owner, sku)
    return _changed(request, owner, removed=sku)


@cart_page.action("restore", methods=("POST",), identity="required")
def restore(request: HttpRequest) -> HttpResponse:
    """Put an article back that was taken out."""
    owner = needed(request)
    carts.restore(owner, ArticleForm(request.POST).meant())
    return _changed(request, owner)


@cart_page.action("adopt", methods=("POST",), identity="required")
def adopt(request: HttpRequest) -> HttpResponse:
    """Give somebody who has just signed in what he had before."""
    found = visitor(request)
    answer = HttpResponse(status=204)
    if found is None or not found.former:
        return answer
    adopted = carts.adopt(found.subject, found.former)
    if not adopted.pieces and not adopted.left:
        return answer
    said = say(_adopted(adopted), "warning" if adopted.left else "success")
    return tell(answer, {**said, **count_of(found.subject)})


def _adopted(adopted: Adopted) -> str:
    """What came along, and what did not, by name: it can be found and added again."""
    sentences = []
    if adopted.pieces:
        came = ngettext(
            "%(pieces)d thing from before is in your cart now.",
            "%(pieces)d things from before are in your cart now.",
            adopted.pieces,
        )
        sentences.append(came % {"pieces": adopted.pieces})
    if adopted.left:
        stayed = ngettext(
            "%(articles)d did not fit, because a cart holds %(most)d different articles: %(names)s",
            "%(articles)d did not fit, because a cart holds %(most)d different articles: %(names)s",
            len(adopted.left),
        )
        names = {"names": "; ".join(adopted.left)}
        sentences.append(stayed % {"articles": len(adopted.left), "most": MOST_LINES, **names})
    return " ".join(sentences)


@cart_page.action("forget", methods=("POST",), identity="required")
def forget(request: HttpRequest) -> HttpResponse:
    """Delete the cart of somebody who has closed the account. 503: not all of it yet."""
    return HttpResponse(status=204 if carts.forget(needed(request)) else 503)


@cart_page.action("unused", methods=("POST",), identity="required")
def unused(request: HttpRequest) -> HttpResponse:
    """Whether nobody would miss an account that was never confirmed. 409: it has ordered."""
    return HttpResponse(status=409 if selectors.has_ordered(needed(request)) else 204)


def _shown(
    request: HttpRequest,
    owner: str | None,
    *,
    problem: str = "",
    removed: str = "",
    is_page: bool = False,
) -> HttpResponse:
    context = {
        "view": selectors.cart_view(owner, catalogue()),
        "problem": problem,
        "just_removed": removed,
        "most": MOST,
        # Slots are filled in fragments alone, not in what actions answer.
        "is_page": is_page,
    }
    return render(request, "cart/page.html", context, status=422 if problem else 200)


def _changed(
    request: HttpRequest, owner: str, *, problem: str = "", removed: str = ""
) -> HttpResponse:
    """The cart after a change: in its place with htmx, else as a page of its own."""
    if is_htmx(request) or problem:
        answer = _shown(request, owner, problem=problem, removed=removed)
    else:
        answer = see_other(request, "/cart/")
    return tell(answer, count_of(owner))
