"""Surfaces of fired clay: glaze over raw body, specks, throwing lines, sheen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .color import Rgb, luminance, mix, rgb, times, to_hex
from .lathe import Lathe, Paint
from .light import CHALK, GLAZE, SATIN, Finish
from .piece import Order
from .svg import ellipse, group, line, path, points_path

Decor = Literal["plain", "dipped", "banded", "ombre"]
_CLAYS = ("#b98a63", "#c7a784", "#8a6a52", "#d8c4a8")


@dataclass(frozen=True, slots=True)
class Skin:
    glaze: Rgb
    clay: Rgb
    second: Rgb
    decor: Decor
    edge: float
    finish: Finish

    def paint(self, share: float) -> Rgb:
        match self.decor:
            case "dipped":
                return self.glaze if share > self.edge else self.clay
            case "banded":
                near = any(abs(share - self.edge - offset) < 0.012 for offset in (0, 0.05, 0.32))
                return mix(self.glaze, self.second, 0.8) if near else self.glaze
            case "ombre":
                t = max(0.0, min(1.0, (share - 0.1) / 0.8))
                return mix(self.second, self.glaze, t * t * (3 - 2 * t))
            case "plain":
                return self.clay if share < 0.035 else self.glaze

    def lining(self, share: float) -> Rgb:
        del share
        return mix(self.glaze, (0.86, 0.80, 0.70), 0.45) if luminance(self.glaze) < 0.4 else (
            self.glaze
        )

    def plate(self, share: float) -> Rgb:
        if self.decor == "ombre":
            return mix(self.second, self.glaze, 0.25 + 0.75 * share)
        if self.decor in {"banded", "dipped"} and 0.93 < share < 0.97:
            return mix(self.glaze, self.second, 0.7)
        return self.glaze

    def decorate(self, order: Order, body: Lathe) -> str:
        """The glaze's own thickness where it ends."""
        if self.decor not in {"dipped", "plain"}:
            return ""
        share = self.edge if self.decor == "dipped" else 0.035
        height = body.foot + share * (body.top - body.foot)
        radius = body.radius_at(height)
        y = -height * body.rise
        arc = (
            f"M{-radius:.1f} {y:.1f}A{radius:.1f} {radius * body.tilt:.1f} 0 0 0 "
            f"{radius:.1f} {y:.1f}"
        )
        del order
        return line(arc, to_hex(times(self.glaze, 0.55)), 2.6, stroke_opacity=0.5)


def skin_for(order: Order) -> Skin:
    """The same skin each time it is asked for: from dice of its own."""
    main = order.color(0)
    second = order.color(1, "#8a6a52")
    dice = _dice(order)
    decor: Decor = dice.choice(("plain", "plain", "dipped", "dipped", "banded", "ombre"))
    clay = rgb(dice.choice(_CLAYS))
    finish = dice.choice((GLAZE, SATIN, SATIN, CHALK))
    return Skin(main, clay, second, decor, dice.uniform(0.22, 0.45), finish)


def _dice(order: Order) -> "_Dice":
    return _Dice("|".join(order.palette))


def throwing_lines(order: Order, body: Lathe) -> str:
    """Faint rings left by fingers on the wheel."""
    if order.dice.random() < 0.4:
        return ""
    marks: list[str] = []
    height = body.foot + 24
    while height < body.top - 20:
        radius = body.radius_at(height)
        y = -height * body.rise
        arc = (
            f"M{-radius:.1f} {y:.1f}A{radius:.1f} {radius * body.tilt:.1f} 0 0 0 "
            f"{radius:.1f} {y:.1f}"
        )
        alpha = order.between(0.02, 0.07)
        marks.append(line(arc, "#2a1a10", 2.2, stroke_opacity=alpha))
        marks.append(line(arc, "#fff8ec", 1.6, stroke_opacity=alpha * 1.3,
                          transform="translate(0 2.4)"))
        height += order.between(9, 24)
    return "".join(marks)


def flutes(order: Order, body: Lathe) -> str:
    """Cut grooves from shoulder to foot."""
    count = order.dice.choice((18, 22, 28))
    low, high = body.foot + (body.top - body.foot) * 0.06, body.foot + (body.top - body.foot) * 0.8
    marks: list[str] = []
    for i in range(-count // 2, count // 2 + 1):
        angle = i * math.pi / count + 0.02
        if abs(angle) > 1.45:
            continue
        groove = [body.place(angle, low + (high - low) * j / 14) for j in range(15)]
        near = math.cos(angle)
        data = points_path(groove, close=False)
        marks.append(line(data, "#1d120a", 1.0 + 5 * near, stroke_opacity=0.16,
                          stroke_linecap="round"))
        marks.append(line(data, "#fff6e8", 0.8 + 2.5 * near, stroke_opacity=0.20,
                          stroke_linecap="round",
                          transform=f"translate({2 + 3 * near:.1f} 0)"))
    return "".join(marks)


def speckle(order: Order, body: Lathe, skin: Skin, *, disc: float = 0.0) -> str:
    """Iron specks burnt through the glaze."""
    density = order.dice.choice((0, 60, 150, 260))
    if order.fine:
        density *= 2
    dark = to_hex(mix(times(skin.glaze, 0.25), rgb("#3b2414"), 0.5))
    marks: list[str] = []
    span = body.top - body.foot
    for _ in range(density):
        size = 0.7 + 2.2 * order.dice.random() ** 3
        alpha = order.between(0.25, 0.7)
        if disc:
            away, turn = disc * math.sqrt(order.dice.random()), order.between(0, math.tau)
            x, y = away * math.cos(turn), -12 * body.rise + away * math.sin(turn) * body.tilt
            marks.append(ellipse(x, y, size, size * 0.7, dark, fill_opacity=alpha))
            continue
        share = order.dice.random()
        angle = order.between(-1.5, 1.5)
        if skin.decor == "dipped" and share < skin.edge:
            continue
        x, y = body.place(angle, body.foot + share * span)
        marks.append(ellipse(x, y, size * max(0.25, math.cos(angle)), size, dark,
                             fill_opacity=alpha))
    return "".join(marks)


def sheen(order: Order, body: Lathe, skin: Skin) -> str:
    """The window, mirrored in a glaze."""
    if skin.finish.gloss < 0.2:
        return ""
    low = body.foot + (body.top - body.foot) * 0.34
    high = body.foot + (body.top - body.foot) * 0.86
    steps = 16
    left = [body.place(-0.80, low + (high - low) * i / steps) for i in range(steps + 1)]
    right = [body.place(-0.58, low + (high - low) * i / steps) for i in range(steps + 1)]
    shape = points_path([*left, *reversed(right)])
    fill = order.sheet.linear(
        [(0, (1, 0.98, 0.94), 0.55), (1, (1, 0.98, 0.94), 0.12)], (0, left[-1][1]), (0, left[0][1])
    )
    return group(path(shape, fill), filter=order.sheet.blur(5))


import random  # noqa: E402

_Dice = random.Random
_unused: Callable[..., object] | Paint | None = None
