"""From the slots of a page to their outcomes: what is cached at once, all else under way."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .asking import Ask, Asker
from .assets import Assets
from .budget import Budget
from .csp import NO_SOURCES, Sources
from .errors import ComposerError, StagingError
from .filling import Filling
from .frames import Frames
from .nested import inside, refusal
from .outcome import Outcome
from .page import Layout
from .request import PageRequest
from .resolve import FALLBACK_SECONDS, Resolver, Visit
from .slot import Slot
from .staged import Stage, StagedResolver
from .store import Entry, FragmentStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
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
    ) -> None:
        self._stage = stage
        self._asker = asker
        self._resolver = resolver
        self._store = store
        self._frames = frames

    async def start(
        self,
        layout: Layout,
        request: PageRequest,
        locale: str,
        visit: Visit,
        given: Outcome | None = None,
    ) -> Filling:
        """What the cache has is there at once; the rest is under way when this returns.

        ``given`` is the outcome of one slot that nobody needs to be asked for.
        """
        filling = Filling(layout.slots, self._frames.scripts)
        asking = _Asking(filling, request, locale, visit, given)
        await self._fill(asking, range(len(filling.slots)))
        return filling

    def keys(self, slots: Sequence[Slot], request: PageRequest, locale: str) -> tuple[str, ...]:
        """The cache keys of the slots for this visitor, now: what a page is made of."""
        return tuple([self._key(slot, request, locale) for slot in slots])

    def asked(self, filling: Filling, request: PageRequest, locale: str) -> tuple[str, ...]:
        """The keys with which the slots of a filling were asked for, whatever counts by now."""
        return tuple(
            [
                ask.key if ask is not None else self._key(slot, request, locale)
                for slot, ask in zip(filling.slots, filling.asks, strict=True)
            ]
        )

    def expected(self, filling: Filling) -> list[Assets]:
        """The assets of slots that are still to come, as far as manifests tell."""
        return [
            self._resolver_of(ask).expected_assets(ask)
            for ask, outcome in zip(filling.asks, filling.outcomes, strict=True)
            if ask is not None and outcome is None
        ]

    def expected_sources(self, filling: Filling) -> Sources:
        """What slots that are still to come ask of the page's policy, as far as manifests tell."""
        return NO_SOURCES.union(
            *[
                self._resolver_of(ask).expected_sources(ask)
                for ask, outcome in zip(filling.asks, filling.outcomes, strict=True)
                if ask is not None and outcome is None
            ]
        )

    def may_hold_others(self, filling: Filling) -> bool:
        """Whether a fragment that is still to come may have slots inside, as far as is known."""
        return any(
            ask is not None and outcome is None and self._resolver.may_hold_others(ask)
            for ask, outcome in zip(filling.asks, filling.outcomes, strict=True)
        )

    async def _fill(self, asking: _Asking, positions: Sequence[int]) -> None:
        """Look up and ask for some slots of a page, and what the cache has inside of them."""
        filling = asking.filling
        asks = [self._prepare(asking, position) for position in positions]
        kept = await self._look_up([ask.key for ask in asks if isinstance(ask, Ask)])
        unfolding: list[tuple[int, Outcome]] = []
        for position, ask in zip(positions, asks, strict=True):
            if isinstance(ask, Outcome):
                filling.outcomes[position] = ask
                continue
            entry: Entry | None = None
            outcome: Outcome | None = None
            visit = _visit_of(filling.slots[position], asking.visit)
            if isinstance(ask, Ask):
                filling.asks[position] = ask
                entry = kept.get(ask.key)
                outcome = self._resolver_of(ask).from_cache(ask, entry, visit) if entry else None
            if outcome is None:
                mine = asking if visit is asking.visit else replace(asking, visit=visit)
                get = self._get(mine, position, ask, entry)
                filling.begin(position, asyncio.create_task(get))
            elif outcome.nested:
                unfolding.append((position, outcome))
            else:
                filling.outcomes[position] = outcome
        for position, outcome in unfolding:
            filling.outcomes[position] = await self._unfold(asking, position, outcome)

    def _prepare(self, asking: _Asking, position: int) -> Ask | ComposerError | Outcome:
        slot, given = asking.filling.slots[position], asking.given
        if given is not None and slot is given.slot:
            return given
        if known := asking.filling.outcomes[position]:
            return known
        try:
            if slot.delivery != "inline" or slot.arrival.refresh:
                frame = self._frames.frame(
                    position, slot, asking.request, asking.visit.local_template
                )
                asking.filling.frames[position] = frame
                if slot.delivery == "lazy" and not slot.problem:
                    return Outcome(slot=slot, kind="lazy", html=frame.waiting)
            return self._ask(slot, asking.request, asking.locale)
        except ComposerError as error:
            return error

    def _ask(self, slot: Slot, request: PageRequest, locale: str) -> Ask:
        ask = self._asker.prepare(slot, request, locale)
        staging = request.audience.staging
        return ask if staging is None else self._stage.prepare(ask, staging)

    def _key(self, slot: Slot, request: PageRequest, locale: str) -> str:
        if slot.delivery == "lazy":
            # All that is in the page of it beside what the slot says itself.
            return self._frames.query(slot, request)
        try:
            return self._ask(slot, request, locale).key
        except ComposerError:
            return ""

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
        await self._fill(asking, positions)
        pieces = tuple([p if isinstance(p, bytes) else positions[p] for p in found.pieces])
        return replace(outcome, pieces=pieces)


def _visit_of(slot: Slot, visit: Visit) -> Visit:
    """What is at the end of the page has its own time: nothing of the page waits for it."""
    if slot.delivery == "inline":
        return visit
    return replace(visit, budget=Budget(slot.timeout_ms / 1000 + FALLBACK_SECONDS))
