"""Discovery: which releases of a fragment there are, and where."""

from typing import Protocol

from ..release import Release


class Registry(Protocol):
    """Anything that knows the releases of fragments. Lookups never block on I/O."""

    @property
    def generation(self) -> int:
        """A number that grows whenever the contents change; caches key on it."""

    def fragments(self) -> tuple[str, ...]:
        """The names of all registered fragments, sorted."""

    def releases(self, fragment: str) -> tuple[Release, ...]:
        """The releases of a fragment, the default one first.

        Raises UnknownFragment, naming those that are registered.
        """


class SiteRegistry(Registry, Protocol):
    """The registry a site lives with: it can be ill, and it ends with the process."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with its contents now, or why it cannot be reached."""

    @property
    def as_of(self) -> float:
        """When its source was last read (epoch seconds); 0 if it never was."""

    def close(self) -> None:
        """End what runs in the background."""
