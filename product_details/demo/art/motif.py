"""What is woven into a cloth: stripes, checks, borders, diamonds."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .color import Rgb, mix
from .svg import Point

Span = tuple[float, float]
Shape = tuple[tuple[Point, ...], Rgb]
"""An outline in cloth coordinates (across and down, -1 to 1) and its colour."""


@dataclass(frozen=True, slots=True)
class Motif:
    """Colour by place; bands of `across` run down the cloth, bands of `down` across it."""

    ground: Rgb
    second: Rgb
    across: tuple[Span, ...] = ()
    down: tuple[Span, ...] = ()
    crossing: bool = False
    """True where bands of both ways mix, as in gingham."""
    shapes: tuple[Shape, ...] = ()

    def color(self, u: float, v: float) -> Rgb:
        hits = _within(u, self.across) + _within(v, self.down)
        if not hits:
            return self.ground
        if self.crossing:
            return mix(self.ground, self.second, 0.48 if hits == 1 else 0.95)
        return self.second


def _within(place: float, spans: tuple[Span, ...]) -> int:
    return 1 if any(low <= place < high for low, high in spans) else 0


def _plain(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    del dice
    return Motif(ground, second)


def _stripes(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    count = dice.choice((5, 7, 9, 13))
    wide = dice.choice((0.25, 0.5, 0.5)) / count
    return Motif(
        ground,
        second,
        across=tuple(
            (-1 + (2 * i + 1) / count - wide, -1 + (2 * i + 1) / count + wide) for i in range(count)
        ),
    )


def _ticking(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    """Pairs of narrow lines, as on old mattress cloth."""
    count, thin = dice.choice((7, 9, 11)), 0.012
    spans: list[Span] = []
    for i in range(count):
        middle = -1 + (2 * i + 1) / count
        spans += [
            (middle - 0.045 - thin, middle - 0.045 + thin),
            (middle - thin * 1.8, middle + thin * 1.8),
            (middle + 0.045 - thin, middle + 0.045 + thin),
        ]
    return Motif(ground, second, across=tuple(spans))


def _bands(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    edge = dice.uniform(0.62, 0.72)
    spans = (
        (-edge - 0.12, -edge),
        (-edge + 0.04, -edge + 0.07),
        (edge - 0.07, edge - 0.04),
        (edge, edge + 0.12),
    )
    return Motif(ground, second, down=spans)


def _gingham(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    count = dice.choice((6, 8, 10))
    spans = tuple((-1 + 2 * i / count, -1 + (2 * i + 1) / count) for i in range(count))
    return Motif(ground, second, across=spans, down=spans, crossing=True)


def _windowpane(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    count, thin = dice.choice((4, 5, 6)), 0.016
    spans = tuple(
        (-1 + (2 * i + 1) / count - thin, -1 + (2 * i + 1) / count + thin) for i in range(count)
    )
    return Motif(ground, second, across=spans, down=spans, crossing=True)


def _border(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    edge, thin = dice.uniform(0.80, 0.86), dice.uniform(0.03, 0.055)
    inner = edge - thin
    shapes = tuple(
        (corners, second)
        for corners in (
            ((-edge, -edge), (edge, -edge), (edge, -inner), (-edge, -inner)),
            ((-edge, inner), (edge, inner), (edge, edge), (-edge, edge)),
            ((-edge, -inner), (-inner, -inner), (-inner, inner), (-edge, inner)),
            ((inner, -inner), (edge, -inner), (edge, inner), (inner, inner)),
        )
    )
    return Motif(ground, second, shapes=shapes)


def _diamonds(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    columns, rows = dice.choice(((3, 4), (3, 3), (4, 5))), 0
    wide, rows = 1.6 / columns[0], columns[1]
    tall = 1.6 / rows
    light = mix(ground, second, 0.45)
    shapes: list[Shape] = []
    for i in range(columns[0]):
        for j in range(rows):
            u, v = -0.8 + wide * (i + 0.5), -0.8 + tall * (j + 0.5)
            for size, color in ((0.46, second), (0.28, ground), (0.13, light)):
                shapes.append(_rhomb(u, v, wide * size, tall * size, color))
    edge = ((-0.95, -0.90), (0.90, 0.95))
    return Motif(ground, second, across=edge, down=edge, shapes=tuple(shapes))


def _rhomb(u: float, v: float, wide: float, tall: float, color: Rgb) -> Shape:
    return ((u, v - tall), (u + wide, v), (u, v + tall), (u - wide, v)), color


def _lattice(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    """Thin crossing diagonals, drawn a little by hand."""
    shapes: list[Shape] = []
    count, thin = dice.choice((3, 4)), 0.016
    step = 2 / count
    for i in range(-count, count + 1):
        for way in (1, -1):
            start, end = i * step - 1, i * step + 1
            line = _clipped(start, end, way, dice.uniform(-0.02, 0.02))
            if line:
                (u1, v1), (u2, v2) = line
                shapes.append(
                    (((u1 - thin, v1), (u1 + thin, v1), (u2 + thin, v2), (u2 - thin, v2)), second)
                )
    return Motif(ground, second, shapes=tuple(shapes))


def _clipped(start: float, end: float, way: int, nudge: float) -> tuple[Point, Point] | None:
    """A diagonal from (start, -1) to (end, 1), cut at the cloth's sides."""
    points: list[Point] = []
    for k in range(81):
        v = -0.97 + 1.94 * k / 80
        u = start + (end - start) * (v + 1) / 2 + nudge
        if abs(u) <= 0.97:
            points.append((u * way, v))
    return (points[0], points[-1]) if len(points) > 3 else None


def _arches(dice: random.Random, ground: Rgb, second: Rgb) -> Motif:
    """Half moons in rows."""
    columns = dice.choice((3, 4))
    radius = 0.80 / columns
    shapes: list[Shape] = []
    light = mix(ground, second, 0.5)
    for j in range(columns):
        for i in range(columns):
            u, v = -0.84 + 1.68 * (i + 0.5) / columns, -0.84 + 1.68 * (j + 0.5) / columns
            color = second if (i + j) % 2 else light
            shapes.append((_half_moon(u, v, radius, up=(i + j) % 2 == 0), color))
    return Motif(ground, second, shapes=tuple(shapes))


def _half_moon(u: float, v: float, radius: float, *, up: bool) -> tuple[Point, ...]:
    sign = -1 if up else 1
    return tuple(
        (
            u + radius * math.cos(math.pi * k / 16),
            v + sign * radius * math.sin(math.pi * k / 16) - sign * radius * 0.4,
        )
        for k in range(17)
    )


Design = Callable[[random.Random, Rgb, Rgb], Motif]
CUSHIONS: Final[dict[str, Design]] = {
    "plain": _plain, "(plain)": _plain, "striped": _stripes, "ticking": _ticking,
    "windowpane": _windowpane, "arches": _arches, "bordered": _border, "lattice": _lattice,
}  # fmt: skip
THROWS: Final[dict[str, Design]] = {
    "plain": _plain, "banded": _bands, "(banded)": _bands, "gingham": _gingham,
    "windowpane": _windowpane, "striped": _stripes,
}  # fmt: skip
TOWELS: Final[dict[str, Design]] = {
    "ticking": _ticking, "banded": _bands, "gingham": _gingham, "windowpane": _windowpane,
    "striped": _stripes, "plain": _plain,
}  # fmt: skip
RUGS: Final[dict[str, Design]] = {
    "diamonds": _diamonds, "lattice": _lattice, "bordered": _border, "banded": _bands,
    "striped": _stripes, "arches": _arches, "plain": _plain,
}  # fmt: skip
