"""Sessions: rows in the database, remembered by each process for two seconds.

So a page with ten private fragments asks once, and who signs out everywhere is out everywhere
two seconds later.
"""

import asyncio
import datetime
import hashlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from django.db import close_old_connections
from django.utils import timezone

from .cookie import SESSION_SECONDS, new_key
from .models import Session, Shopper

KEPT_SECONDS: Final = 2.0
_MAX_KEPT: Final = 10_000
_MAX_BROWSER: Final = 200
# A row is written once a day at most for being used.
_SEEN_EVERY: Final = datetime.timedelta(days=1)
_LENGTH: Final = datetime.timedelta(seconds=SESSION_SECONDS)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a session is of, at the moment it was looked up."""

    shopper: int
    subject: str
    name: str
    former: Mapping[str, str] = field(default_factory=dict)


class Sessions:
    """Looks sessions up, outside of the event loop. One per process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[SignedIn | None, float]] = {}
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="sessions")

    async def find(self, key: str) -> SignedIn | None:
        """Whose session it is; None if it has ended."""
        digest = digest_of(key)
        found, until = self._kept.get(digest, (None, 0.0))
        now = self._clock()
        if now < until:
            return found
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _in_thread, digest)
        if len(self._kept) >= _MAX_KEPT:
            self._kept.clear()
        self._kept[digest] = found, now + KEPT_SECONDS
        return found

    def forget(self) -> None:
        """Look all of them up again: somebody has signed out, or something was adopted."""
        self._kept.clear()


def begin(shopper: Shopper, browser: str) -> str:
    """A new session; returns its key, which only the browser keeps."""
    Session.objects.filter(expires_at__lt=timezone.now()).delete()
    key = new_key()
    Session.objects.create(
        shopper=shopper,
        digest=digest_of(key),
        browser=browser[:_MAX_BROWSER],
        expires_at=timezone.now() + _LENGTH,
    )
    return key


def session_of(key: str) -> Session | None:
    """The row of a session that has not ended, with its shopper."""
    rows = Session.objects.select_related("shopper")
    return rows.filter(
        digest=digest_of(key), expires_at__gt=timezone.now(), shopper__is_active=True
    ).first()


def end(key: str) -> None:
    """Sign out in one browser."""
    Session.objects.filter(digest=digest_of(key)).delete()


def end_all(shopper: Shopper, *, but: str = "") -> int:
    """Sign out everywhere, or everywhere else; in how many browsers."""
    rows = Session.objects.filter(shopper=shopper)
    return rows.exclude(digest=digest_of(but)).delete()[0] if but else rows.delete()[0]


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def look_up(digest: str) -> SignedIn | None:
    """The session with a digest, in this thread; it lasts longer for being used."""
    now = timezone.now()
    rows = Session.objects.select_related("shopper")
    row = rows.filter(digest=digest, expires_at__gt=now, shopper__is_active=True).first()
    if row is None:
        return None
    if now - row.seen_at > _SEEN_EVERY:
        Session.objects.filter(pk=row.pk).update(seen_at=now, expires_at=now + _LENGTH)
        Shopper.objects.filter(pk=row.shopper_id).update(used_at=now)
    shopper = row.shopper
    return SignedIn(shopper.pk, shopper.subject, shopper.name, shopper.former)


def _in_thread(digest: str) -> SignedIn | None:
    # As Django does around each request: a connection that the server closed is not used again.
    close_old_connections()
    try:
        return look_up(digest)
    finally:
        close_old_connections()


SESSIONS: Final = Sessions()
