"""Cloth as a net of small patches, each lit by how it lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from .color import Rgb, to_hex
from .light import CLOTH, Vector, lit
from .motif import Motif, Span
from .svg import Point, path, points_path

Place = Callable[[float, float], Point]
"""From (across, down), both -1 to 1, to the page."""
Lie = Callable[[float, float], Vector]
"""The cloth's normal at a place."""
_OVERLAP: Final = 0.9


@dataclass(frozen=True, slots=True)
class Cloth:
    """One piece of cloth: where it lies, how it is turned to the light, what is woven in."""

    place: Place
    lie: Lie
    motif: Motif
    shade: Callable[[float, float], float] = lambda _u, _v: 1.0
    """Below 1 where other things keep light away."""

    def seen(self, color: Rgb, u: float, v: float) -> str:
        return to_hex(lit(color, self.lie(u, v), CLOTH, open_sky=self.shade(u, v)))

    def drawn(self, columns: int, rows: int) -> str:
        """All patches, then the shapes on them."""
        us, vs = _cuts(columns, self.motif.across), _cuts(rows, self.motif.down)
        marks: list[str] = []
        for v1, v2 in pairwise(vs):
            for u1, u2 in pairwise(us):
                marks.append(self._patch(u1, u2, v1, v2))
        marks += [self._shape(outline, color) for outline, color in self.motif.shapes]
        return "".join(marks)

    def _patch(self, u1: float, u2: float, v1: float, v2: float) -> str:
        u, v = (u1 + u2) / 2, (v1 + v2) / 2
        (ax, ay), (bx, by) = self.place(u1, v1), self.place(u2, v1)
        (cx, cy), (dx, dy) = self.place(u2, v2), self.place(u1, v2)
        # Each patch reaches under its right and lower neighbours, so that no seam shows.
        corners = [
            (ax, ay),
            (bx + _OVERLAP, by),
            (cx + _OVERLAP, cy + _OVERLAP),
            (dx, dy + _OVERLAP),
        ]
        return path(points_path(corners), self.seen(self.motif.color(u, v), u, v))

    def _shape(self, outline: Sequence[Point], color: Rgb) -> str:
        u = sum(point[0] for point in outline) / len(outline)
        v = sum(point[1] for point in outline) / len(outline)
        bent = [self.place(*point) for point in _dense(outline)]
        return path(points_path(bent), self.seen(color, u, v))

    def outline(self, count: int = 24) -> list[Point]:
        steps = [-1 + 2 * i / count for i in range(count)]
        return (
            [self.place(u, -1) for u in steps]
            + [self.place(1, v) for v in steps]
            + [self.place(-u, 1) for u in steps]
            + [self.place(-1, -v) for v in steps]
        )


def _cuts(count: int, spans: tuple[Span, ...]) -> list[float]:
    """Even cuts, and one wherever the colour changes."""
    even = [-1 + 2 * i / count for i in range(count + 1)]
    edges = [edge for span in spans for edge in span if -1 < edge < 1]
    return sorted({round(cut, 4) for cut in even + edges})


def _dense(outline: Sequence[Point]) -> list[Point]:
    """More points along each side, so that straight sides bend with the cloth."""
    points: list[Point] = []
    for (u1, v1), (u2, v2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        points += [(u1 + (u2 - u1) * k / 6, v1 + (v2 - v1) * k / 6) for k in range(6)]
    return points
