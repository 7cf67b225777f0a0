"""Guessing passwords is slow: so many tries for a name and for an address, then a rest.

The count is in the database, which a sign-in needs anyway: so all processes share it, whatever
the cache is, and it holds while the cache is down.
"""

import datetime
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import FailedSignIn

REST: Final = datetime.timedelta(minutes=15)
# One person who mistypes; one office behind one address; one name guessed from everywhere. The
# last is high, so that it takes some effort to lock somebody out.
PER_NAME_AND_ADDRESS: Final = 5
PER_ADDRESS: Final = 30
PER_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, noted before it is judged: tries at the same moment see each other."""

    row: FailedSignIn
    is_allowed: bool

    def succeeded(self) -> None:
        """Forget the failures of this name from this address."""
        FailedSignIn.objects.filter(name=self.row.name, address=self.row.address).delete()


def attempt(name: str, address: str) -> Attempt:
    """Note a try; whether it may be judged at all is in the result."""
    since = timezone.now() - REST
    FailedSignIn.objects.filter(at__lt=since).delete()
    of_name = FailedSignIn.objects.filter(name=_digest(name.strip().casefold()))
    of_address = FailedSignIn.objects.filter(address=_digest(address))
    row = FailedSignIn(name=_digest(name.strip().casefold()), address=_digest(address))
    row.save()
    is_allowed = (
        of_name.filter(address=row.address).count() <= PER_NAME_AND_ADDRESS
        and of_address.count() <= PER_ADDRESS
        and of_name.count() <= PER_NAME
    )
    # A try that is not judged does not count either: otherwise it would prolong the rest for ever.
    if not is_allowed:
        row.delete()
    return Attempt(row, is_allowed)


def _digest(value: str) -> str:
    return salted_hmac("operations.guessing", value, algorithm="sha256").hexdigest()
