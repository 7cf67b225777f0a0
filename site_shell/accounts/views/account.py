"""The account itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ...composer.conf import runtime
from .. import mail, sessions
from ..forms import NameForm
from ..models import Session, Shopper
from ..pages import CHANGED, Visit, account_view, go, note, page

# Pages of services, where there are such pages.
_ELSEWHERE: Final = (
    ("orders/", gettext_lazy("Your orders")),
    ("bookmarks/", gettext_lazy("Your bookmarks")),
    ("cart/", gettext_lazy("Your cart")),
)


def signed_in_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For whoever has signed in; all others are sent to do so, and back."""

    @wraps(view)
    def guarded(request: HttpRequest, visit: Visit, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if visit.shopper is None:
            # After a form one cannot be sent back to where it went: only reading can be repeated.
            is_reading = request.method in {"GET", "HEAD"}
            back = quote(request.path if is_reading else visit.link(), safe="/")
            return go(f"{visit.link('sign-in/')}?next={back}")
        return view(request, visit, visit.shopper, *args, **kwargs)

    return guarded


@account_view
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def account(request: HttpRequest, visit: Visit, shopper: Shopper) -> HttpResponseBase:
    """Who one is, where one is signed in, and where one's things are."""
    form = NameForm(request.POST or None, initial={"name": shopper.name})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            shopper.name, shopper.has_own_name = form.cleaned_data["name"], True
            shopper.save(update_fields=["name", "has_own_name"])
            sessions.SESSIONS.forget()
            return go(visit.link(), note(_("Your name is saved.")), events=CHANGED)
        status = 422
    owns = runtime().composer.owns
    places = [(f"{visit.mount}{path}", label) for path, label in _ELSEWHERE]
    context = {
        "form": form,
        "places": [(path, label) for path, label in places if owns(path)],
        "sessions": [_described(row, visit) for row in shopper.sessions.order_by("-created_at")],
        "has_password": not shopper.provider and not settings.OIDC_ISSUER,
        "where": mail.where(),
    }
    return page(request, visit, "account", context, status=status)


def _described(row: Session, visit: Visit) -> dict[str, Any]:
    is_this = visit.session is not None and row.pk == visit.session.pk
    return {"browser": _browser(row.browser), "since": row.created_at, "is_this": is_this}


def _browser(agent: str) -> str:
    """A browser by a name that its owner knows. Most claim to be several others, too."""
    names = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    shown = {"Edg": "Edge", "OPR": "Opera"}
    found = next((name for name in names if name in agent), "")
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
    system = next((name for name in systems if name in agent), "")
    known = [shown.get(found, found), system]
    return " · ".join(word for word in known if word) or _("A browser")
