"""Which of a fragment's releases a slot gets."""

from collections.abc import Sequence
from typing import Literal

from ..release import Release

SlotStrategy = Literal["default", "canary"]


def choose(releases: Sequence[Release], strategy: SlotStrategy = "default") -> Release:
    """The release for a slot; ``releases`` is what a registry gives, the default one first.

    ``canary`` asks for the release that is being tried out: another than the default one, with
    traffic, the one with most where there are several. Without such a release it is the default.
    """
    if strategy == "canary":
        tried = [release for release in releases if not release.default and release.traffic > 0]
        if tried:
            return max(tried, key=lambda release: release.traffic)
    return releases[0]
