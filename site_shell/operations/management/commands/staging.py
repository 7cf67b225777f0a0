"""``manage.py staging reviews/list=http://localhost:9100/fragments/list``: a link to set it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.http import urlencode

from site_shell.composer.errors import StagingError
from site_shell.composer.staging import FAULT_NAMES, parse_named_fault, parse_override


class Command(BaseCommand):
    help = "Print a link by which a member of staff sets overrides and faults in their browser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "wish",
            nargs="+",
            help="fragment=version, fragment=URL, or fragment=fault (a service for all of its "
            f"fragments); faults: {', '.join(FAULT_NAMES)}",
        )
        parser.add_argument("--page", default="/", help="where to go afterwards; / by default")
        parser.add_argument("--site", default=settings.SITE_ORIGIN, help="origin of the site")

    def handle(self, *args: Any, **options: Any) -> None:
        for wish in options["wish"]:
            _check(wish)
        query = urlencode({"set": options["wish"], "next": options["page"]}, doseq=True)
        self.stdout.write(f"{options['site'].rstrip('/')}/_composer/staging/?{query}")


def _check(wish: str) -> None:
    try:
        parse_named_fault(wish)
    except StagingError as no_fault:
        try:
            parse_override(wish)
        except StagingError as error:
            raise CommandError(f"{error} (or a fault: {no_fault})") from error
