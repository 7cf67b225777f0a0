"""A manifest as the composer uses it: checked against its release, its URLs resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fragment_contract import wire
from fragment_contract.manifest import Asset, Identity, Manifest

from .errors import ManifestError
from .release import Release


# Compared by identity: each fetch makes one, and what follows from it is remembered by it.
@dataclass(frozen=True, slots=True, eq=False)
class KnownManifest:
    """A manifest with its URLs resolved against the release that it belongs to.

    ``css`` and ``js`` are the manifest's assets, with values that a browser can use.
    ``fallbacks`` are by language, the default one first; empty where there is none, and until it
    has been fetched. ``base`` is that to which assets are relative; empty means the site itself.
    ``identity`` is whether the fragment wants to know who is asking.
    """

    manifest: Manifest
    content_url: str
    fallback_url: str | None
    css: tuple[Asset, ...]
    js: tuple[Asset, ...]
    fallbacks: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    base: str = ""
    identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        own = self.manifest.fragment
        object.__setattr__(self, "identity", own.identity if own else "none")

    def fallback(self, locale: str) -> bytes | None:
        """The fallback in a language, or in the default one; None if there is none."""
        return self.fallbacks.get(locale) or next(iter(self.fallbacks.values()), None)

    def resolve(self, url: str) -> str:
        """An asset's URL, as a manifest or a header of the service writes it, for a browser."""
        if url.startswith(("http://", "https://")):
            return url
        return f"{self.base}/{url.lstrip('/')}"


def known_manifest(release: Release, manifest: Manifest) -> KnownManifest:
    """Resolve a manifest's URLs; raises ManifestError if it is another fragment's.

    Our fragments' assets are files of the site, relative to its root. A foreign podlet's are
    relative to its base URL, and its paths lose their last slash, as Podium has it.
    """
    own = manifest.fragment
    if own and own.name != release.fragment:
        raise ManifestError(
            f"{release.url}{wire.MANIFEST_PATH} is of fragment {own.name!r}, "
            f"but registered as {release.fragment!r}"
        )
    base = "" if own else release.url
    content, fallback = release.url + manifest.content, release.url + manifest.fallback
    if not own:
        content, fallback = content.rstrip("/"), fallback.rstrip("/")
    known = KnownManifest(
        manifest=manifest,
        content_url=content,
        fallback_url=fallback if manifest.fallback else None,
        css=(),
        js=(),
        base=base,
    )
    return replace(known, css=_resolved(known, manifest.css), js=_resolved(known, manifest.js))


def _resolved(known: KnownManifest, assets: tuple[Asset, ...]) -> tuple[Asset, ...]:
    for asset in assets:
        is_local = not asset.value.startswith(("http://", "https://"))
        if is_local and known.base and not known.base.startswith("http"):
            raise ManifestError(
                f"asset {asset.value!r:.200} must be an http or https URL: no browser can load "
                f"it from {known.base!r:.200}"
            )
    return tuple([replace(asset, value=known.resolve(asset.value)) for asset in assets])
