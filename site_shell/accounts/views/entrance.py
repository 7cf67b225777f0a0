"""Sign in, sign out, register."""

from contextlib import suppress

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ...composer.conf import runtime
from ...composer.own_path import own_path
from .. import mail
from ..checking import REGISTER, SIGN_IN, checked, claimant_again, tried
from ..entering import enter, leave
from ..forms import RegisterForm, SignInForm
from ..models import Shopper, new_reference
from ..pages import Visit, account_view, go, page


def too_many() -> str:
    return _("Too many tries. Please wait a quarter of an hour.")


def _back(request: HttpRequest, visit: Visit) -> str:
    given = request.POST.get("next") or request.GET.get("next")
    return own_path(given, visit.link())


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """E-mail and password; or, where somebody else vouches for shoppers, the way there."""
    back = _back(request, visit)
    # Who has an account already may be in one that only claims its address, and wants the other.
    if visit.shopper and not visit.shopper.is_unconfirmed and request.method != "POST":
        return go(back)
    if settings.OIDC_ISSUER:
        return page(request, visit, "sign_in_elsewhere", {"next": back})
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email, password = form.cleaned_data["email"], form.cleaned_data["password"]
            attempt = tried("sign-in", email, request, SIGN_IN)
            shopper = checked(email, password) if attempt.is_allowed else None
            if shopper is not None:
                # What a claimant may try must not tell him whether others have the address.
                attempt.succeeded(is_owner=not shopper.is_unconfirmed)
                with suppress(Shopper.DoesNotExist):
                    return enter(request, visit, shopper, back)
            wrong = _("This address and this password do not belong together.")
            if attempt.is_allowed:
                runtime().measures.count("shopper_sign_ins", outcome="wrong")
            form.add_error(None, wrong if attempt.is_allowed else too_many())
            status = 422 if attempt.is_allowed else 429
    return page(request, visit, "sign_in", {"form": form, "next": back}, status=status)


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """A new account, in which one is signed in at once.

    Whether the address has an account already is said in a letter to it, and nowhere else: all
    that is done here is the same (docs/decisions/0049).
    """
    local_only()
    back = _back(request, visit)
    if visit.shopper and request.method != "POST":
        return go(back)
    form = RegisterForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done = _registered(request, visit, form)
            if done is not None:
                shopper, is_new = done
                return enter(request, visit, shopper, back, is_new=is_new)
            status = 429
    return page(request, visit, "register", {"form": form, "next": back}, status=status)


def _registered(
    request: HttpRequest, visit: Visit, form: RegisterForm
) -> tuple[Shopper, bool] | None:
    """The account, and whether it is of this form; None after too many tries.

    A form that is sent again makes no account and sends no letter, nor does one with a password
    that claims the address already: that is the same person, who has not found the letter.
    """
    given = form.cleaned_data
    attempt = tried("register", given["email"], request, REGISTER)
    if not attempt.is_allowed:
        form.add_error(None, too_many())
        return None
    reference = _reference(request, given["email"], given["new_password"])
    shopper = Shopper(email=given["email"], name=given["name"], reference=reference)
    shopper.set_password(given["new_password"])
    known = claimant_again(shopper)
    if known is not None:
        return known, known.reference == reference
    try:
        with transaction.atomic():
            shopper.save()
    except IntegrityError:
        return Shopper.objects.get(reference=reference), True
    mail.send_claim(shopper, shopper.email, visit.mount)
    return shopper, True


def _reference(request: HttpRequest, email: str, password: str) -> str:
    """The same for one form that is sent twice, and never for two: a second click makes no account.

    Otherwise the first one would have adopted the cart, and the shopper would be in the second.
    """
    form = request.POST.get("csrfmiddlewaretoken")
    if not form:
        # A script's, which has the token in a header.
        return new_reference()
    sent = "\n".join((form, email, password))
    return salted_hmac(__name__, sent, algorithm="sha256").hexdigest()[:20]


@account_view
@require_POST
def sign_out(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Only with a form of ours: a picture on another site must not sign anybody out."""
    return leave(request, visit, everywhere="everywhere" in request.POST)


def local_only() -> None:
    if settings.OIDC_ISSUER:
        raise Http404("passwords are somebody else's matter")
