"""What a slot got, and from where."""

from collections.abc import Sequence
from dataclasses import field
from typing import Final, Literal

from .assets import NO_ASSETS, Assets
from .csp import NO_SOURCES, Sources
from .head import EMPTY_HEAD, HeadBlock
from .light import light_dataclass
from .policy import NO_STORE, CachePolicy
from .slot import Slot

Kind = Literal["fresh", "cached", "stale", "fallback", "degraded", "failed", "lazy"]
# Where the HTML came from when it did not come from the service itself.
Via = Literal["", "stale-if-error", "fallback-url", "manifest", "template"]

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
GONE_OR_UNKNOWN: Final = frozenset({404, 410})


@light_dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one slot.

    ``fresh`` was fetched for this page, ``cached`` and ``stale`` come from the fragment cache,
    ``fallback`` stands in for the fragment, ``degraded`` is nothing at all, and ``failed`` fails
    the page; ``lazy`` is left to the browser. ``reason`` says in one word what kept a slot from
    being fresh or cached. ``status`` is the service's answer for the kinds that have one, and the
    page's for ``failed`` and for what stands in for a required fragment. ``nested`` tells HTML that
    may hold slots from HTML in which they mean nothing; where they were found, ``pieces`` stand
    in the place of ``html``: literal bytes, and the positions of slots on the page. ``began_ms``
    and ``ms``: from the page's start to the fetch's, and to the end of it all. ``is_staged``: a
    member of staff wanted it so, and it says nothing about the fragment.
    """

    slot: Slot
    kind: Kind
    reason: str = ""
    via: Via = ""
    detail: str = ""
    release: str = ""
    began_ms: float = 0.0
    ms: float = 0.0
    status: int = 200
    html: bytes = field(default=b"", repr=False)
    head: HeadBlock = EMPTY_HEAD
    assets: Assets = NO_ASSETS
    # What its manifest asks of the page's Content-Security-Policy.
    asked: Sources = NO_SOURCES
    headers: tuple[tuple[str, str], ...] = ()
    policy: CachePolicy = NO_STORE
    fetched_at: float = 0.0
    tags: frozenset[str] = frozenset()
    is_staged: bool = False
    nested: bool = False
    pieces: tuple[bytes | int, ...] = field(default=(), repr=False)

    @property
    def is_sound(self) -> bool:
        """Whether this is what the service answers, and not a stand-in for it."""
        return self.kind in {"fresh", "cached", "stale", "lazy"} and not self.via

    @property
    def is_secret(self) -> bool:
        """Whether this may be for its visitor's eyes only.

        What may not be shared might be somebody's, and so might what depends on a header of the
        browser; a stand-in is the same for all.
        """
        if self.kind not in {"fresh", "cached", "stale"}:
            return False
        if not self.policy.storable:
            return True
        passed = self.slot.passthrough
        return bool(passed) and any(item.varies for item in passed)

    @property
    def moves(self) -> bool:
        return self.status in _REDIRECTS

    @property
    def decides(self) -> bool:
        """Whether the page's own status follows from this outcome."""
        if self.kind == "failed":
            return True
        return self.slot.required and (self.moves or self.status in GONE_OR_UNKNOWN)

    def header(self, name: str) -> str | None:
        """The first value of a response header, or None."""
        return next((value for key, value in self.headers if key == name), None)


def fetched(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those on which a page depends: what the browser asks for later is not in it."""
    return [outcome for outcome in outcomes if outcome.kind != "lazy"]
