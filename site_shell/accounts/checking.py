"""E-mail and password: as slow for somebody unknown as for a wrong password."""

import logging
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from ..composer.conf import runtime
from ..operations.guessing import Attempt, Limits, attempt
from .models import Shopper, claim_password

logger = logging.getLogger(__name__)

# People share an address of the network; nobody opens ten accounts in a quarter of an hour.
SIGN_IN: Final = Limits(per_name_and_address=5, per_address=30, per_name=60)
REGISTER: Final = Limits(per_name_and_address=5, per_address=10, per_name=10)
# Letters to confirm an address, of which one comes with the account.
CONFIRM: Final = Limits(per_name_and_address=5, per_address=20, per_name=5)
RESET: Final = Limits(per_name_and_address=3, per_address=10, per_name=5)


# Claims whose passwords were hashed otherwise than now, each of which costs a hash of its own.
_MOST_OLDER: Final = 2
# In one letter. Only somebody's program makes more accounts with one address.
MOST_IN_A_LETTER: Final = 20


def owner_of(email: str) -> Shopper | None:
    """Who has answered a letter to this address."""
    return _with(email).filter(confirmed_at__isnull=False).first()


def claimants(email: str) -> QuerySet[Shopper]:
    """All who claim this address without having confirmed it, the first one first."""
    return _with(email).filter(confirmed_at=None).order_by("pk")


def checked(email: str, password: str) -> Shopper | None:
    """The shopper, if the password is right; None in every other case.

    Two hashes are computed, whoever asks: the time tells nobody whether an address is known, nor
    whether it was confirmed, nor how many claim it.
    """
    email = normal(email)
    owner = owner_of(email)
    if owner is None:
        # What check_password costs: https://code.djangoproject.com/ticket/20760
        make_password(password)
    is_owner = owner is not None and owner.check_password(password)
    claimant = _claimant(email, password)
    return owner if is_owner else claimant


def _claimant(email: str, password: str) -> Shopper | None:
    """The first who claims an address with a password. The claims of one address share a salt, so
    that all of them are compared at once, and nobody's is in the way of another one's.
    """
    hashed = claim_password(password, email)
    found = claimants(email)
    if (same := found.filter(password=hashed).first()) is not None:
        return same
    # From before a change of the hasher, or of the key that makes salts.
    older = found.exclude(password__startswith=hashed.rpartition("$")[0])[:_MOST_OLDER]
    return next((one for one in older if one.check_password(password)), None)


def claimant_again(shopper: Shopper) -> Shopper | None:
    """Who has claimed the same address with the same password before; noted as used, so that
    nobody sweeps the account a moment before its owner is back in it.
    """
    known = claimants(shopper.email).filter(password=shopper.password).first()
    if known is None or not claimants(known.email).filter(pk=known.pk).update(used_at=now()):
        return None
    return known


def _with(email: str) -> QuerySet[Shopper]:
    return Shopper.objects.filter(email=normal(email), provider="", is_active=True)


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
