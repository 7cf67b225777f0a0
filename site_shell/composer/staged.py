"""Makes happen what staging wants, beside what everybody else gets and without a trace in it.

A fragment that is staged is resolved by a resolver of its own. It decides like the one for
everybody, because it is the same code; but what it learns it keeps from all others: nothing goes
into the fragment cache, into the measures by which releases are judged, or into a breaker.
"""

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final

from fragment_contract.manifest import Asset, Manifest

from .asking import Ask
from .elsewhere import Elsewhere, Origins, is_forbidden
from .errors import ComposerError, StagingError
from .faults import FaultyTransport
from .key import fragment_key
from .known_manifest import KnownManifest, known_manifest
from .manifest import ManifestClient
from .measures import Measures
from .outcome import Outcome
from .registry import Registry
from .release import Release
from .resolve import Resolver
from .slot import Slot
from .staging import Fault, Staged, Staging
from .store import Entry
from .store.flight import Fetch
from .transport.guarded import ReleaseTransport
from .transport.http import HttpTransport
from .visit import Visit

# Through this the browser gets the assets of a machine elsewhere: from the site's own origin, so
# that the page's policy stays as strict as it is and scripts need no leave of that machine.
ASSETS_PATH: Final = "/_composer/staging/at/"
_MAX_RESOLVERS: Final = 64


@dataclass(frozen=True, slots=True)
class Service:
    """Whom to ask for a staged fragment, and how."""

    release: Release
    transport: ReleaseTransport
    manifests: ManifestClient


class Stage:
    """One per process. ``resolver`` and ``registry`` are those of everybody."""

    def __init__(
        self,
        *,
        registry: Registry,
        manifests: ManifestClient,
        transport: ReleaseTransport,
        origins: Origins,
    ) -> None:
        self._registry = registry
        self._manifests = manifests
        self._transport = transport
        self._http = HttpTransport(is_forbidden=is_forbidden)
        self.origins = origins
        self.elsewhere = Elsewhere(self._http, origins)
        self._manifests_elsewhere = ManifestClient(self.elsewhere, resolve=_through_the_shell)
        self._resolvers: dict[tuple[bool, Fault | None], StagedResolver] = {}

    def prepare(self, ask: Ask, staging: Staging) -> Ask:
        """The same question as staging wants it asked. Raises StagingError."""
        staged = staging.of(ask.slot.fragment)
        if staged is None:
            return ask
        if not staged.target:
            # The key stays: what is kept for everybody may be shown, and is never written.
            return replace(ask, staged=staged)
        release = self.release(ask.release, staged)
        if ask.slot.options is not None and not staged.is_elsewhere:
            release = replace(release, credentials=ask.slot.options)
        key = fragment_key(ask.key, f"staged {release.version} {release.url}", {}, {}, "")
        return replace(ask, release=release, key=key, staged=staged)

    def release(self, release: Release, staged: Staged) -> Release:
        """The release in the place of another. Raises StagingError."""
        if not staged.target:
            return release
        if staged.is_elsewhere:
            url = self.origins.check(staged.target)
            # Nothing else of the release: its secrets are not that machine's business.
            return Release(release.fragment, "override", url, fallback_url=release.fallback_url)
        releases = self._registry.releases(release.fragment)
        found = [release for release in releases if release.version == staged.target]
        if not found:
            versions = ", ".join(release.version for release in releases)
            raise StagingError(
                f"{release.fragment} has no release {staged.target!r:.80}; registered: {versions}"
            )
        return found[0]

    def service(self, release: Release, staged: Staged) -> Service:
        """Whom an action goes to. Raises StagingError."""
        chosen = self.release(release, staged)
        transport, manifests = self._parts(staged.is_elsewhere)
        if staged.fault is not None:
            transport = FaultyTransport(transport, staged.fault)
        return Service(chosen, transport, manifests)

    def resolver(self, staged: Staged) -> "StagedResolver":
        """The resolver of all fragments that are staged in this way."""
        key = staged.is_elsewhere, staged.fault
        resolver = self._resolvers.get(key)
        if resolver is None:
            if len(self._resolvers) >= _MAX_RESOLVERS:
                self._resolvers.pop(next(iter(self._resolvers)))
            resolver = self._resolvers[key] = self._make(staged)
        return resolver

    async def aclose(self) -> None:
        """End what runs in the background of this event loop."""
        for resolver in self._resolvers.values():
            await resolver.aclose()
        await self._http.aclose()

    def _parts(self, is_elsewhere: bool) -> tuple[ReleaseTransport, ManifestClient]:
        if is_elsewhere:
            return self.elsewhere, self._manifests_elsewhere
        return self._transport, self._manifests

    def _make(self, staged: Staged) -> "StagedResolver":
        transport, manifests = self._parts(staged.is_elsewhere)
        faulty = FaultyTransport(transport, staged.fault) if staged.fault else transport
        resolver = Resolver(
            store=_Unkept(),
            manifests=manifests,
            transport=faulty,
            stand_ins=self._transport,
            measures=Measures(),
        )
        return StagedResolver(resolver, staged.fault)


class StagedResolver:
    """A resolver that makes of kept copies what a fault says of them."""

    def __init__(
        self,
        resolver: Resolver,
        fault: Fault | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._resolver = resolver
        self._fault = fault
        self._clock = clock
        self.expected = resolver.expected
        self.aclose = resolver.aclose

    def from_cache(self, ask: Ask, entry: Entry, visit: Visit) -> Outcome | None:
        """Only a copy that is past its time is of use to see a failure."""
        if self._fault is None or self._fault.kind != "stale":
            return None
        found = self._resolver.from_cache(ask, self._aged(entry), visit)
        return found and replace(found, is_staged=True)

    async def live(self, ask: Ask, kept: Entry | None, visit: Visit) -> Outcome:
        """See Resolver."""
        outcome = await self._resolver.live(ask, self._left(kept), visit)
        return replace(outcome, is_staged=True)

    async def without(
        self,
        slot: Slot,
        error: ComposerError,
        visit: Visit,
        *,
        ask: Ask | None = None,
        kept: Entry | None = None,
    ) -> Outcome:
        """See Resolver."""
        left = self._left(kept)
        outcome = await self._resolver.without(slot, error, visit, ask=ask, kept=left)
        return replace(outcome, is_staged=True)

    def _left(self, kept: Entry | None) -> Entry | None:
        """What is left of a copy when the service fails at the end of its time."""
        if kept is None or (self._fault is not None and self._fault.kind == "fallback"):
            return None
        return self._aged(kept)

    def _aged(self, entry: Entry) -> Entry:
        """The copy as it is in the moment after its time, if that has not come yet."""
        early = entry.fresh_until - self._clock()
        if early < 0:
            return entry
        return replace(entry, fetched_at=entry.fetched_at - early - 0.001)


class _Unkept:
    """In the place of the fragment cache: nothing is kept, and nothing is shared."""

    def single_flight(
        self, key: str, fetch: Fetch, *, timeout: float
    ) -> Coroutine[Any, Any, Entry]:
        return fetch()


def _through_the_shell(release: Release, manifest: Manifest) -> KnownManifest:
    """A manifest whose own assets the browser gets through the shell."""
    known = known_manifest(release, manifest)
    scheme, _, rest = release.url.partition("://")
    host, _, path = rest.partition("/")
    origin = f"{scheme}://{host}/"
    # A foreign podlet's assets are relative to its base URL, ours to the root of their site.
    root = f"/{path}" if known.base and path else ""
    moved = replace(known, base=f"{ASSETS_PATH}{release.fragment}{root}")

    def here(assets: tuple[Asset, ...]) -> tuple[Asset, ...]:
        values = [
            asset.value.replace(origin, f"{ASSETS_PATH}{release.fragment}/", 1)
            if asset.value.startswith(origin)
            else moved.resolve(asset.value)
            for asset in assets
        ]
        return tuple([replace(a, value=value) for a, value in zip(assets, values, strict=True)])

    return replace(moved, css=here(manifest.css), js=here(manifest.js))
