"""Do what could not be done at its time, because another service was down."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from ... import authorship, purchases, ratings, votes


class Command(BaseCommand):
    """Once, for a scheduler; or every so often, as a process beside the service."""

    help = (
        "Ask the cart about purchases that it has not answered for, tell the catalogue the "
        "ratings that it has not been told, and forget drafts and votes that wait for nobody."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --every."""
        parser.add_argument(
            "--every", type=int, default=0, metavar="SECONDS", help="again and again; 0: once"
        )

    def handle(self, *args: Any, every: int, **options: Any) -> None:
        """Work, and rest, and work."""
        self._once()
        while every:
            time.sleep(every)
            close_old_connections()
            self._once()

    def _once(self) -> None:
        told = ratings.push()
        answered, waiting = purchases.verify_all()
        forgotten = authorship.forget_old_drafts()
        uncounted = votes.forget_waiting()
        if told or answered or waiting or forgotten or uncounted:
            self.stdout.write(
                f"reviews: told {told} ratings; {answered} purchases answered for, {waiting} "
                f"not yet; {forgotten} drafts and {uncounted} waiting votes forgotten"
            )
