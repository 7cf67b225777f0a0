"""Signing in elsewhere, and coming back."""

import logging
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ...composer.conf import runtime
from ...composer.own_path import own_path
from ..entering import enter
from ..models import Shopper
from ..oidc import Client, Departure, Person, Provider, SignInFailed
from ..pages import Visit, account_view, go, note, page

logger = logging.getLogger(__name__)

# Longer than anybody takes to find a password, or to make an account there.
MAX_AGE: Final = 1_800
_SALT: Final = "site_shell.accounts.oidc"
_MAX_CODE: Final = 2_048


@lru_cache(maxsize=4)
def _client(issuer: str, client_id: str, secret: str, scope: str, end_session: str) -> Client:
    return Client(Provider(issuer, client_id, secret, scope, end_session))


def client() -> Client:
    """The provider of this shop. Raises Http404 where shoppers have passwords here."""
    if not settings.OIDC_ISSUER:
        raise Http404("nobody else vouches for shoppers")
    return _client(
        settings.OIDC_ISSUER,
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        settings.OIDC_SCOPE,
        settings.OIDC_END_SESSION_URL,
    )


def cookie_name() -> str:
    """Of the cookie that says which browser has left for the provider."""
    return "__Host-leaving" if runtime().site.is_https else "leaving"


def redirect_uri() -> str:
    """One for all languages: providers compare it letter by letter."""
    return f"{settings.SITE_ORIGIN}/account/callback/"


@account_view
@require_GET
def begin(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """To the provider, with a state that only this browser can bring back.

    A link, since the site's policy lets no form lead elsewhere; it changes nothing here.
    """
    back = own_path(request.GET.get("next"), visit.link())
    try:
        departure = client().depart(redirect_uri())
    except SignInFailed as error:
        logger.error("sign-in elsewhere: %s", error)
        return page(request, visit, "sign_in_failed", {"next": back}, status=503)
    left: dict[str, Any] = {
        "s": departure.state,
        "n": departure.nonce,
        "v": departure.verifier,
        "b": back,
        "l": visit.mount,
    }
    response = HttpResponse(status=303, headers={"location": departure.url})
    response.set_cookie(
        cookie_name(),
        signing.dumps(left, salt=_SALT),
        max_age=MAX_AGE,
        secure=runtime().site.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


@account_view
@require_GET
def signed_out(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Signed out here; the way to sign out there is a link, for the same reason."""
    url = client().end_session_url(f"{settings.SITE_ORIGIN}{visit.mount}")
    return page(request, visit, "signed_out", {"end_session_url": url})


@account_view
@require_GET
def callback(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Back from the provider: with a code, or with a reason why not."""
    who = client()
    try:
        left = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=_SALT, max_age=MAX_AGE)
    except Exception:
        # Not only BadSignature: signing lets zlib's and json's errors through.
        left = {}
    back = own_path(left.get("b"), visit.link())
    try:
        person = _person(who, request, left)
    except SignInFailed as error:
        logger.warning("sign-in elsewhere: %s", error)
        runtime().measures.count("shopper_sign_ins", outcome="elsewhere")
        response = page(request, visit, "sign_in_failed", {"next": back}, status=400)
        return _forgetting(response)
    shopper, is_new = _shopper(person)
    if shopper is None:
        said = note(_("This account is closed."), "error")
        return _forgetting(go(visit.link("sign-in/"), said))
    return _forgetting(enter(request, visit, shopper, back, is_new=is_new))


def _person(who: Client, request: HttpRequest, left: dict[str, Any]) -> Person:
    if not left:
        raise SignInFailed("this browser has not left for the provider, or too long ago")
    if not constant_time_compare(request.GET.get("state", ""), left["s"]):
        raise SignInFailed("the state is another browser's")
    if reason := request.GET.get("error"):
        raise SignInFailed(f"the provider says {reason!r:.100}")
    # RFC 9207: who runs several providers must not mix up their answers.
    if request.GET.get("iss", who.provider.issuer) != who.provider.issuer:
        raise SignInFailed("the answer is another issuer's")
    code = request.GET.get("code", "")
    if not 0 < len(code) <= _MAX_CODE:
        raise SignInFailed("there is no code")
    departure = Departure("", left["s"], left["n"], left["v"])
    return who.arrive(departure, code, redirect_uri())


def _shopper(person: Person) -> tuple[Shopper | None, bool]:
    """The shopper whom the provider means; made, or brought up to date."""
    about = {"email": person.email.lower(), "name": person.name}
    shopper, is_new = Shopper.objects.get_or_create(
        provider=person.issuer, provider_subject=person.subject, defaults=about
    )
    if not is_new and not shopper.is_active:
        return None, False
    if shopper.has_own_name:
        del about["name"]
    changed = [name for name, value in about.items() if value and getattr(shopper, name) != value]
    for name in changed:
        setattr(shopper, name, about[name])
    if is_new:
        shopper.set_unusable_password()
        changed.append("password")
    if changed:
        shopper.save(update_fields=changed)
    return shopper, is_new


def _forgetting(response: HttpResponseBase) -> HttpResponseBase:
    """What came back once does not count a second time."""
    secure = "; Secure" if runtime().site.is_https else ""
    response.set_cookie(
        cookie_name(), "", max_age=0, secure=bool(secure), httponly=True, samesite="Lax"
    )
    return response
