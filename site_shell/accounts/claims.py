"""Whose an address is: said by whoever registers or moves, proved by a letter that is answered.

Until then an account has the address as a claim alone. Several may claim one address, one may
have it: docs/decisions/0049.
"""

from typing import Final

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Shopper

_SALT: Final = "site_shell.accounts.claim"


def token_for(shopper: Shopper, email: str) -> str:
    """What the letter to an address carries; good once, and until the password is changed."""
    claim = {"r": shopper.reference, "e": email, "s": _state(shopper)}
    return signing.dumps(claim, salt=_SALT)


def claimed(token: str) -> tuple[Shopper, str] | None:
    """Who claims which address; None if the link is over, or was never one."""
    try:
        found = signing.loads(token, salt=_SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
        reference, email, state = found["r"], found["e"], found["s"]
    except Exception:
        # Not only BadSignature: signing lets zlib's and json's errors through.
        return None
    shopper = Shopper.objects.filter(reference=reference, provider="", is_active=True).first()
    if shopper is None or not constant_time_compare(state, _state(shopper)):
        return None
    return shopper, email


def settle(shopper: Shopper, email: str) -> bool:
    """Give the address to the account; False if it is another one's already,
    or if the account is gone."""
    try:
        with transaction.atomic():
            found = Shopper.objects.filter(pk=shopper.pk).update(
                email=email, confirmed_at=shopper.confirmed_at or timezone.now()
            )
    except IntegrityError:
        return False
    if not found:
        return False  # Closed, or swept, a moment ago.
    shopper.refresh_from_db()
    return True


def _state(shopper: Shopper) -> str:
    """Changes with all that makes earlier letters worthless."""
    state = f"{shopper.password} {shopper.email} {shopper.confirmed_at}"
    return salted_hmac(_SALT, state, algorithm="sha256").hexdigest()[:32]
