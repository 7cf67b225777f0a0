"""One answer of a service, with the manifest that it belongs to: shared, measured, followed."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final, Protocol

from fragment_contract import wire

from .answer import to_entry
from .asking import Ask, operational_headers, reason_of
from .budget import Budget
from .errors import (
    CircuitOpen,
    ComposerError,
    ManifestError,
    Overloaded,
    RegistryError,
    UnusableAnswer,
    VersionSkew,
)
from .identity import NOBODY, Caller
from .manifest import KnownManifest, ManifestClient
from .measures import Measures
from .redirects import may_lead_to
from .request import Trace
from .store import Entry
from .store.flight import Fetch
from .tracing import Span
from .transport import FetchRequest
from .transport.guarded import ReleaseTransport

MAX_BYTES: Final = 1_048_576
# As often as a Podium layout tries to find content and manifest of one version.
_MAX_ROUNDS: Final = 4
# What ends a fetch before the service is asked for content: its duration would say nothing.
_NOT_SENT: Final = (CircuitOpen, Overloaded, ManifestError, RegistryError)


class Keeper(Protocol):
    """What keeps answers and shares the fetches of them."""

    def single_flight(
        self, key: str, fetch: Fetch, *, timeout: float
    ) -> Coroutine[Any, Any, Entry]:
        """The answer of the one fetch for the key, or of one that is under way."""


class Fetcher:
    """Asks services. ``redirect_origins`` are those of the answers that may move a page."""

    def __init__(
        self,
        *,
        store: Keeper,
        manifests: ManifestClient,
        transport: ReleaseTransport,
        measures: Measures,
        redirect_origins: frozenset[str],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._manifests = manifests
        self._transport = transport
        self._measures = measures
        self._redirect_origins = redirect_origins
        self._clock = clock

    # No coroutine of its own, as each would cost a step whenever bytes arrive.
    def fetch(
        self, ask: Ask, trace: Trace, timeout: float, caller: Caller = NOBODY
    ) -> Coroutine[Any, Any, Entry]:
        """Fetch, or share a fetch that is under way. Raises ComposerError."""
        known = self._manifests.peek(ask.release)
        if known is not None and known.identity != "none":
            # Each caller has an answer of his own, and an error of his own.
            return self._measured(ask, known, trace, timeout, caller)
        return self._store.single_flight(
            ask.key, lambda: self._measured(ask, known, trace, timeout, caller), timeout=timeout
        )

    def moves_in_vain(self, ask: Ask, entry: Entry) -> str:
        """Why no page follows a redirect: it is of a part of it, or to a stranger."""
        if not 300 <= entry.status < 400:
            return ""
        if not ask.slot.required:
            return "only a required slot can move a page"
        location = next((value for name, value in entry.headers if name == "location"), "")
        if may_lead_to(location, self._redirect_origins):
            return ""
        return f"the Location {location!r:.200} is of no allowed origin (REDIRECT_ORIGINS)"

    async def _measured(
        self, ask: Ask, known: KnownManifest | None, trace: Trace, timeout: float, caller: Caller
    ) -> Entry:
        """One answer of the service, measured, and followed if the page is."""
        started = time.perf_counter()
        if trace.span is not None:
            trace = replace(trace, span=_begin(trace.span, ask))
        try:
            entry = await self._fitting(ask, known, trace, timeout, caller)
        except ComposerError as error:
            seconds = None if isinstance(error, _NOT_SENT) else time.perf_counter() - started
            self._measures.fetched(ask.release, seconds, failed=not _is_refusal(ask, error))
            if trace.span is not None:
                trace.span.end({"composer.outcome": reason_of(error)}, error=str(error)[:300])
            raise
        except asyncio.CancelledError:
            if trace.span is not None:
                trace.span.end({"composer.outcome": "cancelled"})
            raise
        failed = bool(self.moves_in_vain(ask, entry))
        self._measures.fetched(ask.release, time.perf_counter() - started, failed=failed)
        if trace.span is not None:
            status = {"http.response.status_code": entry.status}
            word = "moves in vain" if failed else ""
            trace.span.end({"composer.outcome": word or "ok", **status}, error=word)
        return entry

    async def _fitting(
        self, ask: Ask, known: KnownManifest | None, trace: Trace, timeout: float, caller: Caller
    ) -> Entry:
        """An answer with the manifest of the version that gave it.

        Never HTML of one version with the assets of another: two that answer by turns are asked
        again, because each fits together sooner or later.
        """
        budget = Budget(timeout)
        known = known or await self._manifests.get(ask.release, timeout=timeout)
        version = known.manifest.version
        for _ in range(_MAX_ROUNDS):
            url = f"{known.content_url}?{ask.query}" if ask.query else known.content_url
            who: tuple[tuple[str, str], ...] = ()
            if known.identity != "none":
                who = await caller.headers(ask.release.fragment, known.identity)
            left = budget.left
            headers = (*ask.headers, *who, *operational_headers(trace, left))
            request = FetchRequest(url, headers, timeout=left, max_bytes=MAX_BYTES)
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
