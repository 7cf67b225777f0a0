"""E-mail and password: as slow for somebody unknown as for a wrong password."""

import logging
from typing import Final

from django.http import HttpRequest

from ..composer.conf import runtime
from ..operations.guessing import Attempt, Limits, attempt
from .models import Shopper

logger = logging.getLogger(__name__)

# People share an address of the network; nobody opens ten accounts in a quarter of an hour.
SIGN_IN: Final = Limits(per_name_and_address=5, per_address=30, per_name=60)
REGISTER: Final = Limits(per_name_and_address=5, per_address=10, per_name=10)
# Letters to confirm an address, of which one comes with the account.
CONFIRM: Final = Limits(per_name_and_address=5, per_address=20, per_name=5)
RESET: Final = Limits(per_name_and_address=3, per_address=10, per_name=5)


# Whoever has an address, and who claimed it last: more would let everybody pay for many claims.
_CANDIDATES: Final = 2


def candidates(email: str) -> list[Shopper]:
    """Whoever has this address, then who claimed it last without having confirmed it."""
    found = Shopper.objects.filter(email=normal(email), provider="", is_active=True)
    first = found.filter(confirmed_at__isnull=False).first()
    last = found.filter(confirmed_at=None).order_by("-pk").first()
    return [shopper for shopper in (first, last) if shopper is not None]


def shopper_of(email: str) -> Shopper | None:
    """To whom a letter about the password goes."""
    return next(iter(candidates(email)), None)


def owner_of(email: str) -> Shopper | None:
    """Who has answered a letter to this address."""
    return next((one for one in candidates(email) if not one.is_unconfirmed), None)


def checked(email: str, password: str) -> Shopper | None:
    """The shopper, if the password is right; None in every other case.

    Always as many passwords are compared, whoever asks: the time tells nobody whether an address
    is known, nor whether it was confirmed.
    """
    right = None
    found = candidates(email)
    for shopper in found:
        if shopper.check_password(password):
            right = right or shopper
    for _ in range(_CANDIDATES - len(found)):
        # What check_password would have cost: https://code.djangoproject.com/ticket/20760
        Shopper().set_password(password)
    return right


def normal(email: str) -> str:
    """Addresses differ in case for no mail server that anybody uses."""
    return email.strip().lower()


def tried(what: str, name: str, request: HttpRequest, limits: Limits) -> Attempt:
    """Count a try; whether it may go on is in the result."""
    address = request.META.get("REMOTE_ADDR", "")
    found = attempt(name, address, kind=f"shopper {what}", limits=limits)
    if not found.is_allowed:
        runtime().measures.count("shopper_sign_ins", outcome="too-many")
        logger.warning("%s: too many tries", what)
    return found
