"""Which release a visitor gets, and what rollouts that are under way do to a page."""

import math
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from .errors import UnknownFragment
from .registry import Registry
from .registry.rollout import LONGEST_SECONDS, SlotStrategy, Split, split
from .release import Halt, Release
from .slot import Slot

COOKIE: Final = "cohort"
_DAY: Final = 86_400
# Where no end is in sight: long enough to stay with a release, short enough to forget it.
_OPEN_ENDED_SECONDS: Final = 7 * _DAY
_COHORTS: Final = {
    digits: frozenset(f"{n:0{digits}}" for n in range(10**digits)) for digits in (1, 2, 3)
}


@dataclass(frozen=True, slots=True)
class Pin:
    """How rollouts bind one page to its visitor.

    ``until`` (epoch seconds) bounds how long the page may be kept. ``cookie`` is the Set-Cookie
    header of a first visit, which nobody may share.
    """

    is_pinned: bool = False
    until: float = math.inf
    cookie: str = ""


FREE: Final = Pin()


def both(one: Pin, other: Pin) -> Pin:
    """What two parts of an answer mean for the whole of it."""
    return Pin(
        one.is_pinned or other.is_pinned, min(one.until, other.until), one.cookie or other.cookie
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets what between two moments (epoch seconds) under one generation of the registry.

    ``splits`` has the fragments with a release that is tried out, ``pinned`` those of them of
    which visitors get different releases. ``digits``: how long a cohort has to be.
    """

    generation: int
    since: float
    until: float
    splits: Mapping[str, Split]
    pinned: frozenset[str]
    digits: int
    vectors: dict[str, bytes] = field(default_factory=dict)

    def vector(self, cohort: str) -> bytes:
        """The same for cohorts that get the same release of every fragment."""
        known = self.vectors.get(cohort)
        if known is None:
            releases = [self.splits[name].release(cohort) for name in sorted(self.pinned)]
            text = "\n".join(f"{one.fragment} {one.version} {one.url}" for one in releases)
            known = self.vectors[cohort] = b"v" + blake2b(text.encode(), digest_size=8).digest()
        return known


# Of no time at all.
_NO_PLAN: Final = Plan(-1, math.inf, 0.0, {}, frozenset(), 0)


class Rollouts:
    """Chooses releases. What follows from registry and clock is worked out once for all visits."""

    def __init__(
        self, registry: Registry, *, https: bool = True, clock: Callable[[], float] = time.time
    ) -> None:
        self._registry = registry
        self._https = https
        self._clock = clock
        self._halts: dict[Release, Halt] = {}
        self._deck = _Deck()
        # Called whenever a plan with a release that is tried out is made.
        self.on_trial: Callable[[], None] = _nobody
        self._plan = _NO_PLAN

    def current(self) -> Plan:
        """The plan of this moment. A new one is another object."""
        plan = self._plan
        generation = self._registry.generation
        if plan.generation == generation and plan.since <= self._clock() < plan.until:
            return plan
        self._plan = plan = self._make(generation)
        return plan

    def choose(
        self, fragment: str, strategy: SlotStrategy = "default", cohort: str = ""
    ) -> Release:
        """The release for a slot of a visitor. Raises UnknownFragment."""
        found = self.current().splits.get(fragment)
        if found is None:
            return self._registry.releases(fragment)[0]
        return found.canary if strategy == "canary" else found.release(cohort)

    def cohort(self, given: str) -> str:
        """The part of a cookie's value that matters now; empty for a value that is of no use."""
        digits = self.current().digits
        if not digits or len(given) < digits:
            return ""
        return given[:digits] if given in _COHORTS.get(len(given), ()) else ""

    def deal(self, given: str) -> str:
        """A cohort for who has none, or one that is too short: then what it says stays true."""
        dealt = self._deck.deal()[: self.current().digits]
        kept = given if given in _COHORTS.get(len(given), ()) else ""
        return kept + dealt[len(kept) :]

    def pin(self, slots: Iterable[Slot], *, new_cohort: str = "") -> Pin:
        """What the rollouts of a page's fragments mean for it."""
        plan = self.current()
        if not plan.splits:
            return FREE
        found = {
            slot.fragment: plan.splits[slot.fragment]
            for slot in slots
            # What is lazy is not in the page, and has a cohort of its own when it is asked for.
            if slot.fragment in plan.splits and slot.delivery != "lazy"
        }
        if not found:
            return FREE
        is_pinned = any(
            slot.strategy == "default" and slot.fragment in plan.pinned and slot.delivery != "lazy"
            for slot in slots
        )
        return Pin(
            is_pinned=is_pinned,
            until=min(one.until for one in found.values()),
            cookie=self._cookie(plan, new_cohort) if is_pinned and new_cohort else "",
        )

    def pin_anyway(self, new_cohort: str) -> Pin:
        """The same for a page of which nobody knows yet what fragments it will hold."""
        plan = self.current()
        return Pin(is_pinned=True, cookie=self._cookie(plan, new_cohort)) if plan.pinned else FREE

    def _cookie(self, plan: Plan, cohort: str) -> str:
        now = self._clock()
        left = max(plan.splits[name].ends for name in plan.pinned) - now
        # A rollout that begins before this one ends is over by then: nobody changes sides in it.
        left += LONGEST_SECONDS
        seconds = _OPEN_ENDED_SECONDS if math.isinf(left) else max(1, math.ceil(left))
        secure = "; Secure" if self._https else ""
        return f"{COOKIE}={cohort}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"

    def halt(self, release: Release, halt: Halt) -> None:
        """Give a release no more traffic in this process, for as long as its record is the same."""
        self._halts = {**self._halts, release: halt}
        self.forget()

    def forget(self) -> None:
        """Work everything out anew at the next visit."""
        self._plan = _NO_PLAN

    @property
    def halts(self) -> Mapping[Release, Halt]:
        """What was halted in this process, by releases as they were then."""
        return self._halts

    def _make(self, generation: int) -> Plan:
        now = self._clock()
        # A record that has changed since is another decision.
        self._halts = {one: why for one, why in self._halts.items() if self._is_there(one)}
        splits: dict[str, Split] = {}
        for fragment in self._registry.fragments():
            releases = self._registry.releases(fragment)
            if len(releases) > 1 and any(release.is_tried for release in releases):
                splits[fragment] = split(self._without_halted(releases), now)
        if splits:
            self.on_trial()
        return Plan(
            generation=generation,
            since=now,
            until=min((one.until for one in splits.values()), default=math.inf),
            splits=splits,
            pinned=frozenset(name for name, one in splits.items() if one.digits),
            digits=max((one.digits for one in splits.values()), default=0),
        )

    def _is_there(self, release: Release) -> bool:
        try:
            return release in self._registry.releases(release.fragment)
        except UnknownFragment:
            return False

    def _without_halted(self, releases: Sequence[Release]) -> Sequence[Release]:
        return [release for release in releases if release not in self._halts]


def _nobody() -> None:
    """Nobody watches."""


class _Deck:
    """Deals cohorts so that of a thousand in a row each is dealt once: shares are exact."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cards: list[str] = []

    def deal(self) -> str:
        with self._lock:
            if not self._cards:
                self._cards = sorted(_COHORTS[3])
                random.shuffle(self._cards)
            return self._cards.pop()
