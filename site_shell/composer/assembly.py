"""Bytes of a page: the head with what is known by then, the body piece by piece."""

from collections.abc import Iterable, Sequence

from .assets import AssetCollector, Assets, link_header, tags
from .csp import NO_SOURCES, Sources
from .encoding import Secret
from .head import HeadBlock, merge
from .outcome import Outcome
from .page import Layout


class Assembly:
    """Fills one layout. The head comes first, and only once."""

    def __init__(self, layout: Layout, asset_origins: frozenset[str]) -> None:
        self._layout = layout
        self._assets = AssetCollector(asset_origins)
        self._in_head: set[int] = set()
        self._notes: list[str] = []
        self.link = ""
        self.asked = NO_SOURCES

    def head(
        self,
        outcomes: Sequence[Outcome | None],
        expected: Iterable[Assets] = (),
        sources: Sources = NO_SOURCES,
    ) -> bytes:
        """The page up to ``</head>``.

        ``expected`` are assets of slots that are still to come, ``sources`` what they will ask of
        the page's policy, as far as anybody knows.
        """
        asking = [outcome.asked for outcome in outcomes if outcome is not None and outcome.asked]
        self.asked = sources.union(*asking)
        if self._layout.head is None:
            return b""
        known = [(i, outcome) for i, outcome in enumerate(outcomes) if outcome is not None]
        self._in_head = {position for position, _ in known}
        # Required slots speak for the page before all others.
        ordered = sorted(known, key=lambda item: not item[1].slot.required)
        own, added, conflicts = merge(self._layout.head, [outcome.head for _, outcome in ordered])
        self._notes += conflicts
        links: list[Assets] = [self._of(outcome) for _, outcome in known]
        links += [self._assets.add(assets) for assets in expected]
        assets = tuple([asset for some in links for asset in some])
        self.link = link_header(assets)
        head = f"{own}{added}{tags(assets)}".encode()
        return Secret(head) if any(outcome.is_secret for _, outcome in known) else head

    def body(self, position: int, outcome: Outcome) -> bytes:
        """The HTML of a slot, and before it what came too late for the head."""
        html = outcome.html
        if position not in self._in_head:
            if lost := outcome.asked - self.asked:
                words = ", ".join([f"{directive} {source}" for directive, source in sorted(lost)])
                note = f"{outcome.slot.fragment}: too late for the policy: {words}"
                self._notes.append(note[:300])
            late = tags(self._of(outcome)) + self._late_head(outcome.head)
            html = late.encode() + html
        return Secret(html) if outcome.is_secret else html

    @property
    def notes(self) -> list[str]:
        """What had to be left out or decided, for the log."""
        return self._notes + self._assets.problems

    def _of(self, outcome: Outcome) -> Assets:
        self._notes += [f"{outcome.slot.fragment}: {what}" for what in outcome.head.refused]
        return self._assets.add((*outcome.assets, *outcome.head.assets))

    def _late_head(self, block: HeadBlock) -> str:
        """Structured data is as good in the body; a title is not."""
        data = [part.html for part in block.parts if part.identity.startswith("json-ld:")]
        lost = [part.identity for part in block.parts if not part.identity.startswith("json-ld:")]
        if lost:
            self._notes.append(f"too late for the head: {', '.join(lost)[:200]}")
        return "".join(data)


def render(layout: Layout, assembly: Assembly, outcomes: Sequence[Outcome]) -> list[bytes]:
    """A page that has all its slots, in parts."""
    head = assembly.head(outcomes)
    body = [
        piece if isinstance(piece, bytes) else assembly.body(piece, outcomes[piece])
        for piece in layout.body
    ]
    return [head, *body]
