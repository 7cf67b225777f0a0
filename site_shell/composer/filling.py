"""The slots of one page on their way from asked to answered."""

import asyncio
from collections.abc import Iterable

from .asking import Ask
from .frames import Frame, Scripts
from .outcome import Outcome
from .slot import Slot


class Filling:
    """Outcomes by position; those not there yet have a task that is under way.

    The first positions are the layout's slots. A fragment with slots inside adds theirs at the
    end before it has an outcome itself, so that nothing is complete while one of them is not.
    """

    def __init__(self, slots: Iterable[Slot], scripts: Scripts) -> None:
        self.slots: list[Slot] = []
        self.asks: list[Ask | None] = []
        self.outcomes: list[Outcome | None] = []
        self.frames: dict[int, Frame] = {}
        self.scripts = scripts
        # Made without something that the next page will have: nobody should keep it.
        self.is_provisional = False
        self._around: dict[int, int] = {}
        self._tasks: dict[int, asyncio.Task[Outcome]] = {}
        self.add(slots)

    def add(self, slots: Iterable[Slot], *, inside: int | None = None) -> range:
        """Take in slots, of the page or of the fragment at a position; returns their positions."""
        before = len(self.slots)
        self.slots += slots
        missing = len(self.slots) - before
        self.asks += [None] * missing
        self.outcomes += [None] * missing
        positions = range(before, len(self.slots))
        if inside is not None:
            self._around.update(dict.fromkeys(positions, inside))
        return positions

    def begin(self, position: int, task: asyncio.Task[Outcome]) -> None:
        self._tasks[position] = task

    async def outcome(self, position: int) -> Outcome:
        """The outcome of a slot, as soon as it has one."""
        known = self.outcomes[position]
        if known is None:
            known = self.outcomes[position] = await self._tasks[position]
        return known

    def now(self, position: int) -> Outcome | None:
        """The outcome of a slot, if it has one by now."""
        known = self.outcomes[position]
        if known is None and (task := self._tasks.get(position)) is not None and task.done():
            known = self.outcomes[position] = task.result()
        return known

    async def settled(self, position: int) -> Outcome:
        """The outcome of a slot, when those inside it that are not deferred have theirs."""
        outcome = await self.outcome(position)
        for piece in outcome.pieces:
            if isinstance(piece, int) and self.slots[piece].delivery != "deferred":
                await self.settled(piece)
        return outcome

    def is_settled(self, position: int) -> bool:
        """Whether nothing of a slot, or of those inside it, is still to come."""
        outcome = self.now(position)
        return outcome is not None and all(
            self.is_settled(piece) for piece in outcome.pieces if isinstance(piece, int)
        )

    def gather_done(self) -> None:
        """Take over what came in meanwhile, without waiting."""
        for position in self._tasks:
            self.now(position)

    async def decision(self) -> Outcome | None:
        """Wait for the slots that the page cannot begin without; the outcome that ends it."""
        for position, slot in enumerate(self.slots):
            if slot.blocking:
                outcome = await self.outcome(position)
                if outcome.decides:
                    return outcome
        return None

    async def all(self) -> list[Outcome]:
        """Every outcome; while they come in there may be more of them."""
        found: list[Outcome] = []
        while len(found) < len(self.slots):
            found.append(await self.outcome(len(found)))
        return found

    @property
    def is_complete(self) -> bool:
        return None not in self.outcomes

    @property
    def known(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome is not None]

    def ancestors(self, position: int) -> tuple[Slot, ...]:
        """The slots around a slot, the nearest first."""
        found: list[Slot] = []
        around = self._around.get(position)
        while around is not None:
            found.append(self.slots[around])
            around = self._around.get(around)
        return tuple(found)

    @property
    def nested(self) -> int:
        """How many slots came with fragments."""
        return len(self._around)

    def cancel(self) -> None:
        """Stop waiting. Fetches that other pages wait for go on."""
        for task in self._tasks.values():
            task.cancel()
