"""Sending what was promised to be written, apart from placing orders.

A letter is a row that is written in the transaction in which its order is placed: no order is
slower, and none fails, for want of a mail server, and no letter is forgotten. Each try is claimed
with one conditional UPDATE, so of two senders one sends. Who dies after the mail server took a
letter and before that is noted lets it go out again, under the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from . import mail
from .models import Letter, Order

logger = logging.getLogger(__name__)
State = Letter.State

# Far longer than a mail server may take: settings.EMAIL_TIMEOUT for each of its answers.
CLAIM: Final = timedelta(minutes=10)
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)
# With these pauses about three days; RFC 5321, 4.5.4.1 asks of mail servers four to five.
MOST_TRIES: Final = 20
# So that a slow server does not keep orders from being settled for long.
MOST_AT_ONCE: Final = 20
_MAX_PROBLEM: Final = 300
_PERMANENT: Final = range(500, 600)  # RFC 5321, 4.2.1: the same letter will be refused again


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many letters were sent, and how many could not be."""

    sent: int = 0
    failed: int = 0


def write(order: Order) -> None:
    """Promise a confirmation. Belongs into the transaction that places the order."""
    Letter.objects.create(order=order)


def deliver(*, now: datetime | None = None) -> Delivered:
    """Send what is due, over one connection. What fails is tried again, after longer and longer.

    Where the mail server is away, the others are not tried now: each would wait for it as long.
    """
    sent = failed = 0
    server = get_connection()
    try:
        for letter in _claimed(now):
            try:
                server.open()
                server.send_messages([mail.confirmation(letter.order)])
            except Exception as error:
                # Not only of mail: a letter that nobody foresaw must not keep the others back.
                failed += 1
                _failed(letter, error, now or timezone.now())
                if _is_away(error):
                    break
                server.close()
            else:
                sent += 1
                _sent(letter)
    finally:
        server.close()
    return Delivered(sent, failed)


def again(letters: QuerySet[Letter]) -> int:
    """Try letters that were not sent yet anew, from the start; how many these are."""
    unsent = letters.filter(state__in=(State.WAITING, State.GIVEN_UP))
    return unsent.update(state=State.WAITING, tries=0, due_at=timezone.now(), problem="")


def _claimed(now: datetime | None) -> Iterator[Letter]:
    """What is due, one by one, each for this process alone until CLAIM is over."""
    for _ in range(MOST_AT_ONCE):
        at = now or timezone.now()
        due = Letter.objects.filter(state=State.WAITING, due_at__lte=at)
        letter = due.select_related("order").order_by("due_at", "pk").first()
        if letter is None:
            return
        if not _is_needed(letter.order):
            due.filter(pk=letter.pk).update(state=State.NOT_NEEDED)
            continue
        letter.tries += 1
        # As it was read: another sender may have had it, and have noted a failure already.
        as_read = due.filter(pk=letter.pk, due_at=letter.due_at)
        if as_read.update(tries=letter.tries, due_at=at + CLAIM):
            yield letter


def _is_needed(order: Order) -> bool:
    return order.state in (Order.State.PLACED, Order.State.SENT)


def _sent(letter: Letter) -> None:
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state=State.SENT, problem="")
        Order.objects.filter(pk=letter.order_id).update(mailed_at=timezone.now())


def _failed(letter: Letter, error: Exception, now: datetime) -> None:
    problem = f"{type(error).__name__}: {error}"[:_MAX_PROBLEM]
    is_over = _is_refusal(error) or letter.tries >= MOST_TRIES
    pause = min(FIRST_PAUSE * 2 ** (letter.tries - 1), LONGEST_PAUSE)
    state = State.GIVEN_UP if is_over else State.WAITING
    Letter.objects.filter(pk=letter.pk).update(state=state, due_at=now + pause, problem=problem)
    number, level = letter.order.number, logging.ERROR if is_over else logging.WARNING
    ending = "nobody tries again" if is_over else f"the next try is in {pause}"
    logger.log(level, "order %s: no mail could be sent, and %s: %s", number, ending, problem)


def _is_away(error: Exception) -> bool:
    """Whether it is the server that fails, and not what was to be sent."""
    of_one = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
    return isinstance(error, OSError) and not isinstance(error, of_one)


def _is_refusal(error: Exception) -> bool:
    """Whether the server is there, and will never take this very letter."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return bool(codes) and all(code in _PERMANENT for code in codes)
        case smtplib.SMTPDataError():
            return error.smtp_code in _PERMANENT
    return False
