"""Soft pieces: cushion and rug."""

from __future__ import annotations

import math
from typing import Final

from .cloth import Cloth
from .color import mix, times, to_hex
from .fringe import fringe
from .light import Vector, unit
from .motif import CUSHIONS, RUGS
from .piece import Maker, Order, Piece
from .shadow import contact
from .svg import Point, line, moved, path, points_path, smooth_path
from .tube import tube
from .weave import WEAVES, Weave, weave

_WEAVE_SIZE: Final = 5.0
_PILES: Final[dict[str, Weave]] = {
    "shaggy": "boucle",
    "flat": "plain",
    "herringbone": "herringbone",
}


def cushion(order: Order) -> Piece:
    ground, second = order.color(0), order.contrast()
    wide = order.between(300, 325)
    tall = wide * order.choose({"square": 1.0, "(square)": 1.0, "oblong": 0.66, "bolster": 0.42})
    lean, phase = order.between(-0.05, 0.05), order.between(0, math.tau)
    motif = order.choose(CUSHIONS)(order.dice, ground, second)

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
    tint = order.choose(WEAVES)
    markup = cloth.drawn(40, 40 if tall == wide else 30)
    outline = smooth_path(cloth.outline(10), close=True)
    markup += path(outline, weave(order.sheet, tint, ground, _WEAVE_SIZE))
    markup += line(outline, to_hex(times(ground, 0.45)), 3, stroke_opacity=0.4)
    if order.choose({"piped": True, "unpiped": False}):
        markup += tube(outline, 8, second)
    shadow = contact(order.sheet, wide * 0.84, 22, strength=1.15)
    return Piece(
        markup=markup,
        width=wide * 2.05,
        height=tall * 2,
        shadow=shadow,
        drop=10,
        soft=True,
        focus=(-wide * 0.5, -tall * 1.35),
        zoom=2.4,
    )


def rug(order: Order) -> Piece:
    ground, second = order.color(0), order.contrast()
    wide = order.choose({"carpet": 400.0, "(carpet)": 400.0, "runner": 215.0})
    deep = order.between(560, 620)
    motif = order.choose(RUGS)(order.dice, ground, second)
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
    markup += path(
        outline,
        weave(
            order.sheet,
            order.choose(_PILES),
            ground,
            _WEAVE_SIZE * 1.6,
        ),
    )
    pale = mix(ground, (0.85, 0.78, 0.66), 0.5)
    near = fringe(order, place, pale, 44)
    far = fringe(order, lambda u, v: (place(u, -1)[0], place(u, -1)[1]), pale, -30)
    shadow = path(
        outline,
        order.sheet.linear(
            [(0, (0.05, 0.03, 0.02), 0.16), (1, (0.05, 0.03, 0.02), 0.16)], (0, 0), (0, 1)
        ),
    )
    under = "".join(moved(shadow, 2 * k + 2, 2 * k + 4) for k in range(4))
    return Piece(
        markup=far + near + markup,
        width=max(2 * wide * 1.12, 620.0),
        height=deep,
        drop=60,
        shadow=under,
        stand="flat",
        focus=(-wide * 0.55, -deep * 0.2),
        zoom=2.3,
    )


MAKERS: Final[dict[str, Maker]] = {
    "cushion": cushion,
    "rug": rug,
}
