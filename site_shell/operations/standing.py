"""How one fragment stands: its releases, what they take, how they are, and what comes next."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..composer.conf import Runtime
from ..composer.measures import Window
from ..composer.registry.rollout import next_change, share
from ..composer.release import Halt, Release
from .summary import Condition, FragmentNumbers, Summary


@dataclass(frozen=True, slots=True)
class ReleaseStanding:
    """One release; ``share`` is the percentage of visitors who get it now. ``next_at`` and
    ``next_share``: when that changes by itself, and to what."""

    release: Release
    share: float
    next_at: datetime | None
    next_share: float
    halted: Halt | None
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
    def history(self) -> list[tuple[str, str, str]]:
        """The last changes, the newest first: when, who, what."""
        return [*reversed(self.releases[0].release.history)]

    @property
    def is_in_trouble(self) -> bool:
        return self.condition in {"failing", "troubled"}


def standing(parts: Runtime, summary: Summary, name: str) -> Standing:
    """How a registered fragment stands. Raises UnknownFragment."""
    now = time.time()
    registered = parts.registry.releases(name)
    halts = {one: one.halted or parts.rollouts.halts.get(one) for one in registered}
    shares = {one: 0.0 if halts[one] else share(one, now) for one in registered}
    # The default release has what the others leave.
    shares[registered[0]] = 100 - sum(shares.values())
    releases = [
        _release(parts, summary, release, shares[release], halts[release], now)
        for release in registered
    ]
    numbers = summary.fragment(name)
    condition = numbers.condition(one.breaker for one in releases if one.share)
    return Standing(name, registered[0].owner, releases, numbers, condition)


def _release(
    parts: Runtime,
    summary: Summary,
    release: Release,
    now_share: float,
    halted: Halt | None,
    now: float,
) -> ReleaseStanding:
    manifest, error = parts.manifests.condition(release)
    at = math.inf if halted else next_change(release, now)
    return ReleaseStanding(
        release=release,
        share=now_share,
        next_at=None if math.isinf(at) else datetime.fromtimestamp(at, UTC),
        next_share=0.0 if math.isinf(at) else share(release, at),
        halted=halted,
        window=summary.release(release),
        breaker=summary.breaker(release),
        manifest=manifest,
        manifest_error=error,
    )
