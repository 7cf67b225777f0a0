"""Accounts that never confirmed their address, and that nobody uses, go after a while.

They are deleted as if they had been closed, and services forget them in the same way. An account
stays while anybody is signed in to it, and while a service answers its action ``unused`` with 409:
who has ordered, or reviewed, is somebody. docs/decisions/0051
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from fragment_contract import wire

from ..composer import bridge
from ..composer.conf import Runtime, runtime
from ..composer.errors import ComposerError
from ..composer.request import trace_of
from .closing import delete
from .models import Session, Shopper
from .services import Matter, all_services, ask
from .sessions import SESSIONS

logger = logging.getLogger(__name__)

SECONDS: Final = 2.5
_MOST_AT_ONCE: Final = 20
_KEEP: Final = 409


@dataclass(frozen=True, slots=True)
class Swept:
    """How many accounts went, and for how many a service could not say whether they may."""

    gone: int = 0
    unknown: int = 0


def sweep(*, now: datetime | None = None) -> Swept:
    """Delete what is over. Several may do so at once, and beside shoppers who come back.

    After one batch of which services could not say everything the others wait for the next time.
    """
    at = now or timezone.now()
    before = at - timedelta(days=settings.UNCONFIRMED_ACCOUNT_DAYS)
    gone = 0
    while found := list(_idle(before, at)[:_MOST_AT_ONCE]):
        answers = bridge.run(_ask_all(runtime(), [shopper.subject for shopper in found]))
        for shopper, is_used in zip(found, answers, strict=True):
            if is_used:
                # It counts as used today, and nobody is asked again before the time is over.
                Shopper.objects.filter(pk=shopper.pk).update(used_at=at)
            elif is_used is not None:
                gone += _delete_if_idle(shopper, before, at)
        if unknown := answers.count(None):
            return Swept(gone, unknown)
    return Swept(gone)


def _idle(before: datetime, now: datetime) -> QuerySet[Shopper]:
    sessions = Session.objects.filter(shopper=OuterRef("pk"), expires_at__gt=now)
    claims = Shopper.objects.filter(provider="", confirmed_at=None, is_active=True)
    return claims.filter(~Exists(sessions), used_at__lte=before).order_by("used_at")


def _delete_if_idle(shopper: Shopper, before: datetime, now: datetime) -> bool:
    """Delete an account, unless somebody has come back to it while services were asked."""
    with transaction.atomic():
        # Whoever enters or confirms writes this row, so one of us waits for the other. Only then
        # is it asked again, since what a database finds while it waits may be from before.
        Shopper.objects.select_for_update().filter(pk=shopper.pk).first()
        still = _idle(before, now).filter(pk=shopper.pk).first()
        if still is None:
            return False
        delete(still)
    SESSIONS.forget()
    logger.info("%s never confirmed its address, and is gone", shopper.subject)
    return True


async def _ask_all(parts: Runtime, subjects: Sequence[str]) -> list[bool | None]:
    """Which of them any service wants to keep; None where that is unknown."""
    return list(await asyncio.gather(*(_is_used(parts, subject) for subject in subjects)))


async def _is_used(parts: Runtime, subject: str) -> bool | None:
    services = all_services(parts)
    answers = await asyncio.gather(*(_is_used_in(parts, name, subject) for name in services))
    return True if True in answers else None if None in answers else False


async def _is_used_in(parts: Runtime, service: str, subject: str) -> bool | None:
    matter = Matter(wire.UNUSED, subject, parts.site.locales.default, SECONDS)
    try:
        async with asyncio.timeout(SECONDS):
            answer = await ask(parts, service, matter, trace_of({}))
    except (ComposerError, TimeoutError) as error:
        logger.warning("whether %s knows %s: %s", service, subject, error)
        return None
    if answer is None or answer.is_done:
        return False
    return True if answer.status == _KEEP else None
