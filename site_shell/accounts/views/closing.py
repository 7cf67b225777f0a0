"""Closing the account."""

import datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...composer.adapter import set_cookie_line
from .. import closing, mail
from ..checking import SIGN_IN, tried
from ..forms import CloseForm
from ..identities import own_cookie
from ..models import Shopper
from ..pages import CHANGED, Visit, account_view, go, note, page
from .account import signed_in_only
from .entrance import too_many

# Whoever has no password here proves by a fresh sign-in that no passer-by sits at the browser.
FRESH: Final = datetime.timedelta(minutes=10)


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def close(request: HttpRequest, visit: Visit, shopper: Shopper) -> HttpResponseBase:
    """Says what goes and what stays; then it takes the password, or a sign-in of just now."""
    has_password = not shopper.provider and not settings.OIDC_ISSUER
    form = CloseForm(request.POST or None, has_password=has_password)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if not has_password and _is_fresh(visit):
                return _closed(visit, shopper)
            attempt = tried("change", shopper.reference, request, SIGN_IN)
            if not attempt.is_allowed:
                form.add_error(None, too_many())
                status = 429
            elif not has_password:
                form.add_error(None, _("Sign in once more first."))
            elif not shopper.check_password(form.cleaned_data["password"]):
                form.add_error("password", _("This is not your present password."))
            else:
                attempt.succeeded()
                return _closed(visit, shopper)
    context = {"form": form, "must_sign_in": not has_password and not _is_fresh(visit)}
    return page(request, visit, "close", context, status=status)


def _is_fresh(visit: Visit) -> bool:
    return visit.session is not None and timezone.now() - visit.session.created_at < FRESH


def _closed(visit: Visit, shopper: Shopper) -> HttpResponseBase:
    # The row is gone when the letter is written.
    address, is_known = shopper.email, not shopper.is_unconfirmed
    closing.close(shopper)
    if address and is_known:
        mail.send_closed(shopper)
    response = go(visit.mount, note(_("Your account is closed.")), events=CHANGED)
    set_cookie_line(response, own_cookie().cleared())
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response
