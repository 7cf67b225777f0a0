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
RESET: Final = Limits(per_name_and_address=3, per_address=10, per_name=5)


def shopper_of(email: str) -> Shopper | None:
    """Whoever has a password and this address."""
    return Shopper.objects.filter(email=normal(email), provider="", is_active=True).first()


def checked(email: str, password: str) -> Shopper | None:
    """The shopper, if the password is right; None in every other case, after the same time."""
    shopper = shopper_of(email)
    if shopper is None:
        # What check_password would have cost: https://code.djangoproject.com/ticket/20760
        Shopper().set_password(password)
        return None
    return shopper if shopper.check_password(password) else None


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
