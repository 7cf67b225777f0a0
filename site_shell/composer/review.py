"""Looks over composed pages for what fragments get wrong together, and tells each thing once."""

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from .marks import Marks, clashes, marks_of
from .measures import Measures
from .outcome import Outcome
from .page import Layout
from .site import Site

# What fragments say can be endless; after so many findings the log has had enough.
_MAX_TOLD: Final = 2048
# Reading the ids of three fragments costs a third of composing their page: what collides on one
# page of a kind collides on the next one, too.
_SECONDS: Final = 1.0


class Review:
    """Findings are remembered for the life of the process; ``known`` lists them for an overlay."""

    def __init__(self, site: Site, measures: Measures) -> None:
        self._site = site
        self._measures = measures
        self._told: dict[tuple[str, str], None] = {}
        self._due: dict[str, float] = {}

    @property
    def known(self) -> list[str]:
        """Everything found so far, oldest first."""
        return [text for _, text in self._told]

    def notes(self, page: str, layout: Layout, outcomes: Sequence[Outcome]) -> list[str]:
        """What was found for the first time; each of the site's pages is read once a second."""
        now = time.monotonic()
        if now < self._due.get(page, 0.0) or len(self._told) >= _MAX_TOLD:
            return []
        self._due[page] = now + _SECONDS
        found = [
            *self._refused(outcomes),
            *self._unproven(outcomes),
            *self._clashes(layout, outcomes),
        ]
        new = [item for item in found if item not in self._told]
        for kind, text in new:
            self._told[kind, text] = None
            self._measures.count("page_findings", kind=kind)
        return [text for _, text in new]

    def _refused(self, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
        for outcome in outcomes:
            if outcome.asked:
                for directive, source in self._site.refused(outcome.asked):
                    text = (
                        f"{outcome.slot.fragment}: csp {directive} {source} is not allowed "
                        f"(CSP_ALLOWED)"
                    )
                    yield "csp", text

    def _unproven(self, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
        rules = self._site.loads_from
        for outcome in outcomes:
            for asset in outcome.assets:
                if not asset.integrity and rules.is_unproven(asset):
                    text = f"{outcome.slot.fragment}: {asset.url} has no integrity"
                    yield "integrity", text[:300]

    def _clashes(self, layout: Layout, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
        pieces = [(o.slot.fragment, _marks_of(o.html), o.html) for o in outcomes if o.html]
        is_whole = all(outcome.is_sound for outcome in outcomes)
        for clash in clashes(pieces, layout.facts.marks, is_whole=is_whole):
            yield clash.kind, str(clash)


# A fragment of one rendering stands on many pages.
@lru_cache(maxsize=256)
def _marks_of(html: bytes) -> Marks:
    return marks_of(html.decode())
