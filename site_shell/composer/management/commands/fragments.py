"""``manage.py fragments``: what is registered, and changes to it."""

import argparse
import difflib
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from fragment_contract.conformance import Result
from fragment_contract.conformance.arguments import read_pair

from ...conformity import check_release
from ...errors import RegistryError
from ...registry.editing import Edit, Entry, edited, kill, promote, register, rollback
from ...registry.opening import open_writer
from ...registry.schema import Registered, parse_fragments
from ...registry.writing import RegistryWriter

_SIGNS = {"passed": "ok  ", "failed": "FAIL", "not applicable": "-   ", "skipped": "skip"}


class Command(BaseCommand):
    help = "List, show, register, promote, roll back, kill and check the registered fragments."
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
        commands.add_parser("list", help="list all fragments and their releases")
        show = commands.add_parser("show", help="show what is registered for a fragment")
        show.add_argument("fragment")
        check = commands.add_parser("check", help="check that releases keep the contract")
        check.add_argument("fragments", nargs="*", metavar="FRAGMENT", help="all without any")
        _add_check_options(check)
        for action, (text, arguments) in _CHANGES.items():
            change = commands.add_parser(action, help=text)
            change.add_argument("fragment")
            for name, options in arguments.items():
                change.add_argument(name, **options)
            change.add_argument("--dry-run", action="store_true", help="only show the difference")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of them."""
        try:
            writer = open_writer(options["registry"])
            if options["action"] in _CHANGES:
                self._change(writer, options)
            else:
                getattr(self, f"_{options['action']}")(writer, options)
        except RegistryError as error:
            raise CommandError(str(error)) from error

    def _list(self, writer: RegistryWriter, options: dict[str, Any]) -> None:
        found = parse_fragments(writer.read())
        for fragment, releases in sorted(found.releases.items()):
            self.stdout.write(self.style.MIGRATE_HEADING(fragment))
            for release in releases:
                mark = "default" if release.default else f"{release.traffic:g} %"
                self.stdout.write(f"  {release.version:<12} {mark:<8} {release.url}")
        self._tell_problems(found)

    def _show(self, writer: RegistryWriter, options: dict[str, Any]) -> None:
        fragment = options["fragment"]
        entries = writer.read()
        if fragment not in entries:
            known = ", ".join(sorted(entries)) or "none"
            raise CommandError(f"no fragment {fragment!r} is registered; registered: {known}")
        self.stdout.write(json.dumps(entries[fragment], indent=2))
        self._tell_problems(parse_fragments({fragment: entries[fragment]}))

    def _check(self, writer: RegistryWriter, options: dict[str, Any]) -> None:
        found = parse_fragments(writer.read())
        chosen = options["fragments"] or sorted({*found.releases, *found.refused})
        unknown = set(chosen) - found.releases.keys() - found.refused
        if unknown:
            raise CommandError(f"not registered: {', '.join(sorted(unknown))}")
        failed = [name for name in chosen if name in found.refused]
        self._tell_problems(found)
        for release in (one for name in chosen for one in found.releases.get(name, ())):
            results = check_release(
                release,
                parameters=dict(options["parameters"]),
                assets=options["assets"],
                files=options["files"],
            )
            self.stdout.write(f"{release.fragment} {release.version} at {release.url}")
            self._tell_results(results, everything=options["verbosity"] > 1)
            if any(result.verdict == "failed" for result in results):
                failed.append(release.fragment)
        if failed:
            raise CommandError(f"not as promised: {', '.join(dict.fromkeys(failed))}")

    def _change(self, writer: RegistryWriter, options: dict[str, Any]) -> None:
        fragment, edit = options["fragment"], _edit(options)
        if options["dry_run"]:
            before = writer.read().get(fragment)
            after = edited(fragment, before, edit)
        else:
            before, after = writer.change(fragment, edit)
        if before == after:
            self.stdout.write("Nothing to change.")
            return
        self.stdout.write("\n".join(_difference(fragment, before, after)))
        self.stdout.write("Nothing was written." if options["dry_run"] else "Written.")

    def _tell_results(self, results: list[Result], *, everything: bool) -> None:
        for result in results:
            if result.verdict == "failed" or everything:
                sign = _SIGNS[result.verdict]
                self.stdout.write(f"  {sign}  {result.check.name:20} {result.check.promise}")
                for line in result.detail.splitlines():
                    self.stdout.write(f"        {'':20} {line}")
        counts = Counter(result.verdict for result in results)
        self.stdout.write("  " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))

    def _tell_problems(self, found: Registered) -> None:
        for problem in found.problems:
            self.stderr.write(problem)


_VERSION: dict[str, Any] = {"help": "version of the release, as list shows it"}
_CHANGES: dict[str, tuple[str, dict[str, dict[str, Any]]]] = {
    "register": (
        "add a release, without traffic unless it is the first; or move one to another URL",
        {
            "url": {"help": "the address to which /manifest.json is appended"},
            "release": {"help": "its version", "metavar": "VERSION"},
            "--fallback-url": {"help": "what to fetch when the service fails"},
        },
    ),
    "promote": (
        "make a release the default one, with all traffic",
        {"release": {**_VERSION, "metavar": "VERSION"}},
    ),
    "rollback": ("make the release the default one that was it before", {}),
    "kill": (
        "take a release away, or the whole fragment",
        {"release": {**_VERSION, "metavar": "VERSION", "nargs": "?"}},
    ),
}


def _edit(options: dict[str, Any]) -> Edit:
    action = options["action"]
    if action == "register":
        return register(
            url=options["url"], version=options["release"], fallback_url=options["fallback_url"]
        )
    if action == "promote":
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        return promote(options["release"], now=now)
    return rollback() if action == "rollback" else kill(options["release"])


def _add_check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-p",
        "--parameter",
        dest="parameters",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="a value with which fragments that know the parameter answer 200; repeat for more",
    )
    parser.add_argument(
        "--files",
        action="append",
        default=[],
        metavar="FRAGMENT",
        help="a fragment of plain files behind a web server; repeat for more",
    )
    parser.add_argument(
        "--assets",
        default=settings.SITE_ORIGIN,
        metavar="ORIGIN",
        help="who serves site-relative assets; SITE_ORIGIN by default",
    )


def _pair(text: str) -> tuple[str, str]:
    try:
        return read_pair(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _difference(fragment: str, before: Entry | None, after: Entry | None) -> list[str]:
    old, new = (
        [] if entry is None else json.dumps(entry, indent=2).splitlines()
        for entry in (before, after)
    )
    names = (f"{fragment} before", f"{fragment} after")
    return list(difflib.unified_diff(old, new, *names, lineterm=""))
