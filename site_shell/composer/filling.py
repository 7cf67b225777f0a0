"""The slots of one page on their way from asked to answered."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .asking import Ask, Asker
from .assets import Assets
from .csp import NO_SOURCES, Sources
from .errors import ComposerError, StagingError
from .outcome import Outcome
from .page import Layout
from .request import PageRequest
from .resolve import Resolver, Visit
from .slot import Slot
from .staged import Stage, StagedResolver
from .store import Entry, FragmentStore

logger = logging.getLogger(__name__)


class Filling:
    """Outcomes by position; those not there yet have a task that is under way."""

    def __init__(self, slots: Sequence[Slot], asks: Sequence[Ask | None]) -> None:
        self.slots = slots
        self.asks = asks
        self.outcomes: list[Outcome | None] = [None] * len(slots)
        self._tasks: dict[int, asyncio.Task[Outcome]] = {}

    def begin(self, position: int, task: asyncio.Task[Outcome]) -> None:
        self._tasks[position] = task

    async def outcome(self, position: int) -> Outcome:
        """The outcome of a slot, as soon as it has one."""
        known = self.outcomes[position]
        if known is None:
            known = self.outcomes[position] = await self._tasks[position]
        return known

    def gather_done(self) -> None:
        """Take over what came in meanwhile, without waiting."""
        for position, task in self._tasks.items():
            if self.outcomes[position] is None and task.done():
                self.outcomes[position] = task.result()

    async def decision(self) -> Outcome | None:
        """Wait for the slots that the page cannot begin without; the outcome that ends it."""
        for position, slot in enumerate(self.slots):
            if slot.blocking:
                outcome = await self.outcome(position)
                if outcome.decides:
                    return outcome
        return None

    async def all(self) -> list[Outcome]:
        return [await self.outcome(position) for position in range(len(self.slots))]

    @property
    def is_complete(self) -> bool:
        return None not in self.outcomes

    @property
    def known(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome is not None]

    def cancel(self) -> None:
        """Stop waiting. Fetches that other pages wait for go on."""
        for task in self._tasks.values():
            task.cancel()


class Filler:
    """Looks all slots of a page up in one go and starts a fetch for each that is missing."""

    def __init__(
        self, *, asker: Asker, resolver: Resolver, store: FragmentStore, stage: Stage
    ) -> None:
        self._stage = stage
        self._asker = asker
        self._resolver = resolver
        self._store = store

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
        asks = [self._prepare(slot, request, locale, given) for slot in layout.slots]
        known = [ask if isinstance(ask, Ask) else None for ask in asks]
        kept = await self._look_up([ask.key for ask in known if ask])
        filling = Filling(layout.slots, known)
        for position, (slot, ask) in enumerate(zip(layout.slots, asks, strict=True)):
            if isinstance(ask, Outcome):
                filling.outcomes[position] = ask
                continue
            entry = kept.get(ask.key) if isinstance(ask, Ask) else None
            if isinstance(ask, Ask) and entry is not None:
                filling.outcomes[position] = self._resolver_of(ask).from_cache(ask, entry, visit)
            if filling.outcomes[position] is None:
                get = self._get(slot, ask, entry, visit)
                filling.begin(position, asyncio.create_task(get))
        return filling

    def keys(self, slots: Sequence[Slot], request: PageRequest, locale: str) -> tuple[str, ...]:
        """The cache keys of the slots for this visitor, now: what a page is made of."""
        asks = [self._prepare(slot, request, locale, None) for slot in slots]
        return tuple([ask.key if isinstance(ask, Ask) else "" for ask in asks])

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
                self._resolver.expected_sources(ask)
                for ask, outcome in zip(filling.asks, filling.outcomes, strict=True)
                if ask is not None and outcome is None
            ]
        )

    def _prepare(
        self, slot: Slot, request: PageRequest, locale: str, given: Outcome | None
    ) -> Ask | ComposerError | Outcome:
        if given is not None and slot is given.slot:
            return given
        try:
            ask = self._asker.prepare(slot, request, locale)
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
        self, slot: Slot, ask: Ask | ComposerError, entry: Entry | None, visit: Visit
    ) -> Outcome:
        if isinstance(ask, ComposerError):
            outcome = await self._resolver.without(slot, ask, visit)
            return replace(outcome, is_staged=isinstance(ask, StagingError))
        resolver = self._resolver_of(ask)
        try:
            return await resolver.live(ask, entry, visit)
        except Exception as error:
            # A fault of ours in one slot must not take the page with it.
            logger.exception("slot %s", slot.fragment)
            wrapped = ComposerError(f"{type(error).__name__}: {error}")
            return await resolver.without(slot, wrapped, visit, ask=ask, kept=entry)
