"""A branch with leaves, for a vase or as a shadow on the wall."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from .color import Rgb, mix, times, to_hex
from .svg import Point, line, num, path, smooth_path

Leaf = tuple[Point, float, float]
"""Where it sits, which way it points, how long it is."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Stems and leaves about (0, 0), where the branch leaves its vase; up is negative."""

    stems: tuple[tuple[Point, ...], ...]
    leaves: tuple[Leaf, ...]

    @classmethod
    def grown(cls, dice: random.Random, tall: float, *, stems: int = 3, leaf: float = 44) -> Branch:
        lines: list[tuple[Point, ...]] = []
        leaves: list[Leaf] = []
        for i in range(stems):
            lean = (i - (stems - 1) / 2) * 0.42 + dice.uniform(-0.14, 0.14)
            reach = tall * dice.uniform(0.68, 1.0)
            stem = [_along(lean, reach, step / 8) for step in range(9)]
            lines.append(tuple(stem))
            count = int(reach / (leaf * 0.52))
            for k in range(2, count + 1):
                share = k / count
                way = lean * (0.4 + share) + (0.85 if k % 2 else -0.85) * dice.uniform(0.6, 1.1)
                size = leaf * (1.05 - 0.5 * share) * dice.uniform(0.8, 1.15)
                leaves.append((_along(lean, reach, share), way, size))
        return cls(tuple(lines), tuple(leaves))

    def drawn(self, green: Rgb, wood: Rgb) -> str:
        """Leaves that face the window are paler."""
        marks = [
            line(smooth_path(stem), to_hex(wood), 4.4, stroke_linecap="round")
            for stem in self.stems
        ]
        for spot, way, size in self.leaves:
            light = 0.62 + 0.5 * max(0.0, math.cos(way + 0.7))
            color = mix(times(green, light), (0.9, 0.85, 0.6), 0.06 * light)
            marks.append(_leaf(spot, way, size, to_hex(color), 1.0))
            tip = (spot[0] + size * 0.8 * math.sin(way), spot[1] - size * 0.8 * math.cos(way))
            marks.append(
                line(
                    f"M{num(spot[0])} {num(spot[1])}L{num(tip[0])} {num(tip[1])}",
                    to_hex(times(color, 0.72)),
                    1.2,
                    stroke_opacity=0.6,
                )
            )
        return "".join(marks)

    def shadow(self, alpha: float) -> str:
        """The same as a shadow: a few faint copies, so that it has no edge."""
        marks: list[str] = []
        for shift in (-4.0, 0.0, 4.0):
            for spot, way, size in self.leaves:
                near = (spot[0] + shift, spot[1] + shift * 0.6)
                marks.append(_leaf(near, way, size + shift, "#4a3626", alpha / 3))
            marks += [
                line(smooth_path(stem), "#4a3626", 5 + shift, stroke_opacity=alpha / 3)
                for stem in self.stems
            ]
        return "".join(marks)


def _along(lean: float, reach: float, share: float) -> Point:
    way = lean * (0.35 + 0.65 * share)
    return reach * share * math.sin(way), -reach * share * math.cos(way * 0.8)


def _leaf(spot: Point, way: float, size: float, fill: str, alpha: float) -> str:
    wide = size * 0.34
    data = (
        f"M0 0C{num(wide)} {num(-size * 0.25)} {num(wide)} {num(-size * 0.7)} 0 {num(-size)}"
        f"C{num(-wide)} {num(-size * 0.7)} {num(-wide)} {num(-size * 0.25)} 0 0Z"
    )
    turn = f"translate({num(spot[0])} {num(spot[1])}) rotate({num(math.degrees(way))})"
    return path(data, fill, transform=turn, fill_opacity=alpha if alpha < 1 else None)
