"""Closing an account: the shell forgets the shopper at once, services as soon as they hear of it.

A row for each service is written in the transaction that deletes the shopper, and goes when the
service has answered its action ``forget``. What fails is tried again by ``python manage.py
forget_shoppers``, which runs beside the shell, and beside the requests of any shopper.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import close_old_connections, transaction
from django.utils import timezone
from fragment_contract import wire

from ..composer import bridge
from ..composer.conf import Runtime, runtime
from ..composer.errors import ComposerError
from ..composer.request import Trace, trace_of
from .models import Closure, Shopper
from .services import Matter, all_services, tell
from .sessions import SESSIONS

logger = logging.getLogger(__name__)

# A person waits for it, between the form and the page behind it.
SECONDS: Final = 2.5
AGAIN_AFTER: Final = 60.0  # seconds
_MOST_AT_ONCE: Final = 20


def close(shopper: Shopper) -> None:
    """Delete a shopper, and let all services know; who does not answer now is told later."""
    subject = shopper.subject
    rows = delete(shopper)
    SESSIONS.forget()
    logger.info("%s has closed the account", subject)
    _note(rows, bridge.run(_tell_all(runtime(), rows)))


def delete(shopper: Shopper) -> list[Closure]:
    """Delete a shopper; what each service has to hear of it, as ``tell_again`` tells them."""
    with transaction.atomic():
        services = all_services(runtime())
        rows = [Closure(service=name, subject=shopper.subject) for name in services]
        Closure.objects.bulk_create(rows)
        shopper.delete()
    return rows


def tell_again(*, now: bool = False) -> tuple[int, int]:
    """Tell services what they have not heard yet: how many have, and how many still have not."""
    rows = _due(now=now)
    if rows:
        _note(rows, bridge.run(_tell_all(runtime(), rows)))
    left = Closure.objects.filter(pk__in=[row.pk for row in rows]).count()
    return len(rows) - left, left


class LaterClosures:
    """Tells again what failed, beside anybody's requests; nobody waits for it."""

    def __init__(self) -> None:
        self._due = 0.0
        self._running: set[asyncio.Task[None]] = set()

    def consider(self) -> None:
        """Begin, if it is time: once a minute in each process."""
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + AGAIN_AFTER
        task = asyncio.create_task(_again())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def forget(self) -> None:
        """Begin at once the next time."""
        self._due = 0.0

    async def settled(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._running)


LATER: Final = LaterClosures()


def _due(*, now: bool = False) -> list[Closure]:
    at = timezone.now() - (timedelta() if now else timedelta(seconds=AGAIN_AFTER))
    return list(Closure.objects.filter(tried_at__lte=at).order_by("tried_at")[:_MOST_AT_ONCE])


async def _again() -> None:
    try:
        loop = asyncio.get_running_loop()
        rows = await loop.run_in_executor(None, _in_thread, None, ())
        if rows:
            done = await _tell_all(runtime(), rows)
            await loop.run_in_executor(None, _in_thread, rows, done)
    except Exception:
        logger.exception("closed accounts")


def _in_thread(rows: Sequence[Closure] | None, done: Sequence[bool]) -> list[Closure]:
    close_old_connections()
    try:
        if rows is None:
            return _due()
        _note(rows, done)
        return []
    finally:
        close_old_connections()


def _note(rows: Sequence[Closure], done: Sequence[bool]) -> None:
    for row, is_done in zip(rows, done, strict=True):
        found = Closure.objects.filter(pk=row.pk)
        if is_done:
            found.delete()
        else:
            found.update(tried_at=timezone.now())
            logger.warning("%s has not forgotten %s yet", row.service, row.subject)


async def _tell_all(parts: Runtime, rows: Sequence[Closure]) -> list[bool]:
    trace = trace_of({})
    return list(await asyncio.gather(*(_tell(parts, row, trace) for row in rows)))


async def _tell(parts: Runtime, row: Closure, trace: Trace) -> bool:
    if row.service not in all_services(parts):
        return True  # It is gone, with all that it kept.
    matter = Matter(wire.FORGET, row.subject, parts.site.locales.default, SECONDS)
    try:
        async with asyncio.timeout(SECONDS):
            return await tell(parts, row.service, matter, trace) is not None
    except (ComposerError, TimeoutError) as error:
        logger.warning("forgetting by %s: %s: %s", row.service, type(error).__name__, error)
        return False
