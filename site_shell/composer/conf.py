"""The composer's parts, put together once from Django's settings."""

import asyncio
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.cache import caches
from fragment_contract import Js, UnknownAsset

from .asking import Asker
from .assets import AssetLink
from .audience import Audiences
from .canaries import Canaries
from .configuration import settings
from .elsewhere import Origins
from .errors import SlotError
from .filler import Filler
from .frames import Frames, Scripts
from .integrity import CollectedFiles
from .known_manifest import known_manifest
from .later import Later
from .logs import LineLog, LogFormat
from .manifest import ManifestClient
from .measures import Measures
from .page_cache import PageCache
from .page_templates.follower import TemplateFollower
from .page_templates.library import PageLibrary
from .page_templates.opening import open_templates
from .records import Recorder
from .registry import SiteRegistry
from .registry.opening import open_registry, open_writer
from .reports import CspReports
from .resolve import Resolver
from .review import Review
from .rollouts import Rollouts
from .routing import Composer
from .sentences import slot_label
from .site import Site
from .site_settings import site_of_settings
from .slot_token import SlotTokens
from .staged import Stage
from .staging_cookie import StagingCookies
from .store import FragmentStore
from .tracing import Tracer
from .traffic import Traffic
from .transport.aws_identity import AwsIdentity
from .transport.credentials import Credentials
from .transport.guarded import GuardedTransport
from .transport.schemes import all_transports

if TYPE_CHECKING:
    from .cloudfront import Invalidations

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that lives as long as the process."""

    site: Site
    registry: SiteRegistry
    rollouts: Rollouts
    canaries: Canaries
    audiences: Audiences
    stage: Stage
    stagings: StagingCookies
    store: FragmentStore
    transport: GuardedTransport
    manifests: ManifestClient
    resolver: Resolver
    filler: Filler
    library: PageLibrary
    recorder: Recorder
    composer: Composer
    measures: Measures
    traffic: Traffic
    review: Review
    csp_reports: CspReports
    page_cache: PageCache
    follower: TemplateFollower | None = None
    invalidations: "Invalidations | None" = None
    tracer: Tracer | None = None

    async def aclose(self) -> None:
        """End what runs in the background and write what is still to be logged."""
        self.canaries.close()
        self.registry.close()
        if self.follower is not None:
            self.follower.close()
        if self.invalidations is not None:
            await asyncio.to_thread(self.invalidations.close)
        await self.page_cache.aclose()
        await self.resolver.aclose()
        await self.stage.aclose()
        await self.store.aclose()
        await self.transport.aclose()
        self.recorder.flush()
        if self.tracer is not None:
            await asyncio.to_thread(self.tracer.close)


@lru_cache(maxsize=1)
def _only() -> Runtime:
    return build()


def runtime() -> Runtime:
    """The parts of this process, made at the first call."""
    # lru_cache alone would let two threads make two of them.
    with _lock:
        return _only()


def forget_runtime() -> None:
    """Let the next call of ``runtime`` make new parts, from the settings as they are then."""
    _only.cache_clear()


def build() -> Runtime:
    """Put the parts together."""
    site = site_of_settings()
    registry = open_registry(
        settings.FRAGMENT_REGISTRY,
        copy=settings.FRAGMENT_REGISTRY_COPY,
        seconds=settings.FRAGMENT_REGISTRY_SECONDS,
    )
    store = FragmentStore(caches["default"])
    identity = AwsIdentity()
    credentials = Credentials(identity=identity)
    names = registry.fragments()
    credentials.prepare(release for name in names for release in registry.releases(name))
    transport = GuardedTransport(all_transports(identity), credentials=credentials)
    files = CollectedFiles(Path(settings.STATIC_ROOT or "static"), settings.STATIC_URL)
    manifests = ManifestClient(
        transport,
        resolve=lambda *found: files.complete(known_manifest(*found)),
        locales=site.locales,
    )
    measures = Measures()
    resolver = Resolver(
        store=store,
        manifests=manifests,
        transport=transport,
        measures=measures,
        redirect_origins=frozenset({site.origin.lower(), *settings.REDIRECT_ORIGINS}),
    )
    rollouts = Rollouts(registry, https=site.origin.startswith("https://"))
    canaries = Canaries(
        registry=registry,
        rollouts=rollouts,
        measures=measures,
        open_writer=lambda: open_writer(settings.FRAGMENT_REGISTRY),
    )
    asker = Asker(rollouts, origin=site.origin, locales=site.locales, own_cookies=site.own_cookies)
    stage = Stage(
        registry=registry,
        manifests=manifests,
        transport=transport,
        origins=Origins(tuple(settings.OVERRIDE_ORIGINS)),
    )
    stagings = StagingCookies(session_cookie=settings.SESSION_COOKIE_NAME, counter=measures)
    audiences = Audiences(rollouts, stagings.read)
    tokens = SlotTokens()
    frames = Frames(
        sign=tokens.write, label=slot_label, locales=site.locales, scripts=Scripts(_own_module)
    )
    filler = Filler(
        asker=asker,
        resolver=resolver,
        store=store,
        stage=stage,
        frames=frames,
        later=Later(registry, manifests),
    )
    library, follower, previews = open_templates()
    log_format: LogFormat = "json" if settings.LOG_FORMAT == "json" else "text"
    traffic = Traffic()
    recorder = Recorder(LineLog(log_format, level=settings.LOG_LEVEL), traffic)
    review = Review(site, measures)
    pages = PageCache(
        store=store,
        filler=filler,
        rollouts=rollouts,
        version=lambda: library.current().version,
        max_bytes=settings.PAGE_MEMORY_MB * 1024 * 1024,
    )
    tracer = _tracer()
    composer = Composer(
        review=review,
        site=site,
        pages=library.current,
        filler=filler,
        store=store,
        recorder=recorder,
        rollouts=rollouts,
        cache=pages,
        audiences=audiences,
        tokens=tokens,
        tracer=tracer,
        previews=previews,
    )
    return Runtime(
        site=site,
        registry=registry,
        rollouts=rollouts,
        canaries=canaries,
        audiences=audiences,
        stage=stage,
        stagings=stagings,
        store=store,
        transport=transport,
        manifests=manifests,
        resolver=resolver,
        filler=filler,
        library=library,
        recorder=recorder,
        composer=composer,
        measures=measures,
        traffic=traffic,
        review=review,
        csp_reports=CspReports(measures),
        page_cache=pages,
        tracer=tracer,
        follower=follower,
        invalidations=(
            _invalidations(settings.CLOUDFRONT_DISTRIBUTION)
            if settings.CLOUDFRONT_DISTRIBUTION
            else None
        ),
    )


def _tracer() -> Tracer | None:
    """Who follows pages: nobody, unless there is a collector to be told."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return None
    # An extra: requirements-tracing.txt.
    from .otel import open_tracer

    return open_tracer(settings.OTEL_EXPORTER_OTLP_ENDPOINT)


def _own_module(name: str) -> AssetLink:
    try:
        asset = Js(name, type="module").resolve()
    except UnknownAsset as error:
        raise SlotError(str(error)) from error
    return AssetLink("module", asset.value, asset.integrity, asset.crossorigin)


def _invalidations(distribution: str) -> "Invalidations":
    # It needs the SDK, which is an extra in other projects than the shell.
    from .cloudfront import Invalidations

    return Invalidations(distribution)
