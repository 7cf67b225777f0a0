"""The subcommands that change a fragment's entry: each is one edit, shown as a difference."""

import argparse
import difflib
import getpass
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

from ...errors import RegistryError
from ...registry.editing import Edit, Entry, edited, kill, promote, register, rollback, shift
from ...registry.history import Note, noted, without_history
from ...release import StrategyName
from .action import Action, Job

_Options = dict[str, Any]
_AddArguments = Callable[[argparse.ArgumentParser], None]


def _action(
    name: str,
    text: str,
    make: Callable[[_Options], Edit],
    say: Callable[[_Options], str],
    *adders: _AddArguments,
) -> Action:
    """``make`` gives the edit, ``say`` the words by which the history remembers it."""

    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("fragment")
        for add in adders:
            add(parser)
        parser.add_argument("--dry-run", action="store_true", help="only show the difference")
        parser.add_argument(
            "--by",
            default=_user(),
            help="who does it, for the history; by default you: %(default)s",
        )

    def run(job: Job) -> None:
        note = Note(_now(), job.options["by"], say(job.options))
        _change(job, noted(make(job.options), note))

    return Action(name, text, add_arguments, run)


def _change(job: Job, edit: Edit) -> None:
    fragment, is_dry = job.options["fragment"], job.options["dry_run"]
    if is_dry:
        before = job.writer.read().get(fragment)
        after = edited(fragment, before, edit)
    else:
        before, after = job.writer.change(fragment, edit)
    if before == after:
        job.stdout.write("Nothing to change.")
        return
    job.stdout.write("\n".join(_difference(fragment, before, after)))
    job.stdout.write("Nothing was written." if is_dry else "Written.")


def _difference(fragment: str, before: Entry | None, after: Entry | None) -> list[str]:
    """A unified diff of the two. The history, which only ever says the same again, is left out."""
    old, new = (
        [] if entry is None else json.dumps(without_history(entry), indent=2).splitlines()
        for entry in (before, after)
    )
    names = (f"{fragment} before", f"{fragment} after")
    return list(difflib.unified_diff(old, new, *names, lineterm=""))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run as a number without a name.
        return "somebody"


def _now(timespec: str = "microseconds") -> str:
    return datetime.now(UTC).isoformat(timespec=timespec)


def _release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "release", metavar="VERSION", help="version of the release, as list shows it"
    )


def _release_or_all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "release", metavar="VERSION", nargs="?", help="version; without one the whole fragment"
    )


def _what_to_register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="the address to which /manifest.json is appended")
    parser.add_argument("release", metavar="VERSION", help="its version")
    parser.add_argument("--fallback-url", help="what to fetch when the service fails")


def _how_to_shift(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--traffic", type=_percent, metavar="PERCENT", help="a share that stays")
    how.add_argument("--strategy", choices=get_args(StrategyName), help="a share that grows")
    parser.add_argument(
        "--start", help="when the strategy begins, such as 2026-11-21T13:00:00Z; by default now"
    )
    parser.add_argument("--group", default="", help="fragments of one group move together")


def _percent(text: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        percent = math.nan
    if not 0 <= percent <= 100:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 100, not {text!r:.40}")
    return percent


def _shift(options: _Options) -> Edit:
    strategy, start = options["strategy"] or "", options["start"] or ""
    if start and not strategy:
        raise RegistryError("--start is when a --strategy begins; a share begins at once")
    if strategy and strategy != "BlueGreen":
        start = start or _now("seconds")
    return shift(
        options["release"],
        traffic=options["traffic"],
        strategy=strategy,
        start=start,
        group=options["group"],
    )


def _say_shift(options: _Options) -> str:
    how = options["strategy"] or f"{options['traffic']:g} %"
    return f"shift {options['release']} {how}"


REGISTER = _action(
    "register",
    "add a release, without traffic unless it is the first; or move one to another URL",
    lambda options: register(
        url=options["url"], version=options["release"], fallback_url=options["fallback_url"]
    ),
    lambda options: f"register {options['release']}",
    _what_to_register,
)
SHIFT = _action(
    "shift",
    "try a release out: give it a share of the visitors, or let its share grow",
    _shift,
    _say_shift,
    _release,
    _how_to_shift,
)
PROMOTE = _action(
    "promote",
    "make a release the default one, with all traffic",
    lambda options: promote(options["release"], now=_now()),
    lambda options: f"promote {options['release']}",
    _release,
)
ROLLBACK = _action(
    "rollback",
    "take traffic back from what is tried out; or make the release the default one that was it",
    lambda options: rollback(),
    lambda options: "rollback",
)
KILL = _action(
    "kill",
    "take a release away, or the whole fragment",
    lambda options: kill(options["release"]),
    lambda options: f"kill {options['release'] or 'the fragment'}",
    _release_or_all,
)
