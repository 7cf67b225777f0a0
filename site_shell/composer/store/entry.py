"""One answer of a fragment, as it is kept."""

from dataclasses import field
from typing import Literal, Protocol, TypeAlias

from ..light import light_dataclass
from ..policy import CachePolicy

Freshness: TypeAlias = Literal["fresh", "stale", "if-error", "expired"]
Packed: TypeAlias = tuple[object, ...]

# Changes with the layout below: entries of another layout are misses, not errors.
_LAYOUT = "fragment-1"


class Tagged(Protocol):
    """What can be purged: anything made of an answer that was fetched at a time, under tags."""

    @property
    def fetched_at(self) -> float: ...

    @property
    def tags(self) -> frozenset[str]: ...


@light_dataclass(frozen=True, slots=True)
class Entry:
    """A whole answer and how long it is good for.

    ``fetched_at`` is the time (epoch seconds) at which the fetch STARTED: what was purged while
    the answer was on its way is purged in the answer too.
    """

    status: int
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...]
    version: str | None
    policy: CachePolicy
    fetched_at: float
    tags: frozenset[str]

    @property
    def fresh_until(self) -> float:
        """The time until which the entry is served without asking the service again."""
        return self.fetched_at + self.policy.max_age - self.policy.age

    def freshness(self, now: float) -> Freshness:
        """What the entry may be used for at the time ``now``.

        ``stale`` may be served while it is fetched again, ``if-error`` only when that failed.
        """
        over = now - self.fresh_until
        if over < 0:
            return "fresh"
        if over < self.policy.stale_while_revalidate:
            return "stale"
        if over < self.policy.stale_if_error:
            return "if-error"
        return "expired"


def pack(entry: Entry) -> Packed:
    """The entry as plain values, so that what is cached does not depend on our class names."""
    policy = entry.policy
    return (
        _LAYOUT,
        entry.status,
        entry.body,
        entry.headers,
        entry.version,
        (
            policy.max_age,
            policy.stale_while_revalidate,
            policy.stale_if_error,
            policy.private,
            policy.no_store,
            policy.age,
        ),
        entry.fetched_at,
        tuple(entry.tags),
    )


def unpack(value: object) -> Entry | None:
    """The entry that was packed, or None for anything else found in the cache."""
    match value:
        case (
            str(layout),
            int(status),
            bytes(body),
            tuple(headers),
            str() | None as version,
            (int(age), int(swr), int(sie), bool(private), bool(no_store), int(spent)),
            float(fetched_at),
            tuple(tags),
        ) if layout == _LAYOUT:
            policy = CachePolicy(age, swr, sie, private, no_store, spent)
            return Entry(status, body, headers, version, policy, fetched_at, frozenset(tags))
    return None
