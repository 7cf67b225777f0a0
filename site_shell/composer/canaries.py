"""Watches releases that are tried out, and halts those that are worse than the default one.

A thread of each process that sees a rollout. It judges by what its process has counted, and by what
the others have as far as they are known. What it decides holds in the process at once, and is
written to the registry, so that all processes and those started later agree.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from .errors import RegistryError
from .judgement import why_worse
from .measures import WINDOW_SECONDS, Measures, Tallies, Tally, sum_tallies
from .registry import Registry
from .registry.editing import Edit, Entry, halt
from .registry.history import Note, noted
from .registry.schema import parse_fragments
from .registry.writing import RegistryWriter
from .release import Halt, Release
from .rollouts import Rollouts

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0
_MAX_HALTS: Final = 100
_NOTHING: Final[Tally] = (0, 0, {})
_OWN: Final = ""


@dataclass(frozen=True, slots=True)
class Halted:
    """A release that this process has halted. ``is_written``: whether the registry says so, too."""

    fragment: str
    version: str
    at: str
    reason: str
    is_written: bool = False


class Canaries:
    """The watch of one process; idle, and without a thread, until there is a rollout."""

    def __init__(
        self,
        *,
        registry: Registry,
        rollouts: Rollouts,
        measures: Measures,
        open_writer: Callable[[], RegistryWriter],
        seconds: float = LOOK_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._registry = registry
        self._rollouts = rollouts
        self._measures = measures
        self._open_writer = open_writer
        self._seconds = seconds
        self._clock = clock
        # What other processes have counted, by names of processes.
        self.others: Callable[[], Mapping[str, Tallies]] = _nobody
        # When a release was first seen as it is now, and what each process had counted when it
        # was first heard of after that.
        self._seen: dict[Release, tuple[float, dict[str, Tally]]] = {}
        self._halts: list[Halted] = []
        self._unwritten: dict[Release, Halted] = {}
        self._told: set[Release] = set()
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        rollouts.on_trial = self.begin

    @property
    def halts(self) -> tuple[Halted, ...]:
        """What this process has halted since it began, the last one first."""
        unwritten = set(self._unwritten.values())
        return tuple(replace(one, is_written=one not in unwritten) for one in self._halts[::-1])

    def begin(self) -> None:
        """Start to watch, unless it runs. In a forked child it does not."""
        with self._lock:
            if self._ending.is_set() or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._run, name="canaries", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread; it does not wait for a write that is under way."""
        self._ending.set()

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception:
                # A watch that stops is worse than one that misses a look.
                logger.exception("canaries")
            if self._ending.wait(self._seconds):
                return

    def look(self) -> None:
        """Judge every release that is tried out, once."""
        tried = {
            release: releases[0]
            for fragment in self._rollouts.current().splits
            for releases in [self._registry.releases(fragment)]
            for release in releases
            if release.is_tried and release not in self._rollouts.halts
        }
        self._seen = {release: seen for release, seen in self._seen.items() if release in tried}
        counted = {**self.others(), _OWN: self._measures.tallies()} if tried else {}
        for release, default in tried.items():
            canary = self._since_seen(release, counted)
            other = sum_tallies(_of(default, tallies) for tallies in counted.values())
            reason = why_worse(canary, other, release.limits)
            if reason and release not in self._rollouts.halts:
                self._halt(release, reason, tried)
        for release, halted in list(self._unwritten.items()):
            self._write(release, halted)

    def _since_seen(self, release: Release, counted: Mapping[str, Tallies]) -> Tally:
        """What was counted since the release has been tried out in this way.

        What came before, under a former try of the same version, is not held against it.
        """
        now = self._clock()
        since, before = self._seen.setdefault(release, (now, {}))
        is_all_new = now - since >= WINDOW_SECONDS
        found = []
        for process, tallies in counted.items():
            tally = _of(release, tallies)
            first = before.setdefault(process, tally)
            found.append(tally if is_all_new else _less(tally, first))
        return sum_tallies(found)

    def _halt(self, release: Release, reason: str, tried: Mapping[Release, Release]) -> None:
        """Halt a release, and with it those of its group: they were to move together."""
        self._halt_one(release, reason)
        for other in tried:
            is_linked = release.group and other.group == release.group
            if is_linked and other not in self._rollouts.halts:
                self._halt_one(other, f"{release.fragment} {release.version}: {reason}"[:250])

    def _halt_one(self, release: Release, reason: str) -> None:
        at = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
        self._rollouts.halt(release, Halt(at, reason))
        halted = Halted(release.fragment, release.version, at, reason)
        self._unwritten[release] = halted
        self._seen.pop(release, None)
        self._halts = [*self._halts, halted][-_MAX_HALTS:]
        self._measures.count("canary_halts", fragment=release.fragment, version=release.version)
        logger.error("canary %s %s is halted: %s", release.fragment, release.version, reason)

    def _write(self, release: Release, halted: Halted) -> None:
        note = Note(halted.at, f"shell on {socket.gethostname()}", f"halt {halted.version}")
        try:
            edit = noted(_halt_if_same(release, halted), note)
            self._open_writer().change(release.fragment, edit)
        except RegistryError as error:
            self._measures.count("canary_halts_not_written", fragment=release.fragment)
            if release in self._told:
                return
            self._told.add(release)
            logger.error(
                "canary %s %s is halted in this process alone, because the registry cannot be "
                "written: %s; others go on until somebody does it: manage.py fragments rollback %s",
                release.fragment,
                release.version,
                error,
                release.fragment,
            )
        else:
            self._told.discard(release)
            del self._unwritten[release]


def _nobody() -> Mapping[str, Tallies]:
    """No other process is known."""
    return {}


def _of(release: Release, tallies: Tallies) -> Tally:
    return tallies.get((release.fragment, release.version), _NOTHING)


def _less(tally: Tally, before: Tally) -> Tally:
    requests, failures, buckets = tally
    return (
        max(0, requests - before[0]),
        max(0, failures - before[1]),
        {bucket: max(0, n - before[2].get(bucket, 0)) for bucket, n in buckets.items()},
    )


def _halt_if_same(release: Release, halted: Halted) -> Edit:
    """Nothing, if somebody has changed meanwhile how the release is tried out."""

    def edit(entry: Entry | None) -> Entry | None:
        now = parse_fragments({release.fragment: entry}).releases.get(release.fragment, ())
        if release not in now:
            return entry
        return halt(halted.version, at=halted.at, reason=halted.reason)(entry)

    return edit
