"""Cloth that hangs: throw and tea towel."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .cloth import Cloth
from .color import Rgb, times, to_hex
from .fringe import fringe
from .light import SATIN, Vector, unit
from .motif import THROWS, TOWELS
from .piece import Maker, Order, Piece
from .shadow import on_wall
from .svg import Point, ellipse, line, moved, path, points_path, rect, smooth_path
from .tube import tube
from .weave import WEAVES, Weave, weave
from .wood import OAK

_WEAVE_SIZE: Final = 5.0
_TOWEL_WEAVES: Final[dict[str, Weave]] = {"smooth": "plain", "waffle": "waffle", "twill": "twill"}


@dataclass(frozen=True, slots=True)
class Folds:
    """Soft folds across a hanging cloth: a few waves of different length."""

    waves: tuple[tuple[float, float, float], ...]

    @classmethod
    def tossed(cls, dice: random.Random, count: float) -> Folds:
        return cls(
            tuple(
                (count * ratio, dice.uniform(0, math.tau), strength)
                for ratio, strength in ((0.5, 0.6), (1.0, 1.0), (1.7, 0.5), (2.9, 0.22))
            )
        )

    def depth(self, u: float) -> float:
        return sum(s * math.sin(k * u * math.pi + phase) for k, phase, s in self.waves) / 2.3

    def slope(self, u: float) -> float:
        return sum(s * k * math.cos(k * u * math.pi + phase) for k, phase, s in self.waves) / 4


def _hanging(
    folds: Folds, half: Callable[[float], float], length: float, swing: float
) -> tuple[Callable[[float, float], Point], Callable[[float, float], Vector]]:
    """Where a hanging cloth lies: `half` is its half width at a share of the way down."""

    def place(u: float, v: float) -> Point:
        t = (v + 1) / 2
        return half(t) * u + 10 * t * folds.slope(u) * 0.4, (
            length * t + swing * t * t * folds.depth(u)
        )

    def lie(u: float, v: float) -> Vector:
        t = (v + 1) / 2
        return unit((-folds.slope(u) * (0.35 + 0.65 * t) * 0.62, -0.10, 1.0))

    return place, lie


def throw(order: Order) -> Piece:
    ground, second = order.color(0), order.contrast()
    wide, length = order.between(270, 300), order.between(640, 690)
    folds = Folds.tossed(order.dice, order.between(1.8, 2.6))
    hang, lie = _hanging(folds, lambda t: wide * (1 - 0.02 * t), length, 16)

    def place(u: float, v: float) -> Point:
        x, y = hang(u, v)
        return x, y - 18 * (1 - (v + 1) / 2)

    motif = order.choose(THROWS)(order.dice, ground, second)
    cloth = Cloth(place, lie, motif)
    tint = order.choose(WEAVES)
    back = Cloth(lambda u, v: _behind(place(u, v)), lie, motif, shade=lambda u, v: 0.35)
    front = cloth.drawn(84, 8)
    front += path(
        smooth_path(cloth.outline(40), close=True),
        weave(order.sheet, tint, ground, _WEAVE_SIZE * 1.2),
    )
    rail = tube("M-440 0H440", 26, OAK, SATIN)
    parts = (
        on_wall(order.sheet, points_path(cloth.outline()), shift=34, strength=0.34),
        on_wall(order.sheet, "M-440 -12H440V14H-440Z", shift=40, strength=0.3),
        back.drawn(60, 2),
        rail,
        front,
        fringe(order, place, ground, 62),
        _over_rail(order, wide),
    )
    return Piece(
        markup=moved("".join(parts), 0, -length - 90),
        width=860,
        height=length + 110,
        stand="wall",
        focus=(-wide * 0.3, -150),
        zoom=2.3,
    )


def _behind(point: Point) -> Point:
    return point[0] + 20, point[1] * 0.92 - 6


def _over_rail(order: Order, wide: float) -> str:
    """The cloth bending over the rail: shade and light laid over its top."""
    dark, pale = (0.05, 0.03, 0.02), (1.0, 0.97, 0.92)
    away = order.sheet.linear([(0, dark, 0.42), (1, dark, 0)], (0, -19), (0, -6))
    shine = order.sheet.linear([(0, pale, 0), (0.5, pale, 0.20), (1, pale, 0)], (0, -12), (0, 8))
    under = order.sheet.linear([(0, dark, 0), (0.3, dark, 0.24), (1, dark, 0)], (0, 2), (0, 46))
    return "".join(
        rect(-wide, top, 2 * wide, tall, fill)
        for top, tall, fill in ((-19, 13, away), (-12, 20, shine), (2, 44, under))
    )


def tea_towel(order: Order) -> Piece:
    ground, second = order.color(0), order.contrast()
    length = order.between(690, 740)
    folds = Folds.tossed(order.dice, order.between(2.4, 3.2))

    def half(t: float) -> float:
        return 26 + 205 * math.pow(math.sin(min(1.0, t * 1.05) * math.pi / 2), 0.85)

    base, lie = _hanging(folds, half, length, 20)

    def place(u: float, v: float) -> Point:
        x, y = base(u, v)
        t = (v + 1) / 2
        return x, y - 70 * (1 - t) ** 2 * (1 - abs(u)) + 46 * (1 - t) * abs(u) ** 1.5

    motif = order.choose(TOWELS)(order.dice, ground, second)
    cloth = Cloth(place, lie, motif, shade=lambda u, v: 0.72 + 0.28 * min(1.0, (v + 1) * 1.6))
    outline = smooth_path(cloth.outline(40), close=True)
    loop = line(
        "M0 -64C-30 -96 -12 -128 0 -130C12 -128 30 -96 0 -64",
        to_hex(times(second, 0.8)),
        7,
        stroke_linecap="round",
    )
    markup = (
        on_wall(order.sheet, points_path(cloth.outline()), shift=30, strength=0.34)
        + cloth.drawn(90, 10)
        + path(
            outline,
            weave(order.sheet, order.choose(_TOWEL_WEAVES), ground, _WEAVE_SIZE),
        )
        + _hem(cloth, ground)
        + loop
        + _peg(order)
    )
    return Piece(
        markup=moved(markup, 0, -length),
        width=620,
        height=length + 170,
        drop=0,
        stand="wall",
        focus=(-70, -length * 0.25),
        zoom=2.6,
    )


def _hem(cloth: Cloth, ground: Rgb) -> str:
    """A double seam above the lower edge."""
    stitched = [cloth.place(-0.97 + 1.94 * i / 60, 0.955) for i in range(61)]
    data, dark = points_path(stitched, close=False), to_hex(times(ground, 0.45))
    return line(data, dark, 2.2, stroke_opacity=0.35) + line(
        data, "#fff", 2, stroke_opacity=0.25, transform="translate(0 3)"
    )


def _peg(order: Order) -> str:
    """A turned wooden peg, seen from the front."""
    fill = order.sheet.radial(
        [(0, times(OAK, 1.2), 1), (0.7, times(OAK, 0.8), 1), (1, times(OAK, 0.45), 1)],
        (-6, -140),
        34,
    )
    umber = order.sheet.radial([(0, times(OAK, 0.1), 0.5), (1, times(OAK, 0.1), 0)], (16, -114), 44)
    return ellipse(16, -114, 44, 44, umber) + ellipse(0, -132, 26, 26, fill)


MAKERS: Final[dict[str, Maker]] = {
    "tea_towel": tea_towel,
    "throw": throw,
}
