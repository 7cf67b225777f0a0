"""Tell the catalogue what products are rated."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ... import ratings
from ...models import RatingDue


class Command(BaseCommand):
    """For a catalogue that was down, or that was filled anew."""

    help = "Tell the catalogue the ratings that it has not been told, or with --all every one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --all."""
        parser.add_argument("--all", action="store_true", help="of all products with reviews")

    def handle(self, *args: Any, all: bool, **options: Any) -> None:  # noqa: A002 -- the option
        """Tell what is due; fail if some of it is left."""
        if all:
            ratings.due_for_all()
        told = ratings.push()
        left = RatingDue.objects.values("product").distinct().count()
        self.stdout.write(f"reviews: told the catalogue {told} ratings")
        if left:
            raise CommandError(f"{left} ratings are still due: is PRODUCT_DETAILS_URL right?")
