"""End the orders that a crash has left half done, and send the mails of those that are placed."""

import signal
import threading
import time
from argparse import ArgumentParser
from math import inf
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from ...catalogue import catalogue
from ...outbox import Delivered, deliver
from ...payment import payment
from ...settling import Settled, settle

# Seconds. Whoever has ordered looks for the mail at once.
MAIL_EVERY: Final = 5


class Command(BaseCommand):
    """Once for a timer, or for ever as a process of its own; several do each other no harm."""

    help = (
        "Place what was paid and cancel what was not, five minutes after its request was lost; "
        "send the confirmations of orders."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --every."""
        pause = f"go on for ever, with such a pause; mails go out every {MAIL_EVERY} seconds"
        parser.add_argument("--every", type=int, metavar="SECONDS", help=pause)

    def handle(self, *args: Any, every: int | None, **options: Any) -> None:
        """Settle once, or until the process is asked to end."""
        if every is None:
            self._settle()
            self._deliver()
            return
        if every < 1:
            raise CommandError(f"--every is a whole number from 1, not {every}")
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        settled_at = -inf
        while not ended.is_set():
            try:
                if time.monotonic() - settled_at >= every:
                    self._settle()
                    settled_at = time.monotonic()
                self._deliver()
            except DatabaseError as error:
                self.stderr.write(f"orders: not settled: {error}")
            close_old_connections()
            ended.wait(min(every, MAIL_EVERY))

    def _settle(self) -> None:
        done = settle(catalogue(), payment())
        if done != Settled():
            self.stdout.write(
                f"orders: {done.placed} placed, {done.cancelled} cancelled,"
                f" {done.paid_back} paid back that were charged too late"
            )

    def _deliver(self) -> None:
        done = deliver()
        if done != Delivered():
            self.stdout.write(f"orders: {done.sent} confirmed by mail, {done.failed} not yet")
