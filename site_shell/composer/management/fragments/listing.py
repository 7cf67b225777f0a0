"""``list`` and ``show``: what is registered."""

import json
import math
import time
from argparse import ArgumentParser
from datetime import UTC, datetime

from django.core.management.base import CommandError

from ...registry.rollout import end, share
from ...registry.schema import parse_fragments
from ...release import Release
from .action import Action, Job


def _list(job: Job) -> None:
    now = time.time()
    found = parse_fragments(job.writer.read())
    for fragment, releases in sorted(found.releases.items()):
        job.stdout.write(job.style.MIGRATE_HEADING(fragment))
        for release in releases:
            mark = "default" if release.default else f"{share(release, now):g} %"
            about = _about(release, now)
            line = f"  {release.version:<12} {mark:<8} {release.url}"
            job.stdout.write(f"{line}  {about}" if about else line)
    job.tell_problems(found)


def _about(release: Release, now: float) -> str:
    """How a release takes part in a rollout, in words."""
    words = []
    if release.halted is not None:
        words.append(f"halted {release.halted.at}: {release.halted.reason}")
    if release.rollout is not None:
        words.append(release.rollout.strategy)
        start = release.rollout.start
        if start is None:
            words.append("waits to be promoted")
        elif start > now:
            words.append(f"from {_moment(start)}")
        elif now < end(release):
            words.append(f"since {_moment(start)}, all at {_moment(end(release))}")
        else:
            words.append("has everybody; promote it to make it the default one")
    if release.group and (words or release.is_tried):
        words.append(f"with group {release.group}")
    return "; ".join(words)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(math.floor(seconds), UTC).isoformat()


def _show(job: Job) -> None:
    fragment = job.options["fragment"]
    entries = job.writer.read()
    if fragment not in entries:
        known = ", ".join(sorted(entries)) or "none"
        raise CommandError(f"no fragment {fragment!r} is registered; registered: {known}")
    job.stdout.write(json.dumps(entries[fragment], indent=2))
    job.tell_problems(parse_fragments({fragment: entries[fragment]}))


def _nothing(parser: ArgumentParser) -> None:
    """It takes no arguments."""


def _fragment(parser: ArgumentParser) -> None:
    parser.add_argument("fragment")


LIST = Action("list", "list all fragments and their releases", _nothing, _list)
SHOW = Action("show", "show what is registered for a fragment", _fragment, _show)
