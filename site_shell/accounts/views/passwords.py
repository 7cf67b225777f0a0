"""Changing a password, and choosing another one when it is forgotten."""

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...composer.adapter import set_cookie_line
from .. import claims, mail, sessions
from ..checking import RESET, SIGN_IN, owner_of, tried
from ..forms import ChangeForm, NewPassword, ResetForm
from ..identities import own_cookie
from ..models import Shopper
from ..pages import CHANGED, Visit, account_view, go, note, page
from .account import signed_in_only
from .entrance import local_only, too_many


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def change(request: HttpRequest, visit: Visit, shopper: Shopper) -> HttpResponseBase:
    """A new password for the present one. All other browsers are signed out."""
    local_only()
    form = ChangeForm(request.POST or None, shopper=shopper)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            attempt = tried("change", shopper.reference, request, SIGN_IN)
            if not attempt.is_allowed:
                form.add_error(None, too_many())
                status = 429
            elif not shopper.check_password(form.cleaned_data["password"]):
                form.add_error("password", _("This is not your present password."))
            else:
                attempt.succeeded()
                return _changed(request, visit, shopper, form.cleaned_data["new_password"])
    return page(request, visit, "change", {"form": form}, status=status)


def _changed(
    request: HttpRequest, visit: Visit, shopper: Shopper, password: str
) -> HttpResponseBase:
    shopper.set_password(password)
    # Never without a session in between: the account may be one that is swept without.
    with transaction.atomic():
        shopper.save(update_fields=["password"])
        sessions.end_all(shopper)
        key = sessions.begin(shopper, request.headers.get("user-agent", ""))
    sessions.SESSIONS.forget()
    mail.send_changed(shopper, visit.mount)
    said = _("Your password is changed. All other browsers are signed out.")
    response = go(visit.link(), note(said))
    set_cookie_line(response, own_cookie().session(key))
    return response


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """A letter with a link. Says the same whether there is an account or not."""
    local_only()
    form = ResetForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email = form.cleaned_data["email"]
            attempt = tried("reset", email, request, RESET)
            if attempt.is_allowed:
                mail.send_reset(email, visit.mount)
                return page(request, visit, "letter_sent", {"email": email, "where": mail.where()})
            form.add_error(None, too_many())
            status = 429
    return page(request, visit, "forgotten", {"form": form}, status=status)


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, visit: Visit, reference: str, token: str) -> HttpResponseBase:
    """Where the link leads. It is good once."""
    local_only()
    shopper = Shopper.objects.filter(reference=reference, provider="", is_active=True).first()
    if shopper is None or not mail.RESET_TOKENS.is_good(shopper, token) or _is_late(shopper):
        return page(request, visit, "link_over", status=410)
    form = NewPassword(request.POST or None, shopper=shopper)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            # The letter has reached the address.
            if not claims.settle(shopper, shopper.email):
                return page(request, visit, "link_over", status=410)
            shopper.set_password(form.cleaned_data["new_password"])
            shopper.save(update_fields=["password"])
            sessions.end_all(shopper)
            sessions.SESSIONS.forget()
            mail.send_changed(shopper, visit.mount)
            said = _("Your password is changed. Sign in with the new one.")
            return go(visit.link("sign-in/"), note(said), events=CHANGED)
    return page(request, visit, "reset", {"form": form}, status=status)


def _is_late(shopper: Shopper) -> bool:
    """Whether the address that the account claims is another one's by now."""
    return shopper.is_unconfirmed and owner_of(shopper.email) is not None
