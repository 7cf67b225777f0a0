"""From a slot to its outcome: the one place where it is decided what happens when things fail.

live -> stale within stale-if-error -> registry fallbackUrl -> manifest fallback -> local template
-> degrade, or fail the page. ``on_error`` says how much of that a slot wants.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from fragment_contract import wire

from .answer import (
    is_nested,
    manifest_assets,
    manifest_sources,
    read_html,
    to_entry,
    to_outcome,
)
from .asking import Ask, operational_headers, reason_of
from .assets import LAYOUT, NO_ASSETS, Assets
from .budget import Budget
from .csp import NO_SOURCES, Sources
from .errors import (
    CircuitOpen,
    ComposerError,
    ManifestError,
    Overloaded,
    PageTemplateError,
    RegistryError,
    UnusableAnswer,
    VersionSkew,
)
from .frames import LocalTemplate
from .key import fragment_key
from .manifest import KnownManifest, ManifestClient
from .measures import Measures
from .outcome import Outcome
from .redirects import may_lead_to
from .request import Trace
from .slot import Slot
from .store import Entry
from .store.flight import Fetch
from .tracing import Span
from .transport import FetchRequest
from .transport.guarded import ReleaseTransport

logger = logging.getLogger(__name__)

MAX_BYTES: Final = 1_048_576
# A fallbackUrl is a file on a fast server; whoever waits for it has waited for the service.
FALLBACK_SECONDS: Final = 0.5
# As often as a Podium layout tries to find content and manifest of one version.
_MAX_ROUNDS: Final = 4
REST_SECONDS: Final = (0.75, 1.25)
# What ends a fetch before the service is asked for content: its duration would say nothing.
NOT_SENT: Final = (CircuitOpen, Overloaded, ManifestError, RegistryError)
_MAX_RESTS: Final = 4096
_OK: Final = 200
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


@dataclass(frozen=True, slots=True)
class Visit:
    """What the slots of one page share: its time, its trace and its way to render a template."""

    budget: Budget
    trace: Trace
    local_template: LocalTemplate
    started: float

    @property
    def ms(self) -> float:
        return (time.perf_counter() - self.started) * 1000


class Keeper(Protocol):
    """What keeps answers and shares the fetches of them."""

    async def single_flight(self, key: str, fetch: Fetch, *, timeout: float) -> Entry:
        """The answer of the one fetch for the key, or of one that is under way."""


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
        self._redirect_origins = redirect_origins
        self._store = store
        self._measures = measures
        self._manifests = manifests
        self._transport = transport
        self._stand_ins = stand_ins or transport
        self._clock = clock
        self._revalidating: dict[str, asyncio.Task[None]] = {}
        self._rests: dict[str, float] = {}

    def from_cache(self, ask: Ask, entry: Entry, visit: Visit) -> Outcome | None:
        """The outcome of an entry that may be served as it is; a stale one is fetched again."""
        if self._moves_in_vain(ask, entry):
            return None
        match entry.freshness(self._clock()):
            case "fresh":
                return to_outcome(ask, entry, "cached", ms=visit.ms)
            case "stale":
                self._revalidate(ask, visit.trace)
                return to_outcome(ask, entry, "stale", reason="revalidating", ms=visit.ms)
            case _:
                return None

    def expected_assets(self, ask: Ask) -> Assets:
        """What a fetch that is under way will probably need, as far as the manifest is known."""
        known = self._manifests.peek(ask.release)
        return manifest_assets(known, "content") if known else NO_ASSETS

    def expected_sources(self, ask: Ask) -> Sources:
        """What its HTML will probably ask of the page's policy; the strictest if nobody knows."""
        known = self._manifests.peek(ask.release)
        return manifest_sources(known) if known else NO_SOURCES

    def may_hold_others(self, ask: Ask) -> bool:
        """Whether its HTML may have slots inside: what nobody knows yet may."""
        known = self._manifests.peek(ask.release)
        return known is None or is_nested(known)

    async def live(self, ask: Ask, kept: Entry | None, visit: Visit) -> Outcome:
        """Fetch, or share a fetch that is under way; failing that, what the slot's policy says."""
        began = visit.ms
        try:
            timeout = visit.budget.cap(ask.slot.timeout_ms / 1000)
            entry = await self._fetch_once(ask, visit.trace, timeout)
            if self._moves_in_vain(ask, entry):
                raise UnusableAnswer(entry.status, _why_in_vain(ask, entry))
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
            found = found or (ask and await self._fallback_url(ask, visit))
            found = found or (ask and self._manifest_fallback(ask))
            found = found or _local_template(slot, visit)
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

    def _moves_in_vain(self, ask: Ask, entry: Entry) -> bool:
        """Whether it is a redirect that no page follows: of a part of it, or to a stranger."""
        if not 300 <= entry.status < 400:
            return False
        location = next((value for name, value in entry.headers if name == "location"), "")
        return not (ask.slot.required and may_lead_to(location, self._redirect_origins))

    def _stale(self, ask: Ask, kept: Entry | None) -> Outcome | None:
        """An earlier answer that the service allows to be shown while it fails."""
        if kept is None or kept.freshness(self._clock()) == "expired":
            return None
        if self._moves_in_vain(ask, kept):
            return None
        return to_outcome(ask, kept, "stale", via="stale-if-error")

    async def _fallback_url(self, ask: Ask, visit: Visit) -> Outcome | None:
        """What the registry names as a stand-in; kept as long as its own headers say."""
        url = ask.release.fallback_url
        timeout = visit.budget.cap(FALLBACK_SECONDS)
        if url is None or not timeout:
            return None
        # Another address has another breaker, and gets no credentials of the service. It is told
        # what the service is told, so all of that is in the key.
        release = replace(ask.release, url=url, credentials="None", secret=None)
        stand_in = replace(
            ask,
            release=release,
            key=fragment_key(url, f"fallback {LAYOUT}", {}, dict(ask.headers), ""),
            query="",
        )
        known = self._manifests.peek(ask.release)

        async def fetch() -> Entry:
            started = self._clock()
            headers = (*ask.headers, *operational_headers(visit.trace, timeout))
            request = FetchRequest(url, headers, timeout=timeout, max_bytes=MAX_BYTES)
            response = await self._stand_ins.fetch(release, request)
            return to_entry(response, known, "fallback", started=started)

        try:
            entry = await self._store.single_flight(stand_in.key, fetch, timeout=timeout)
        except ComposerError as error:
            logger.warning("fallbackUrl of %s: %s", ask.slot.fragment, error)
            return None
        if entry.status != _OK:
            return None
        return to_outcome(stand_in, entry, "fallback", via="fallback-url")

    def _manifest_fallback(self, ask: Ask) -> Outcome | None:
        """The fragment's own fallback, kept from when its service was well."""
        known = self._manifests.peek(ask.release)
        if known is None or known.fallback_html is None:
            return None
        parts = read_html(known.fallback_html)
        if parts.problem:
            logger.warning("fallback of %s: %s", ask.slot.fragment, parts.problem)
            return None
        return Outcome(
            slot=ask.slot,
            kind="fallback",
            via="manifest",
            release=known.manifest.version,
            html=parts.html,
            assets=manifest_assets(known, "fallback"),
            asked=manifest_sources(known),
        )

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
            await self._fetch_once(ask, trace, ask.slot.timeout_ms / 1000)
        except ComposerError as error:
            if len(self._rests) >= _MAX_RESTS:
                self._rests.clear()
            self._rests[ask.key] = self._clock() + random.uniform(*REST_SECONDS)
            reason = reason_of(error)
            logger.warning("%s was not revalidated: %s: %s", ask.slot.fragment, reason, error)

    async def _fetch_once(self, ask: Ask, trace: Trace, timeout: float) -> Entry:
        return await self._store.single_flight(
            ask.key, lambda: self._fetch(ask, trace, timeout), timeout=timeout
        )

    async def _fetch(self, ask: Ask, trace: Trace, timeout: float) -> Entry:
        """One answer of the service, measured, and followed if the page is."""
        started = time.perf_counter()
        if trace.span is not None:
            trace = replace(trace, span=_begin(trace.span, ask))
        try:
            entry = await self._fetch_now(ask, trace, timeout)
        except ComposerError as error:
            seconds = None if isinstance(error, NOT_SENT) else time.perf_counter() - started
            self._measures.fetched(ask.release, seconds, failed=not _is_refusal(ask, error))
            if trace.span is not None:
                trace.span.end({"composer.outcome": reason_of(error)}, error=str(error)[:300])
            raise
        except asyncio.CancelledError:
            if trace.span is not None:
                trace.span.end({"composer.outcome": "cancelled"})
            raise
        failed = self._moves_in_vain(ask, entry)
        self._measures.fetched(ask.release, time.perf_counter() - started, failed=failed)
        if trace.span is not None:
            status = {"http.response.status_code": entry.status}
            word = "moves in vain" if failed else ""
            trace.span.end({"composer.outcome": word or "ok", **status}, error=word)
        return entry

    async def _fetch_now(self, ask: Ask, trace: Trace, timeout: float) -> Entry:
        """An answer with the manifest of the version that gave it.

        Never HTML of one version with the assets of another: two that answer by turns are asked
        again, because each fits together sooner or later.
        """
        budget = Budget(timeout)
        known = self._manifests.peek(ask.release)
        known = known or await self._manifests.get(ask.release, timeout=timeout)
        version = known.manifest.version
        for _ in range(_MAX_ROUNDS):
            url = f"{known.content_url}?{ask.query}" if ask.query else known.content_url
            headers = (*ask.headers, *operational_headers(trace, budget.left))
            request = FetchRequest(url, headers, timeout=budget.left, max_bytes=MAX_BYTES)
            started = self._clock()
            response = await self._transport.fetch(ask.release, request)
            version = response.header(wire.VERSION) or known.manifest.version
            fitting: KnownManifest | None = known
            if version != known.manifest.version:
                fitting = await self._manifests.of_version(
                    ask.release, version, timeout=budget.left
                )
            if fitting is not None:
                return to_entry(response, fitting, "content", started=started, slot=ask.slot)
        raise VersionSkew(
            f"content is of version {version:.100}, the manifest of {known.manifest.version:.100}"
        )

    async def aclose(self) -> None:
        """End what runs in the background of this event loop."""
        loop = asyncio.get_running_loop()
        tasks = [task for task in self._revalidating.values() if task.get_loop() is loop]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _why_in_vain(ask: Ask, entry: Entry) -> str:
    if not ask.slot.required:
        return "only a required slot can move a page"
    location = next((value for name, value in entry.headers if name == "location"), "")
    return f"the Location {location!r:.200} is of no allowed origin (REDIRECT_ORIGINS)"


def _begin(page: Span, ask: Ask) -> Span:
    release = ask.release
    attributes = {
        "composer.fragment": release.fragment,
        "composer.release": release.version,
        "url.full": release.url,
    }
    return page.child(f"fetch {release.fragment}", attributes)


def _is_refusal(ask: Ask, error: ComposerError) -> bool:
    """Whether a visitor asked for nonsense: the service did right to refuse."""
    return ask.slot.required and isinstance(error, UnusableAnswer) and error.status < 500


def _local_template(slot: Slot, visit: Visit) -> Outcome | None:
    """A template of the site, as the slot names it."""
    if not slot.fallback:
        return None
    try:
        html = visit.local_template(slot.fallback)
    except PageTemplateError as error:
        logger.error("%s: fallback=%r: %s", slot.fragment, slot.fallback, error)
        return None
    return Outcome(slot=slot, kind="fallback", via="template", html=html)
