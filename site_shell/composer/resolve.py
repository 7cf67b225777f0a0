"""From a slot to its outcome: the one place where it is decided what happens when things fail.

live -> stale within stale-if-error -> registry fallbackUrl -> manifest fallback -> local template
-> degrade, or fail the page. ``on_error`` says how much of that a slot wants.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from .answer import is_nested, to_outcome
from .asking import Ask, reason_of
from .errors import ComposerError, UnusableAnswer
from .fetching import Fetcher, Keeper
from .manifest import ManifestClient
from .measures import Measures
from .needs import NOTHING, Needs, manifest_needs
from .outcome import Outcome
from .request import Trace
from .slot import Slot
from .stand_ins import StandIns
from .store import Entry
from .transport.guarded import ReleaseTransport
from .visit import Visit

logger = logging.getLogger(__name__)

REST_SECONDS: Final = (0.75, 1.25)
_MAX_RESTS: Final = 4096
# The page's own status when a slot that it cannot do without failed for this reason.
_PAGE_STATUS: Final = {
    "timeout": 504,
    "connect-failed": 503,
    "circuit-open": 503,
    "overloaded": 503,
    "http-503": 503,
    "http-400": 400,
    "unknown-fragment": 500,
    "bad-slot": 500,
}


class Resolver:
    """Gets outcomes. Never raises for what a service, a network or a registry does.

    ``stand_ins`` gets what a fallbackUrl names; another address has another transport where
    ``transport`` makes failures on purpose.
    """

    def __init__(
        self,
        *,
        store: Keeper,
        manifests: ManifestClient,
        transport: ReleaseTransport,
        measures: Measures,
        stand_ins: ReleaseTransport | None = None,
        redirect_origins: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._manifests = manifests
        self._fetcher = Fetcher(
            store=store,
            manifests=manifests,
            transport=transport,
            measures=measures,
            redirect_origins=redirect_origins,
            clock=clock,
        )
        self._stand_ins = StandIns(
            store=store, manifests=manifests, transport=stand_ins or transport, clock=clock
        )
        self._clock = clock
        self._revalidating: dict[str, asyncio.Task[None]] = {}
        self._rests: dict[str, float] = {}

    def from_cache(self, ask: Ask, entry: Entry, visit: Visit) -> Outcome | None:
        """The outcome of an entry that may be served as it is; a stale one is fetched again."""
        if self._fetcher.moves_in_vain(ask, entry):
            return None
        match entry.freshness(self._clock()):
            case "fresh":
                return to_outcome(ask, entry, "cached", ms=visit.ms)
            case "stale":
                self._revalidate(ask, visit.trace)
                return to_outcome(ask, entry, "stale", reason="revalidating", ms=visit.ms)
            case _:
                return None

    def expected(self, ask: Ask) -> Needs:
        """What a fetch that is under way will probably need, as far as the manifest is known.

        And what its HTML will ask of the page's policy; the strictest if nobody knows.
        """
        known = self._manifests.peek(ask.release)
        if known is None:
            return NOTHING
        return manifest_needs(known, "content")

    def may_hold_others(self, ask: Ask) -> bool:
        """Whether its HTML may have slots inside: what nobody knows yet may."""
        known = self._manifests.peek(ask.release)
        return known is None or is_nested(known)

    async def live(self, ask: Ask, kept: Entry | None, visit: Visit) -> Outcome:
        """Fetch, or share a fetch that is under way; failing that, what the slot's policy says."""
        began = visit.ms
        try:
            timeout = visit.budget.cap(ask.slot.timeout_ms / 1000)
            entry = await self._fetcher.fetch(ask, visit.trace, timeout, visit.caller)
            if reason := self._fetcher.moves_in_vain(ask, entry):
                raise UnusableAnswer(entry.status, reason)
        except ComposerError as error:
            outcome = await self.without(ask.slot, error, visit, ask=ask, kept=kept)
            return replace(outcome, began_ms=began)
        return to_outcome(ask, entry, "fresh", began=began, ms=visit.ms)

    async def without(
        self,
        slot: Slot,
        error: ComposerError,
        visit: Visit,
        *,
        ask: Ask | None = None,
        kept: Entry | None = None,
    ) -> Outcome:
        """What a slot gets when the service gave it nothing."""
        found = None
        reason = reason_of(error)
        # A visitor who asked for nonsense is told so; nothing stands in for an answer to that.
        is_refused = slot.required and reason == "http-400"
        if slot.on_error == "fallback" and not is_refused:
            found = ask and self._stale(ask, kept)
            found = found or await self._stand_ins.best(slot, ask, visit)
        is_fatal = slot.on_error == "fail" or (slot.required and slot.on_error == "fallback")
        outcome = found or Outcome(slot=slot, kind="failed" if is_fatal else "degraded")
        is_missing = outcome.kind == "failed" or (slot.required and outcome.kind == "fallback")
        return replace(
            outcome,
            reason=reason,
            detail=str(error)[:300],
            status=_PAGE_STATUS.get(reason, 502) if is_missing else outcome.status,
            release=outcome.release or (ask.release.version if ask else ""),
            ms=visit.ms,
        )

    def _stale(self, ask: Ask, kept: Entry | None) -> Outcome | None:
        """An earlier answer that the service allows to be shown while it fails."""
        if kept is None or kept.freshness(self._clock()) == "expired":
            return None
        if self._fetcher.moves_in_vain(ask, kept):
            return None
        return to_outcome(ask, kept, "stale", via="stale-if-error")

    def _revalidate(self, ask: Ask, trace: Trace) -> None:
        """Fetch again in the background, once at a time; the page does not wait.

        After a failure not for a moment: there may be thousands of visitors in it.
        """
        if ask.key in self._revalidating or self._clock() < self._rests.get(ask.key, 0.0):
            return
        task = asyncio.create_task(self._refresh(ask, trace))
        self._revalidating[ask.key] = task
        task.add_done_callback(lambda _: self._revalidating.pop(ask.key, None))

    async def _refresh(self, ask: Ask, trace: Trace) -> None:
        try:
            await self._fetcher.fetch(ask, trace, ask.slot.timeout_ms / 1000)
        except ComposerError as error:
            if len(self._rests) >= _MAX_RESTS:
                self._rests.clear()
            self._rests[ask.key] = self._clock() + random.uniform(*REST_SECONDS)
            reason = reason_of(error)
            logger.warning("%s was not revalidated: %s: %s", ask.slot.fragment, reason, error)

    async def aclose(self) -> None:
        """End what runs in the background of this event loop."""
        loop = asyncio.get_running_loop()
        tasks = [task for task in self._revalidating.values() if task.get_loop() is loop]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
