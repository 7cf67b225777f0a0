"""End the orders that a crash has left half done."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from ...catalogue import catalogue
from ...payment import payment
from ...settling import Settled, settle


class Command(BaseCommand):
    """Once for a timer, or for ever as a process of its own; several do each other no harm."""

    help = (
        "Place what was paid and cancel what was not, five minutes after its request was lost; "
        "send the mails that could not be sent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --every."""
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on for ever, with such a pause"
        )

    def handle(self, *args: Any, every: int | None, **options: Any) -> None:
        """Settle once, or until the process is asked to end."""
        if every is None:
            self._tell(settle(catalogue(), payment()))
            return
        if every < 1:
            raise CommandError(f"--every is a whole number from 1, not {every}")
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        while not ended.is_set():
            try:
                self._tell(settle(catalogue(), payment()))
            except DatabaseError as error:
                self.stderr.write(f"orders: not settled: {error}")
            close_old_connections()
            ended.wait(every)

    def _tell(self, settled: Settled) -> None:
        if settled != Settled():
            self.stdout.write(
                f"orders: {settled.placed} placed, {settled.cancelled} cancelled, "
                f"{settled.mailed} mailed"
            )
