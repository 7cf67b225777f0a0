"""``manage.py fragments``: what is registered, and changes to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...configuration import settings
from ...errors import RegistryError
from ..fragments import ACTIONS, Job


class Command(BaseCommand):
    help = "List, show, register, shift, promote, roll back, kill and check registered fragments."
    # They read the registry, too; what is wrong with it is told here.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand for each thing to do."""
        parser.add_argument(
            "--registry",
            default=settings.FRAGMENT_REGISTRY,
            help="a file or ssm:/prefix instead of FRAGMENT_REGISTRY",
        )
        commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for action in ACTIONS:
            subparser = commands.add_parser(action.name, help=action.help)
            action.add_arguments(subparser)
            subparser.set_defaults(run=action.run)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of them."""
        try:
            options["run"](Job(options, self.stdout, self.stderr, self.style))
        except RegistryError as error:
            raise CommandError(str(error)) from error
