"""Guessing passwords is slow: so many tries for a name and for an address, then a rest.

The staff's sign-in and all that shoppers can try share it; each ``kind`` is counted by itself.

The count is in the database, which a sign-in needs anyway: so all processes share it, whatever
the cache is, and it holds while the cache is down.
"""

import datetime
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..composer.addresses import network
from .models import FailedSignIn

REST: Final = datetime.timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """One person who mistypes; one office behind one address; one name guessed from everywhere.

    The last is high for sign-ins, so that it takes some effort to lock somebody out.
    """

    per_name_and_address: int = 5
    per_address: int = 30
    per_name: int = 60


STAFF: Final = Limits()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, noted before it is judged: tries at the same moment see each other."""

    row: FailedSignIn
    is_allowed: bool

    def succeeded(self, *, is_owner: bool = True) -> None:
        """Forget the failures of this name from this address; of others' tries only this one.

        ``is_owner``: nobody else can be behind the name. Otherwise whoever has a key to one of two
        accounts could guess at the other for ever, and wipe his failures out in between.
        """
        if not is_owner:
            self.row.delete()
            return
        FailedSignIn.objects.filter(name=self.row.name, address=self.row.address).delete()


def attempt(name: str, address: str, *, kind: str = "", limits: Limits = STAFF) -> Attempt:
    """Note a try; whether it may be judged at all is in the result."""
    since = timezone.now() - REST
    FailedSignIn.objects.filter(at__lt=since).delete()
    row = FailedSignIn(
        name=_digest(kind, name.strip().casefold()), address=_digest(kind, network(address))
    )
    of_name = FailedSignIn.objects.filter(name=row.name)
    of_address = FailedSignIn.objects.filter(address=row.address)
    row.save()
    is_allowed = (
        of_name.filter(address=row.address).count() <= limits.per_name_and_address
        and of_address.count() <= limits.per_address
        and of_name.count() <= limits.per_name
    )
    # A try that is not judged does not count either: otherwise it would prolong the rest for ever.
    if not is_allowed:
        row.delete()
    return Attempt(row, is_allowed)


def _digest(kind: str, value: str) -> str:
    salt = f"operations.guessing {kind}".strip()
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()
