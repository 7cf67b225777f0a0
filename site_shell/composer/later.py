"""What browsers ask for later must be allowed by the policy of the page that is sent now."""

from .csp import NO_SOURCES, Sources
from .errors import UnknownFragment
from .manifest import ManifestClient
from .needs import manifest_needs
from .registry import Registry
from .slot import Slot


class Later:
    """Knows what lazy slots will ask of their page's policy."""

    def __init__(self, registry: Registry, manifests: ManifestClient) -> None:
        self._registry = registry
        self._manifests = manifests

    def asked(self, slot: Slot) -> Sources | None:
        """What the releases of the slot's fragment ask for, whichever a visitor will get.

        None if that of the default one is not known yet: then it is being asked, and a page
        that is made meanwhile is not to be kept.
        """
        try:
            releases = self._registry.releases(slot.fragment)
        except UnknownFragment:
            return NO_SOURCES
        found = [(release, self._manifests.seek(release)) for release in releases]
        if any(release.default and known is None for release, known in found):
            return None
        return NO_SOURCES.union(
            *[manifest_needs(known, "content").sources for _, known in found if known]
        )
