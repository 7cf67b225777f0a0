"""Soft pieces: cushion, throw, rug, tea towel."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .cloth import Cloth
from .color import Rgb, mix, times, to_hex
from .light import SATIN, Vector, unit
from .motif import CUSHIONS, RUGS, THROWS, TOWELS
from .piece import Maker, Order, Piece
from .shadow import contact, on_wall
from .svg import Point, ellipse, line, moved, path, points_path, rect, smooth_path
from .tube import tube
from .weave import WEAVES, weave
from .wood import OAK

_WEAVE_SIZE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Folds:
    """Soft folds across a hanging cloth: a few waves of different length."""

    waves: tuple[tuple[float, float, float], ...]

    @classmethod
    def tossed(cls, dice: random.Random, count: float) -> Folds:
        return cls(tuple(
            (count * ratio, dice.uniform(0, math.tau), strength)
            for ratio, strength in ((0.5, 0.6), (1.0, 1.0), (1.7, 0.5), (2.9, 0.22))
        ))  # fmt: skip

    def depth(self, u: float) -> float:
        return sum(s * math.sin(k * u * math.pi + phase) for k, phase, s in self.waves) / 2.3

    def slope(self, u: float) -> float:
        return sum(s * k * math.cos(k * u * math.pi + phase) for k, phase, s in self.waves) / 4


def cushion(order: Order) -> Piece:
    ground, second = order.color(0), order.color(1, "#efe6d4")
    wide = order.between(300, 325)
    tall = wide * order.dice.choice((1.0, 1.0, 0.66))
    lean, phase = order.between(-0.05, 0.05), order.between(0, math.tau)
    motif = order.dice.choice(CUSHIONS)(order.dice, ground, second)

    def place(u: float, v: float) -> Point:
        x = wide * u * (1 - 0.085 * (1 - v * v) * u * u)
        pinch = 0.085 if v < 0 else 0.035
        y = tall * v * (1 - pinch * (1 - u * u) * v * v)
        return x * math.cos(lean) - y * math.sin(lean), (
            y * math.cos(lean) + x * math.sin(lean) - tall * 0.985
        )

    def lie(u: float, v: float) -> Vector:
        a, b = math.sqrt(max(0.02, 1 - u * u)), math.sqrt(max(0.02, 1 - v * v))
        corner = math.exp(-((1 - abs(u)) ** 2 + (1 - abs(v)) ** 2) / 0.30)
        crease = corner * 0.55 * math.sin(9 * math.atan2(abs(v) - 1.25, abs(u) - 1.25) + phase)
        dent = 0.30 * math.exp(-((u / 0.22) ** 2)) * math.exp(-(((v + 0.95) / 0.5) ** 2)) * u / 0.2
        return unit((0.62 * u / a * b + crease * 0.6 + dent, 0.62 * v / b * a - 0.12 + crease, 1.0))

    cloth = Cloth(place, lie, motif, shade=lambda u, v: 1 - 0.25 * max(0.0, v) ** 4)
    tint = order.dice.choice(WEAVES)
    markup = cloth.drawn(40, 40 if tall == wide else 30)
    outline = smooth_path(cloth.outline(10), close=True)
    markup += path(outline, weave(order.sheet, tint, ground, _WEAVE_SIZE))
    markup += line(outline, to_hex(times(ground, 0.45)), 3, stroke_opacity=0.4)
    if order.dice.random() < 0.45:
        markup += tube(outline, 8, second)
    shadow = contact(order.sheet, wide * 0.84, 22, strength=1.15)
    return Piece(markup=markup, width=wide * 2.05, height=tall * 2, shadow=shadow, drop=10, soft=True,
                 focus=(-wide * 0.5, -tall * 1.35), zoom=2.4)  # fmt: skip


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
    ground, second = order.color(0), order.color(1, "#efe6d4")
    wide, length = order.between(270, 300), order.between(640, 690)
    folds = Folds.tossed(order.dice, order.between(1.8, 2.6))
    hang, lie = _hanging(folds, lambda t: wide * (1 - 0.02 * t), length, 16)

    def place(u: float, v: float) -> Point:
        x, y = hang(u, v)
        return x, y - 18 * (1 - (v + 1) / 2)

    motif = order.dice.choice(THROWS)(order.dice, ground, second)
    cloth = Cloth(place, lie, motif)
    tint = order.dice.choice(WEAVES)
    back = Cloth(lambda u, v: _behind(place(u, v)), lie, motif, shade=lambda u, v: 0.35)
    front = cloth.drawn(84, 8)
    front += path(smooth_path(cloth.outline(40), close=True),
                  weave(order.sheet, tint, ground, _WEAVE_SIZE * 1.2))  # fmt: skip
    rail = tube("M-440 0H440", 26, OAK, SATIN)
    parts = (
        on_wall(order.sheet, points_path(cloth.outline()), shift=34, strength=0.34),
        on_wall(order.sheet, "M-440 -12H440V14H-440Z", shift=40, strength=0.3),
        back.drawn(60, 2),
        rail,
        front,
        _fringe(order, place, ground, 62),
        _over_rail(order, wide),
    )
    return Piece(markup=moved("".join(parts), 0, -length - 90), width=860, height=length + 110,
                 stand="wall", focus=(-wide * 0.3, -150), zoom=2.3)  # fmt: skip


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


def _fringe(order: Order, place: Callable[[float, float], Point], color: Rgb, long: float) -> str:
    """Knotted tassels along the hem."""
    marks: list[str] = []
    count = 44
    for i in range(count):
        u = -0.985 + 1.97 * i / (count - 1)
        x, y = place(u, 1)
        tone = to_hex(mix(times(color, order.between(0.62, 0.95)), (1, 0.95, 0.85), 0.06))
        for k in (-1, 0, 1):
            reach = long * order.between(0.85, 1.1)
            sway = k * 4.5 + order.between(-3, 3)
            marks.append(line(f"M{x + k:.1f} {y - 3:.1f}q{k * 2:.1f} {reach * .5:.1f} "
                              f"{sway:.1f} {reach:.1f}", tone, 3.1, stroke_linecap="round"))
        marks.append(ellipse(x, y + 9, 4.8, 5.6, tone, stroke=to_hex(times(color, 0.4)),
                             stroke_width=1, stroke_opacity=0.4))  # fmt: skip
    return "".join(marks)


def tea_towel(order: Order) -> Piece:
    ground, second = order.color(0), order.color(1, "#7a8f86")
    length = order.between(690, 740)
    folds = Folds.tossed(order.dice, order.between(2.4, 3.2))

    def half(t: float) -> float:
        return 26 + 205 * math.sin(min(1.0, t * 1.05) * math.pi / 2) ** 0.85

    base, lie = _hanging(folds, half, length, 20)

    def place(u: float, v: float) -> Point:
        x, y = base(u, v)
        t = (v + 1) / 2
        return x, y - 70 * (1 - t) ** 2 * (1 - abs(u)) + 46 * (1 - t) * abs(u) ** 1.5

    motif = order.dice.choice(TOWELS)(order.dice, ground, second)
    cloth = Cloth(place, lie, motif, shade=lambda u, v: 0.72 + 0.28 * min(1.0, (v + 1) * 1.6))
    outline = smooth_path(cloth.outline(40), close=True)
    loop = line("M0 -64C-30 -96 -12 -128 0 -130C12 -128 30 -96 0 -64", to_hex(times(second, 0.8)),
                7, stroke_linecap="round")  # fmt: skip
    markup = (
        on_wall(order.sheet, points_path(cloth.outline()), shift=30, strength=0.34)
        + cloth.drawn(90, 10)
        + path(outline, weave(order.sheet, order.dice.choice(("plain", "waffle", "twill")), ground,
                              _WEAVE_SIZE))  # fmt: skip
        + _hem(cloth, ground) + loop + _peg(order)
    )
    return Piece(markup=moved(markup, 0, -length), width=620, height=length + 170, drop=0, stand="wall",
                 focus=(-70, -length * 0.25), zoom=2.6)  # fmt: skip


def _hem(cloth: Cloth, ground: Rgb) -> str:
    """A double seam above the lower edge."""
    stitched = [cloth.place(-0.97 + 1.94 * i / 60, 0.955) for i in range(61)]
    data, dark = points_path(stitched, close=False), to_hex(times(ground, 0.45))
    return line(data, dark, 2.2, stroke_opacity=0.35) + line(
        data, "#fff", 2, stroke_opacity=0.25, transform="translate(0 3)"
    )


def _peg(order: Order) -> str:
    """A turned wooden peg, seen from the front."""
    fill = order.sheet.radial([(0, times(OAK, 1.2), 1), (0.7, times(OAK, 0.8), 1),
                               (1, times(OAK, 0.45), 1)], (-6, -140), 34)  # fmt: skip
    umber = order.sheet.radial([(0, times(OAK, 0.1), 0.5), (1, times(OAK, 0.1), 0)], (16, -114), 44)
    return ellipse(16, -114, 44, 44, umber) + ellipse(0, -132, 26, 26, fill)


def rug(order: Order) -> Piece:
    ground, second = order.color(0), order.color(1, "#3f3a34")
    wide, deep = 400.0, order.between(560, 620)
    motif = order.dice.choice(RUGS)(order.dice, ground, second)
    ripple = order.between(0, math.tau)

    def place(u: float, v: float) -> Point:
        near = 1 / (1 - 0.13 * v)
        return wide * u * near * 0.96, -deep / 2 + deep * 0.5 * v * near * 0.97 + deep * 0.02

    def lie(u: float, v: float) -> Vector:
        wave = 0.05 * math.sin(3.2 * u + ripple) + 0.04 * math.sin(4.1 * v + ripple * 2)
        return unit((wave - 0.06, -0.72, 0.70 + wave))

    cloth = Cloth(place, lie, motif, shade=lambda u, v: 1 - 0.10 * (u + 1) / 2)
    markup = cloth.drawn(18, 18)
    outline = points_path(cloth.outline(12))
    markup += path(outline, weave(order.sheet, order.dice.choice(("boucle", "plain", "herringbone")),
                                  ground, _WEAVE_SIZE * 1.6))  # fmt: skip
    pale = mix(ground, (0.85, 0.78, 0.66), 0.5)
    fringe = _fringe(order, place, pale, 44)
    far = _fringe(order, lambda u, v: (place(u, -1)[0], place(u, -1)[1]), pale, -30)
    shadow = path(outline, order.sheet.linear([(0, (0.05, 0.03, 0.02), 0.16),
                  (1, (0.05, 0.03, 0.02), 0.16)], (0, 0), (0, 1)))  # fmt: skip
    under = "".join(moved(shadow, 2 * k + 2, 2 * k + 4) for k in range(4))
    return Piece(markup=far + fringe + markup, width=2 * wide * 1.12, height=deep, drop=60,
                 shadow=under, stand="flat", focus=(-wide * 0.55, -deep * 0.2),
                 zoom=2.3)  # fmt: skip


MAKERS: Final[dict[str, Maker]] = {
    "cushion": cushion,
    "rug": rug,
    "tea_towel": tea_towel,
    "throw": throw,
}
