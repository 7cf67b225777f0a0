"""Tell services of closed accounts that they have not heard of."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...closing import tell_again


class Command(BaseCommand):
    """For a timer, where so few shoppers come that their requests do not do it."""

    help = "Ask services once more to forget whoever has closed an account."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails as long as a service has not forgotten, so that timers notice."""
        told, left = tell_again(now=True)
        self.stdout.write(f"accounts: {told} forgotten, {left} not yet")
        if left:
            raise CommandError("a service does not answer; its log says why")
