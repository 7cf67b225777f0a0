"""What stands in for a fragment whose service gave nothing, from the best to the last."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from fragment_contract import wire

from .answer import read_html, to_entry, to_outcome
from .asking import Ask, operational_headers
from .assets import LAYOUT
from .errors import ComposerError, PageTemplateError
from .fetching import MAX_BYTES, Keeper
from .key import fragment_key
from .manifest import ManifestClient
from .needs import manifest_needs
from .outcome import Outcome
from .slot import Slot
from .store import Entry
from .transport import FetchRequest
from .transport.guarded import ReleaseTransport
from .visit import Visit

logger = logging.getLogger(__name__)

# A fallbackUrl is a file on a fast server; whoever waits for it has waited for the service.
FALLBACK_SECONDS: Final = 0.5
_OK: Final = 200


class StandIns:
    """registry fallbackUrl -> manifest fallback -> local template."""

    def __init__(
        self,
        *,
        store: Keeper,
        manifests: ManifestClient,
        transport: ReleaseTransport,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._manifests = manifests
        self._transport = transport
        self._clock = clock

    async def best(self, slot: Slot, ask: Ask | None, visit: Visit) -> Outcome | None:
        """The first of them that there is. ``ask`` is None where nobody knows whom to ask."""
        found = ask and (await self._fallback_url(ask, visit) or self._manifest_fallback(ask))
        return found or _local_template(slot, visit)

    async def _fallback_url(self, ask: Ask, visit: Visit) -> Outcome | None:
        """What the registry names as a stand-in; kept as long as its own headers say."""
        url = ask.release.fallback_url
        timeout = visit.budget.cap(FALLBACK_SECONDS)
        if url is None or not timeout:
            return None
        # Another address has another breaker, and gets no credentials of the service. It is told
        # what the service is told, so all of that is in the key; and so is the release, with whose
        # assets it is kept.
        release = replace(ask.release, url=url, credentials="None", secret=None)
        stand_in = replace(
            ask,
            release=release,
            key=fragment_key(
                url, f"fallback {release.version} {LAYOUT}", {}, dict(ask.headers), ""
            ),
            query="",
        )
        known = self._manifests.peek(ask.release)

        async def fetch() -> Entry:
            started = self._clock()
            headers = (*ask.headers, *operational_headers(visit.trace, timeout))
            request = FetchRequest(url, headers, timeout=timeout, max_bytes=MAX_BYTES)
            response = await self._transport.fetch(release, request)
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
        locale = dict(ask.headers).get(wire.LOCALE, "")
        html = None if known is None else known.fallback(locale)
        if known is None or html is None:
            return None
        parts = read_html(html)
        if parts.problem:
            logger.warning("fallback of %s: %s", ask.slot.fragment, parts.problem)
            return None
        needs = manifest_needs(known, "fallback")
        return Outcome(
            slot=ask.slot,
            kind="fallback",
            via="manifest",
            release=known.manifest.version,
            html=parts.html,
            assets=needs.assets,
            asked=needs.sources,
        )


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
