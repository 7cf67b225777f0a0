"""Bytes of a page: the head with what is known by then, the body piece by piece."""

from collections.abc import Iterable, Sequence

from .assets import AssetCollector, AssetLink, Assets, LoadRules, link_header, tags
from .csp import NO_SOURCES, Sources
from .encoding import Secret
from .filling import Filling
from .frames import NO_FRAME, late_part
from .head import EMPTY_HEAD, HeadBlock, PageHead, merge
from .outcome import Outcome
from .page import Layout


class Assembly:
    """Fills one layout. The head comes first, and only once.

    ``late`` are the positions that were left open in the body, to be filled at its end.
    ``is_coded``: the page may be compressed, so what may be secret in it is marked.
    """

    def __init__(self, layout: Layout, rules: LoadRules, filling: Filling) -> None:
        self._layout = layout
        self._assets = AssetCollector(rules)
        self._filling = filling
        self._in_head: set[int] = set()
        self._notes: list[str] = []
        self.late: list[int] = []
        self.is_coded = True
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
        own, added = (
            self._merged(self._layout.head, known) if known else (self._layout.head.text, "")
        )
        links: list[Assets] = [self._of(position, outcome) for position, outcome in known]
        links += [self._assets.add(self._at_once(some)) for some in expected]
        for position, frame in self._filling.frames.items():
            if outcomes[position] is None and frame.waiting:
                links.append(self._assets.add(frame.scripts))
        assets = tuple([asset for some in links for asset in some])
        self.link = link_header(assets)
        head = f"{own}{added}{tags(assets)}".encode()
        return Secret(head) if any(self._hides(outcome) for _, outcome in known) else head

    def _merged(self, head: PageHead, known: Sequence[tuple[int, Outcome]]) -> tuple[str, str]:
        self._in_head = {position for position, _ in known}
        # Required slots speak for the page before all others.
        ordered = sorted(known, key=lambda item: not item[1].slot.required)
        own, added, conflicts = merge(head, [outcome.head for _, outcome in ordered])
        self._notes += conflicts
        return own, added

    def body(self, position: int, outcome: Outcome) -> bytes:
        """The HTML of a slot with all that is in it and around it."""
        return _joined(self._filled(self.parts(position, outcome)))

    def parts(self, position: int, outcome: Outcome) -> Sequence[bytes | int]:
        """The HTML of a slot, its inner slots by position; and first what it was late for."""
        pieces = self._inside(outcome)
        frame = self._filling.frames.get(position)
        if frame is not None:
            pieces = (frame.opening, *pieces, frame.closing)
        if position in self._in_head:
            return pieces
        lead = self._lead(position, outcome)
        return (lead, *pieces) if lead else pieces

    def leaves_open(self, position: int) -> bool:
        """Whether the body goes on without the slot."""
        filling = self._filling
        return filling.slots[position].delivery == "deferred" and not filling.is_settled(position)

    def pending(self, position: int) -> bytes:
        """What stands in the place of a slot whose HTML will be at the end."""
        self.late.append(position)
        frame = self._filling.frames.get(position, NO_FRAME)
        return tags(self._assets.add(frame.scripts)).encode() + frame.waiting

    def late_part(self, position: int, outcome: Outcome) -> bytes:
        """A slot's HTML for the end of the page; beside it what would load again if moved."""
        lead = b"" if position in self._in_head else self._lead(position, outcome)
        html = _joined(self._filled(self._inside(outcome)))
        part = lead + late_part(position, html)
        return Secret(part) if isinstance(html, Secret) else part

    @property
    def notes(self) -> list[str]:
        """What had to be left out or decided, for the log."""
        return self._notes + self._assets.problems

    def _of(self, position: int, outcome: Outcome) -> Assets:
        block, assets = outcome.head, outcome.assets
        if block is not EMPTY_HEAD:
            self._notes += [f"{outcome.slot.fragment}: {what}" for what in block.refused]
            assets = (*assets, *block.assets)
        found = self._assets.add(self._at_once(assets))
        frame = self._filling.frames.get(position)
        if frame is None or not (frame.opening or outcome.kind == "lazy"):
            return found
        return (*found, *self._assets.add(frame.scripts))

    def _filled(self, pieces: Sequence[bytes | int]) -> list[bytes]:
        found: list[bytes] = []
        for piece in pieces:
            if isinstance(piece, bytes):
                found.append(piece)
            elif (inner := self._filling.outcomes[piece]) is None or self.leaves_open(piece):
                found.append(self.pending(piece))
            else:
                found.append(self.body(piece, inner))
        return found

    def _inside(self, outcome: Outcome) -> Sequence[bytes | int]:
        pieces: Sequence[bytes | int] = outcome.pieces or (outcome.html,)
        if modules := self._that_wait(outcome.assets):
            usable = self._assets.usable(modules)
            pieces = (*pieces, "".join([asset.waiting_html() for asset in usable]).encode())
        if not self._hides(outcome):
            return pieces
        return [Secret(piece) if isinstance(piece, bytes) else piece for piece in pieces]

    def _at_once(self, assets: Assets) -> Assets:
        """What browsers load by themselves; with our loader in the place of what waits."""
        waiting = self._that_wait(assets)
        if not waiting:
            return assets
        loader = self._filling.scripts.hydrate
        return (*[asset for asset in assets if asset not in waiting], loader)

    def _that_wait(self, assets: Assets) -> list[AssetLink]:
        # Browsers run no script element of what is moved into a page; our loader does.
        everyone = self._layout.is_part
        for asset in assets:
            if asset.hydrate or (everyone and asset.kind == "module"):
                break
        else:
            return []
        return [a for a in assets if a.hydrate or (everyone and a.kind == "module")]

    def _lead(self, position: int, outcome: Outcome) -> bytes:
        if outcome.asked and (lost := outcome.asked - self.asked):
            words = ", ".join([f"{directive} {source}" for directive, source in sorted(lost)])
            note = f"{outcome.slot.fragment}: too late for the policy: {words}"
            self._notes.append(note[:300])
        late = "" if outcome.head is EMPTY_HEAD else self._late_head(outcome.head)
        found = self._of(position, outcome)
        if not (found or late):
            return b""
        lead = (tags(found) + late).encode()
        return Secret(lead) if self._hides(outcome) else lead

    def _hides(self, outcome: Outcome) -> bool:
        return self.is_coded and outcome.is_secret

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


def _joined(parts: Sequence[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    joined = b"".join(parts)
    return Secret(joined) if any(isinstance(part, Secret) for part in parts) else joined
