"""Surfaces of fired clay: glaze over raw body, specks, throwing lines, sheen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from .color import Rgb, luminance, mix, rgb, times, to_hex
from .lathe import Lathe
from .light import CHALK, GLAZE, SATIN, Finish
from .piece import Order
from .svg import ellipse, line, path, points_path

Decor = Literal["plain", "dipped", "banded", "ombre"]
_CLAYS: Final = ("#b98a63", "#c7a784", "#a07c5c", "#d8c4a8")
_MILK: Final = rgb("#efe4d2")


@dataclass(frozen=True, slots=True)
class Skin:
    """How one pot is glazed."""

    glaze: Rgb
    clay: Rgb
    second: Rgb
    band: Rgb
    decor: Decor
    edge: float
    """Where the glaze ends or the bands lie, as a share of the height."""
    finish: Finish

    def paint(self, share: float) -> Rgb:
        match self.decor:
            case "dipped":
                return self.glaze if share > self.edge else self.clay
            case "banded":
                near = any(abs(share - self.edge - at) < 0.011 for at in (0, 0.05, 0.32))
                return mix(self.glaze, self.band, 0.8) if near else self._footed(share)
            case "ombre":
                t = max(0.0, min(1.0, (share - 0.1) / 0.8))
                return mix(self.second, self.glaze, t * t * (3 - 2 * t))
            case "plain":
                return self._footed(share)

    def _footed(self, share: float) -> Rgb:
        return self.clay if share < 0.035 else self.glaze

    def lining(self, share: float) -> Rgb:
        """Dark pots are lined pale, so that food and flowers show."""
        inner = mix(self.glaze, _MILK, 0.82) if luminance(self.glaze) < 0.35 else self.glaze
        return mix(inner, self.glaze, 0.7) if share > 0.97 else inner

    def well(self, share: float) -> Rgb:
        """The face of a plate, from its middle (0) to its rim (1)."""
        if self.decor == "ombre":
            return mix(self.second, self.glaze, 0.2 + 0.8 * share)
        if self.decor in {"banded", "dipped"} and 0.80 < share < 0.9:
            return mix(self.glaze, self.band, 0.75)
        return self.glaze

    def seam(self, body: Lathe) -> str:
        """The glaze's own thickness where it ends on raw clay."""
        if self.decor == "ombre":
            return ""
        share = self.edge if self.decor == "dipped" else 0.035
        arc = girdle(body, body.foot + share * (body.top - body.foot))
        return line(arc, to_hex(times(self.glaze, 0.5)), 2.4, stroke_opacity=0.5)


def skin_for(order: Order) -> Skin:
    decors: dict[str, Decor] = {
        "glazed": "plain", "(glazed)": "plain", "dipped": "dipped", "(dipped)": "dipped",
        "banded": "banded", "ombre": "ombre",
    }  # fmt: skip
    finishes = {"glossy": GLAZE, "(glossy)": GLAZE, "satin": SATIN, "matt": CHALK}
    return Skin(
        glaze=order.color(0),
        clay=rgb(order.dice.choice(_CLAYS)),
        second=order.color(1, "#8a6a52"),
        band=order.contrast(),
        decor=order.choose(decors),
        edge=order.between(0.22, 0.45),
        finish=order.choose(finishes),
    )


def girdle(body: Lathe, height: float) -> str:
    """The near half of the circle at a height."""
    radius, y = body.radius_at(height), -height * body.rise
    return (
        f"M{-radius:.1f} {y:.1f}A{radius:.1f} {radius * body.tilt:.1f} 0 0 0 {radius:.1f} {y:.1f}"
    )


def throwing_lines(order: Order, body: Lathe) -> str:
    """Faint rings left by fingers on the wheel."""
    marks: list[str] = []
    height = body.foot + 24
    while height < body.top - 20:
        arc = girdle(body, height)
        alpha = order.between(0.02, 0.07)
        marks.append(line(arc, "#2a1a10", 2.2, stroke_opacity=alpha))
        marks.append(
            line(arc, "#fff8ec", 1.6, stroke_opacity=alpha * 1.3, transform="translate(0 2.4)")
        )
        height += order.between(9, 24)
    return "".join(marks)


def flutes(order: Order, body: Lathe) -> str:
    """Cut grooves from shoulder to foot."""
    count = order.dice.choice((18, 22, 28))
    span = body.top - body.foot
    low, high = body.foot + span * 0.07, body.foot + span * 0.8
    marks: list[str] = []
    for i in range(-count // 2, count // 2 + 1):
        angle = (i + 0.5) * math.pi / count
        if abs(angle) > 1.45:
            continue
        groove = [body.place(angle, low + (high - low) * j / 14) for j in range(15)]
        near, data = math.cos(angle), points_path(groove, close=False)
        marks.append(
            line(data, "#1d120a", 1 + 5 * near, stroke_opacity=0.15, stroke_linecap="round")
        )
        marks.append(
            line(
                data,
                "#fff6e8",
                0.8 + 2.5 * near,
                stroke_opacity=0.22,
                stroke_linecap="round",
                transform=f"translate({2 + 3 * near:.1f} 0)",
            )
        )
    return "".join(marks)


def speckle(order: Order, body: Lathe, skin: Skin) -> str:
    """Iron specks burnt through the glaze."""
    marks: list[str] = []
    dark = _speck_color(skin)
    for _ in range(_speck_count(order)):
        size, alpha = _speck(order)
        share, angle = order.dice.random(), order.between(-1.5, 1.5)
        if skin.decor == "dipped" and share < skin.edge:
            continue
        x, y = body.place(angle, body.foot + share * (body.top - body.foot))
        wide = size * max(0.25, math.cos(angle))
        marks.append(ellipse(x, y, wide, size, dark, fill_opacity=alpha))
    return "".join(marks)


def speckled_disc(order: Order, skin: Skin, radius: float, tilt: float, y: float) -> str:
    """Specks on the open face of a plate."""
    marks: list[str] = []
    dark = _speck_color(skin)
    for _ in range(_speck_count(order)):
        size, alpha = _speck(order)
        away, turn = radius * math.sqrt(order.dice.random()), order.between(0, math.tau)
        x, down = away * math.cos(turn), y + away * math.sin(turn) * tilt
        marks.append(ellipse(x, down, size, size * 0.75, dark, fill_opacity=alpha))
    return "".join(marks)


def _speck_count(order: Order) -> int:
    return order.choose({"unspeckled": 0, "(few)": 60, "(more)": 150, "speckled": 260})


def _speck_color(skin: Skin) -> str:
    return to_hex(mix(times(skin.glaze, 0.25), rgb("#3b2414"), 0.5))


def _speck(order: Order) -> tuple[float, float]:
    return 0.7 + 2.4 * order.dice.random() ** 3, order.between(0.25, 0.7)


def sheen(order: Order, body: Lathe, skin: Skin) -> str:
    """The window, mirrored in a glaze; soft because it is laid on in thin coats."""
    if skin.finish.gloss < 0.2:
        return ""
    span = body.top - body.foot
    low, high, coats = body.foot + span * 0.32, body.foot + span * 0.88, 7
    marks: list[str] = []
    for coat in range(coats):
        inset = coat / coats
        ends = (low + span * 0.07 * inset, high - span * 0.05 * inset)
        left = _meridian(body, -0.90 + 0.13 * inset, *ends)
        right = _meridian(body, -0.52 - 0.13 * inset, *reversed(ends))
        fill = order.sheet.linear(
            [(0, _MILK, 0.11), (1, _MILK, 0.02)], (0, -high * body.rise), (0, -low * body.rise)
        )
        marks.append(path(points_path([*left, *right]), fill))
    return "".join(marks)


def _meridian(body: Lathe, angle: float, start: float, end: float) -> list[tuple[float, float]]:
    return [body.place(angle, start + (end - start) * i / 18) for i in range(19)]
