"""Sweep accounts that nobody confirmed, and tell services of all that are gone."""

import signal
import time
from argparse import ArgumentParser
from math import inf
from threading import Event
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from ...closing import tell_again
from ...sweeping import Swept, sweep

SWEEP_EVERY: Final = 3600  # seconds


class Command(BaseCommand):
    """Once for a timer, or for ever as a process of its own; several do each other no harm."""

    help = (
        "Delete accounts that never confirmed their address and that nobody uses; ask services to "
        "forget them, and whoever has closed an account, until they have."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --every."""
        pause = "go on for ever, with such a pause; accounts are swept once an hour"
        parser.add_argument("--every", type=int, metavar="SECONDS", help=pause)

    def handle(self, *args: Any, every: int | None, **options: Any) -> None:
        """Once, failing while a service has not forgotten, so that timers notice; or for ever."""
        if every is None:
            self._sweep()
            if self._tell(now=True):
                raise CommandError("a service does not answer; its log says why")
            return
        if every < 1:
            raise CommandError(f"--every is a whole number from 1, not {every}")
        ended = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        swept_at = -inf
        while not ended.is_set():
            try:
                if time.monotonic() - swept_at >= SWEEP_EVERY:
                    self._sweep()
                    swept_at = time.monotonic()
                self._tell()
            except DatabaseError as error:
                self.stderr.write(f"accounts: {error}")
            close_old_connections()
            ended.wait(every)

    def _sweep(self) -> None:
        done = sweep()
        if done != Swept():
            self.stdout.write(f"accounts: {done.gone} swept, {done.unknown} not yet")

    def _tell(self, *, now: bool = False) -> int:
        """How many are left of what could be told now."""
        left = 0
        while not left:
            told, left = tell_again(now=now)
            if not told and not left:
                break
            self.stdout.write(f"accounts: {told} forgotten, {left} not yet")
        return left
