"""Looks over composed pages for what fragments get wrong together, and tells each thing once."""

from collections.abc import Iterator, Sequence
from typing import Final

from .marks import clashes
from .measures import Measures
from .outcome import Outcome
from .page import Layout
from .site import Site

# What fragments say can be endless; after so many findings the log has had enough.
_MAX_TOLD: Final = 2048


class Review:
    """Findings are remembered for the life of the process; ``known`` lists them for an overlay."""

    def __init__(self, site: Site, measures: Measures) -> None:
        self._site = site
        self._measures = measures
        self._told: dict[tuple[str, str], None] = {}

    @property
    def known(self) -> list[str]:
        """Everything found so far, oldest first."""
        return [text for _, text in self._told]

    def notes(self, layout: Layout, outcomes: Sequence[Outcome]) -> list[str]:
        """What was found in this page for the first time."""
        if len(self._told) >= _MAX_TOLD:
            return []
        found = [*self._refused(outcomes), *self._clashes(layout, outcomes)]
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

    def _clashes(self, layout: Layout, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
        pieces = [(o.slot.fragment, o.marks, o.html) for o in outcomes if o.html]
        is_whole = all(outcome.is_sound for outcome in outcomes)
        for clash in clashes(pieces, layout.facts.marks, is_whole=is_whole):
            yield clash.kind, str(clash)
