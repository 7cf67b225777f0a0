"""What a registry holds at this moment, whatever it was read from."""

import logging
import time
from collections.abc import Mapping

from ..errors import UnknownFragment
from ..release import Release
from .schema import Registered

logger = logging.getLogger(__name__)


class Contents:
    """The releases that were last understood, and what is wrong with those that were not.

    Readers may be in other threads than the writer: no lookup sees half a change.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._releases: Mapping[str, tuple[Release, ...]] = {}
        self.problems: tuple[str, ...] = ()
        self.as_of = 0.0
        self.generation = 0

    def fragments(self) -> tuple[str, ...]:
        return tuple(sorted(self._releases))

    def releases(self, fragment: str) -> tuple[Release, ...]:
        try:
            return self._releases[fragment]
        except KeyError:
            known = ", ".join(self.fragments()) or "none"
            raise UnknownFragment(
                f"no fragment {fragment!r:.100} is registered in {self._source}; "
                f"registered: {known}"
            ) from None

    def take(self, registered: Registered) -> None:
        """Follow what was read; of a fragment that was refused, keep what was known."""
        self.confirm()
        before = self._releases
        kept = {name: before[name] for name in registered.refused if name in before}
        releases = {**registered.releases, **kept}
        if releases != before:
            # In this order: who reads in between remembers the new releases under the old
            # generation, and not the old ones under the new.
            self._releases = releases
            self.generation += 1
        self._tell(tuple(f"{self._source}: {problem}" for problem in registered.problems))

    def confirm(self) -> None:
        """The source was looked at, and still says what was read last."""
        self.as_of = time.time()

    def keep(self, error: Exception) -> None:
        """Nothing could be read: all stays as it was."""
        self._tell((f"{self._source}: {error}; what was registered before stays",))

    def _tell(self, problems: tuple[str, ...]) -> None:
        new = [problem for problem in problems if problem not in self.problems]
        self.problems = problems
        for problem in new:
            logger.error("registry: %s", problem)
