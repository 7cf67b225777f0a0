"""From the slots of a page to their outcomes: what is cached at once, all else under way."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from .asking import Ask, Asker
from .assets import Assets
from .budget import Budget
from .csp import NO_SOURCES, Sources
from .errors import ComposerError, StagingError
from .filling import Filling
from .frames import Frames
from .later import Later
from .nested import inside, refusal
from .outcome import Outcome
from .page import Layout
from .request import PageRequest
from .resolve import Resolver
from .rollouts import Plan
from .slot import Slot
from .staged import Stage, StagedResolver
from .stand_ins import FALLBACK_SECONDS
from .store import Entry, FragmentStore
from .visit import Visit

logger = logging.getLogger(__name__)


# What slots ask for, or why one cannot; None where the browser does.
Asks: TypeAlias = Sequence[Ask | ComposerError | None]


@dataclass(slots=True)
class _Asking:
    """What all slots of one page are asked with."""

    filling: Filling
    request: PageRequest
    locale: str
    visit: Visit
    given: Outcome | None


class Filler:
    """Looks all slots of a page up in one go and starts a fetch for each that is missing."""

    def __init__(
        self,
        *,
        asker: Asker,
        resolver: Resolver,
        store: FragmentStore,
        stage: Stage,
        frames: Frames,
        later: Later,
    ) -> None:
        self._stage = stage
        self._asker = asker
        self._resolver = resolver
        self._store = store
        self._frames = frames
        self._later = later

    def asks(self, slots: Sequence[Slot], request: PageRequest, locale: str) -> Asks:
        """What the slots ask for this visitor, now."""
        plan = self._asker.plan()
        return [self._ask(slot, request, locale, plan) for slot in slots]

    def keys(self, slots: Sequence[Slot], asks: Asks, request: PageRequest) -> tuple[str, ...]:
        """The cache keys of what the slots ask for: what a page is made of."""
        return tuple(
            [
                # All that is in the page of a lazy slot beside what the slot says itself.
                self._frames.query(slot, request)
                if slot.delivery == "lazy"
                else (ask.key if isinstance(ask, Ask) else "")
                for slot, ask in zip(slots, asks, strict=True)
            ]
        )

    def asked(self, filling: Filling, request: PageRequest, locale: str) -> tuple[str, ...]:
        """The keys with which the slots of a filling were asked for, whatever counts by now."""
        slots = filling.slots
        plan = self._asker.plan()
        asks = [
            ask or self._ask(slot, request, locale, plan)
            for slot, ask in zip(slots, filling.asks, strict=True)
        ]
        return self.keys(slots, asks, request)

    async def start(
        self,
        layout: Layout,
        request: PageRequest,
        locale: str,
        visit: Visit,
        *,
        asks: Asks | None = None,
        given: Outcome | None = None,
    ) -> Filling:
        """What the cache has is there at once; the rest is under way when this returns.

        ``asks`` are those of the slots, where they are known; ``given`` is the outcome of one slot
        that nobody needs to be asked for.
        """
        filling = Filling(layout.slots, self._frames.scripts)
        asking = _Asking(filling, request, locale, visit, given)
        if asks is None:
            asks = self.asks(layout.slots, request, locale)
        await self._fill(asking, range(len(asks)), asks)
        return filling

    def expected(self, filling: Filling) -> tuple[list[Assets], Sources]:
        """What slots that are still to come will need, as far as manifests tell.

        Their assets, and what they ask of the page's policy.
        """
        found: list[Assets] = []
        sources = NO_SOURCES
        for ask, outcome in zip(filling.asks, filling.outcomes, strict=True):
            if ask is not None and outcome is None:
                assets, asked = self._resolver_of(ask).expected(ask)
                found.append(assets)
                sources |= asked
        return found, sources

    def may_hold_others(self, filling: Filling) -> bool:
        """Whether a fragment that is still to come may have slots inside, as far as is known."""
        return any(
            ask is not None and outcome is None and self._resolver.may_hold_others(ask)
            for ask, outcome in zip(filling.asks, filling.outcomes, strict=True)
        )

    async def _fill(self, asking: _Asking, positions: Sequence[int], asks: Asks) -> None:
        """Look up and ask for some slots of a page, and what the cache has inside of them."""
        filling = asking.filling
        found = [self._begin(asking, p, ask) for p, ask in zip(positions, asks, strict=True)]
        kept = await self._look_up([ask.key for ask in found if isinstance(ask, Ask)])
        unfolding: list[tuple[int, Outcome]] = []
        for position, ask in zip(positions, found, strict=True):
            if ask is None:
                continue
            slot, entry, outcome, mine = filling.slots[position], None, None, asking
            if slot.delivery != "inline":
                mine = replace(asking, visit=_with_own_time(slot, asking.visit))
            if isinstance(ask, Ask):
                filling.asks[position] = ask
                entry = kept.get(ask.key)
                if entry is not None:
                    outcome = self._resolver_of(ask).from_cache(ask, entry, mine.visit)
            if outcome is None:
                get = self._get(mine, position, ask, entry)
                filling.begin(position, asyncio.create_task(get))
            elif outcome.nested:
                unfolding.append((position, outcome))
            else:
                filling.outcomes[position] = outcome
        for position, outcome in unfolding:
            filling.outcomes[position] = await self._unfold(asking, position, outcome)

    def _begin(
        self, asking: _Asking, position: int, ask: Ask | ComposerError | None
    ) -> Ask | ComposerError | None:
        """Give a slot its frame, and its outcome if it has one already: then it asks nothing."""
        filling, given = asking.filling, asking.given
        slot = filling.slots[position]
        if given is not None and slot is given.slot:
            filling.outcomes[position] = given
        if filling.outcomes[position] is not None:
            return None
        if slot.delivery == "inline" and not slot.arrival.refresh:
            return ask
        try:
            visit = asking.visit
            frame = self._frames.frame(
                position, slot, asking.request, asking.locale, visit.local_template
            )
        except ComposerError as error:
            return error
        filling.frames[position] = frame
        if ask is None:
            asked = self._later.asked(slot)
            filling.is_provisional = filling.is_provisional or asked is None
            filling.outcomes[position] = Outcome(
                slot=slot, kind="lazy", html=frame.waiting, asked=asked or NO_SOURCES
            )
        return ask

    def _ask(
        self, slot: Slot, request: PageRequest, locale: str, plan: Plan
    ) -> Ask | ComposerError | None:
        if slot.delivery == "lazy" and not slot.problem:
            return None
        try:
            ask = self._asker.prepare(slot, request, locale, plan)
            staging = request.audience.staging
            return ask if staging is None else self._stage.prepare(ask, staging)
        except ComposerError as error:
            return error

    def _resolver_of(self, ask: Ask) -> Resolver | StagedResolver:
        return self._resolver if ask.staged is None else self._stage.resolver(ask.staged)

    async def _look_up(self, keys: Iterable[str]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        missing: list[str] = []
        for key in keys:
            entry = self._store.peek(key)
            if entry is None:
                missing.append(key)
            else:
                found[key] = entry
        return found | await self._store.get_many(missing) if missing else found

    async def _get(
        self, asking: _Asking, position: int, ask: Ask | ComposerError, entry: Entry | None
    ) -> Outcome:
        slot, visit = asking.filling.slots[position], asking.visit
        if isinstance(ask, ComposerError):
            outcome = await self._resolver.without(slot, ask, visit)
            return replace(outcome, is_staged=isinstance(ask, StagingError))
        resolver = self._resolver_of(ask)
        try:
            outcome = await resolver.live(ask, entry, visit)
            return await self._unfold(asking, position, outcome) if outcome.nested else outcome
        except Exception as error:
            # A fault of ours in one slot must not take the page with it.
            logger.exception("slot %s", slot.fragment)
            wrapped = ComposerError(f"{type(error).__name__}: {error}")
            return await resolver.without(slot, wrapped, visit, ask=ask, kept=entry)

    async def _unfold(self, asking: _Asking, position: int, outcome: Outcome) -> Outcome:
        """Ask for the slots inside a fragment. They share the page's time with all others."""
        filling = asking.filling
        found = inside(outcome.html, outcome.slot.depth + 1)
        if not found.slots:
            return outcome
        before = filling.nested
        positions = filling.add(found.slots, inside=position)
        around = (outcome.slot, *filling.ancestors(position))
        for index, child in enumerate(positions):
            slot = filling.slots[child]
            if reason := refusal(slot, around, before + index):
                refused = Outcome(slot=slot, kind="degraded", reason=reason)
                filling.outcomes[child] = refused
        asks = self.asks(found.slots, asking.request, asking.locale)
        await self._fill(asking, positions, asks)
        pieces = tuple([p if isinstance(p, bytes) else positions[p] for p in found.pieces])
        return replace(outcome, pieces=pieces)


def _with_own_time(slot: Slot, visit: Visit) -> Visit:
    """What is at the end of the page has its own time: nothing of the page waits for it."""
    return replace(visit, budget=Budget(slot.timeout_ms / 1000 + FALLBACK_SECONDS))
