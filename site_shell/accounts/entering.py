"""What a sign-in does, however somebody proved who it is."""

import logging

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.utils.translation import gettext as _

from ..composer.adapter import set_cookie_line
from ..composer.conf import runtime
from ..composer.notices import NO_NOTICES
from . import sessions
from .adopting import adopt
from .identities import own_cookie
from .models import Shopper
from .pages import CHANGED, Visit, go, note

logger = logging.getLogger(__name__)


def enter(
    request: HttpRequest, visit: Visit, shopper: Shopper, back: str, *, is_new: bool = False
) -> HttpResponse:
    """A session of its own, with a key that nobody knew before; and what was kept comes along.

    Raises Shopper.DoesNotExist if the account was closed, or swept, since it was looked up.
    """
    now = timezone.now()
    # Whoever sweeps accounts waits for the row that is written first, and then finds the session.
    with transaction.atomic():
        # Who has signed in needs no old link of a letter any more: its token is made of this.
        if not Shopper.objects.filter(pk=shopper.pk).update(last_login=now, used_at=now):
            raise Shopper.DoesNotExist
        key = sessions.begin(shopper, request.headers.get("user-agent", ""))
    shopper.last_login = shopper.used_at = now
    if visit.card.session:
        sessions.end(visit.card.session)
    sessions.SESSIONS.forget()
    # As django.contrib.auth.login does: who planted a token here before knows none of this session.
    rotate_token(request)
    anonymous = f"anon:{visit.card.anonymous}" if visit.card.anonymous else ""
    adopted = adopt(shopper, anonymous, visit.locale) if anonymous else NO_NOTICES
    hello = _("Welcome, %(name)s.") if shopper.name else _("Welcome.")
    if not is_new:
        hello = _("Welcome back, %(name)s.") if shopper.name else _("Welcome back.")
    response = go(back, note(hello % {"name": shopper.name}), events=CHANGED, and_also=adopted)
    set_cookie_line(response, own_cookie().session(key))
    runtime().measures.count("shopper_sign_ins", outcome="ok")
    return response


def leave(request: HttpRequest, visit: Visit, *, everywhere: bool) -> HttpResponse:
    """Ends the session, or all of them; the browser forgets who it was."""
    if visit.shopper is not None and everywhere:
        sessions.end_all(visit.shopper)
        said = _("You are signed out everywhere.")
    else:
        said = _("You are signed out.")
    if visit.card.session:
        sessions.end(visit.card.session)
    sessions.SESSIONS.forget()
    there = visit.link("signed-out/") if settings.OIDC_ISSUER else visit.mount
    response = go(there, note(said), events=CHANGED)
    set_cookie_line(response, own_cookie().cleared())
    # Whoever has the browser next goes back to no page of this shopper, and reads nothing of what
    # scripts have kept: https://www.w3.org/TR/clear-site-data/
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response
