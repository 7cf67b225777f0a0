"""Having an address confirmed, and changing it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import claims, mail, sessions
from ..checking import CONFIRM, SIGN_IN, tried
from ..forms import EmailForm
from ..models import Shopper
from ..pages import CHANGED, Visit, account_view, go, note, page
from .account import signed_in_only
from .entrance import local_only, too_many


@account_view
@require_POST
@signed_in_only
def again(request: HttpRequest, visit: Visit, shopper: Shopper) -> HttpResponseBase:
    """The letter once more, for who has not found it."""
    local_only()
    if not shopper.is_unconfirmed:
        return go(visit.link())
    if not tried("confirm", shopper.email, request, CONFIRM).is_allowed:
        return go(visit.link(), note(too_many(), "error"))
    mail.send_claim(shopper, shopper.email, visit.mount)
    said = _("A letter is on its way to %(email)s.") % {"email": shopper.email}
    return go(visit.link(), note(said))


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def change(request: HttpRequest, visit: Visit, shopper: Shopper) -> HttpResponseBase:
    """Another address for the present password; it counts when its letter is answered."""
    local_only()
    if shopper.provider:
        return go(visit.link())
    form = EmailForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email, password = form.cleaned_data["email"], form.cleaned_data["password"]
            guess = tried("change", shopper.reference, request, SIGN_IN)
            if not guess.is_allowed:
                form.add_error(None, too_many())
                status = 429
            elif not shopper.check_password(password):
                form.add_error("password", _("This is not your present password."))
            elif not tried("confirm", email, request, CONFIRM).is_allowed:
                guess.succeeded()
                form.add_error(None, too_many())
                status = 429
            else:
                guess.succeeded()
                return _asked(request, visit, shopper, email)
    return page(request, visit, "email", {"form": form}, status=status)


def _asked(request: HttpRequest, visit: Visit, shopper: Shopper, email: str) -> HttpResponseBase:
    mail.send_claim(shopper, email, visit.mount)
    # Nobody has said yet that a claimed address is the shopper's: it may be a slip.
    if not shopper.is_unconfirmed and email != shopper.email:
        mail.send_moving(shopper, email, visit.mount)
    return page(request, visit, "email_asked", {"email": email, "where": mail.where()})


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def confirm(request: HttpRequest, visit: Visit, shopper: Shopper, token: str) -> HttpResponseBase:
    """Where the letter leads. A button, since programs that read mail follow its links.

    Only whoever is in the account confirms for it: else the owner of an address could be led to
    confirm the account that somebody else has made with it.
    """
    local_only()
    claim = claims.claimed(token)
    if claim is None or claim[0].pk != shopper.pk:
        return page(request, visit, "claim_over", status=410)
    _found, email = claim
    if request.method != "POST":
        return page(request, visit, "confirm", {"email": email})
    former = "" if shopper.is_unconfirmed else shopper.email
    if not claims.settle(shopper, email):
        return page(request, visit, "claim_over", status=410)
    if former in ("", email):
        return go(visit.link(), note(_("Your e-mail address is confirmed.")))
    sessions.end_all(shopper, but=visit.card.session)
    sessions.SESSIONS.forget()
    mail.send_moved(shopper, former, visit.mount)
    said = _("Your e-mail address is changed. All other browsers are signed out.")
    return go(visit.link(), note(said), events=CHANGED)
