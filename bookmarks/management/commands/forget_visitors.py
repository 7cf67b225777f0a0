"""Delete what visitors without an account saved and never came back to."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ...lists import forget

DAYS: Final = 180


class Command(BaseCommand):
    """For a daily run; what an account has stays for as long as the account."""

    help = "Delete the lists of visitors without an account that nobody changed for so long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --days."""
        parser.add_argument("--days", type=int, default=DAYS, help=f"{DAYS} by default, 1 at least")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        """Delete them and say how many."""
        if days < 1:
            raise CommandError(f"--days is 1 at least, not {days}")
        count = forget(timezone.now() - timedelta(days=days))
        self.stdout.write(f"bookmarks: forgot {count} lists")
