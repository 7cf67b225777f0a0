"""What was kept for an anonymous visitor goes to the shopper who signs in.

Each service with an action ``adopt`` is asked once. What fails is noted in a row; until it has
succeeded, tokens for that service say who the shopper was before, and it is tried again.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import close_old_connections
from django.utils import timezone
from fragment_contract import wire

from ..composer import bridge
from ..composer.conf import Runtime, runtime
from ..composer.errors import ComposerError
from ..composer.notices import NO_NOTICES, Notices
from ..composer.request import Trace, trace_of
from .models import Adoption, Shopper
from .services import Matter, all_services, tell
from .sessions import SESSIONS

logger = logging.getLogger(__name__)

# A person waits for it, between the sign-in form and the page behind it.
SECONDS: Final = 2.5
AGAIN_AFTER: Final = 60.0  # seconds
# The shopper's next request waits so long for a later try, so that it shows what came of it.
PATIENCE: Final = 1.0
_MAX_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Taker:
    """A shopper, as services are told: not a row, since it leaves the thread of the database."""

    key: int
    subject: str
    name: str


def adopt(shopper: Shopper, anonymous: str, locale: str) -> Notices:
    """Let all services take over what they keep for an anonymous visitor; what they say to it."""
    services = all_services(runtime())
    rows = [Adoption(shopper=shopper, service=name, anonymous=anonymous) for name in services]
    Adoption.objects.bulk_create(rows, ignore_conflicts=True)
    taker = Taker(shopper.pk, shopper.subject, shopper.name)
    asked = dict.fromkeys(services, anonymous)
    done = bridge.run(_ask_all(runtime(), taker, asked, locale))
    _note(taker, asked, done)
    said = NO_NOTICES
    for notices in done.values():
        said += notices
    return said


class LaterAdoptions:
    """Tries again what failed, when the shopper whom it concerns asks for something."""

    def __init__(self) -> None:
        self._due: dict[int, float] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._said: dict[int, Notices] = {}

    async def consider(self, taker: Taker, pending: Mapping[str, str], locale: str) -> None:
        """Begin, if it is time, and wait a little for what has begun.

        Otherwise the request would carry the former identity to the service, which would adopt
        without a word; and what is shown would be from before.
        """
        task = self._running.get(taker.key) or self._begun(taker, pending, locale)
        if task is not None and task.get_loop() is asyncio.get_running_loop():
            await asyncio.wait({task}, timeout=PATIENCE)

    def _begun(
        self, taker: Taker, pending: Mapping[str, str], locale: str
    ) -> asyncio.Task[None] | None:
        now = time.monotonic()
        if now < self._due.get(taker.key, 0.0):
            return None
        if len(self._due) >= _MAX_REMEMBERED:
            self._due.clear()
            self._said.clear()
        self._due[taker.key] = now + AGAIN_AFTER
        task = asyncio.create_task(self._again(taker, dict(pending), locale))
        self._running[taker.key] = task
        task.add_done_callback(lambda _: self._running.pop(taker.key, None))
        return task

    async def _again(self, taker: Taker, pending: Mapping[str, str], locale: str) -> None:
        try:
            done = await _ask_all(runtime(), taker, pending, locale)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, _note_in_thread, taker, pending, done)
        except Exception:
            logger.exception("adoptions of %s", taker.subject)
            return
        for notices in done.values():
            if notices:
                self._said[taker.key] = self._said.get(taker.key, NO_NOTICES) + notices

    def take_said(self, shopper: int) -> Notices:
        """What services have said to it, once."""
        return self._said.pop(shopper, NO_NOTICES) if self._said else NO_NOTICES

    def forget(self) -> None:
        """Begin at once the next time."""
        self._due.clear()

    async def settled(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._running.values())


LATER: Final = LaterAdoptions()


def _note_in_thread(taker: Taker, asked: Mapping[str, str], done: Mapping[str, Notices]) -> None:
    close_old_connections()
    try:
        _note(taker, asked, done)
    finally:
        close_old_connections()


def _note(taker: Taker, asked: Mapping[str, str], done: Mapping[str, Notices]) -> None:
    rows = Adoption.objects.filter(shopper_id=taker.key)
    for service, anonymous in asked.items():
        row = rows.filter(service=service, anonymous=anonymous)
        if service in done:
            row.delete()
        else:
            row.update(tried_at=timezone.now())
            logger.warning("%s has not adopted %s yet", service, anonymous)
    SESSIONS.forget()


async def _ask_all(
    parts: Runtime, taker: Taker, asked: Mapping[str, str], locale: str
) -> dict[str, Notices]:
    """What the services said that are done with it."""
    trace = trace_of({})

    async def ask(service: str, anonymous: str) -> Notices | None:
        try:
            async with asyncio.timeout(SECONDS):
                return await _ask(parts, service, taker, anonymous, locale, trace)
        except (ComposerError, TimeoutError) as error:
            logger.warning("adopting by %s: %s: %s", service, type(error).__name__, error)
            return None

    answers = await asyncio.gather(*(ask(*pair) for pair in asked.items()))
    pairs = zip(asked, answers, strict=True)
    return {service: said for service, said in pairs if said is not None}


async def _ask(
    parts: Runtime, service: str, taker: Taker, anonymous: str, locale: str, trace: Trace
) -> Notices | None:
    matter = Matter(wire.ADOPT, taker.subject, locale, SECONDS, taker.name, anonymous)
    said = await tell(parts, service, matter, trace)
    if said is None:
        logger.warning("adopting by %s: it refused", service)
    return said
