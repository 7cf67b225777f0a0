"""How one fragment stands: its releases, what they take, how they are, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..composer.conf import Runtime
from ..composer.measures import Window
from ..composer.release import Release
from .summary import Condition, FragmentNumbers, Summary


@dataclass(frozen=True, slots=True)
class ReleaseStanding:
    """One release; ``share`` is the percentage of visitors who get it now."""

    release: Release
    share: float
    window: Window
    breaker: str
    manifest: str
    manifest_error: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One fragment with its releases, the default one first."""

    name: str
    owner: str
    releases: Sequence[ReleaseStanding]
    numbers: FragmentNumbers
    condition: Condition

    @property
    def is_in_trouble(self) -> bool:
        return self.condition in {"failing", "troubled"}


def standing(parts: Runtime, summary: Summary, name: str) -> Standing:
    """How a registered fragment stands. Raises UnknownFragment."""
    releases = []
    for release in parts.registry.releases(name):
        manifest, error = parts.manifests.condition(release)
        releases.append(
            ReleaseStanding(
                release=release,
                share=release.traffic,
                window=summary.release(release),
                breaker=summary.breaker(release),
                manifest=manifest,
                manifest_error=error,
            )
        )
    numbers = summary.fragment(name)
    condition = numbers.condition(one.breaker for one in releases if one.share)
    return Standing(name, "", releases, numbers, condition)
