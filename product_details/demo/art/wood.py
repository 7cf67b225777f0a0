"""Wood: a base tone and the grain that runs along a piece."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final

from .color import Rgb, luminance, rgb, times, to_hex
from .svg import Point, line, points_path

OAK: Final = rgb("#c9a071")
WALNUT: Final = rgb("#7b5236")
ASH: Final = rgb("#dec7a3")
Surface = Callable[[float, float], Point]
"""From (along, across), both 0 to 1, to the page."""


def is_wooden(color: Rgb) -> bool:
    """Brown and blond tones show grain; painted colours hide it."""
    red, green, blue = color
    return red > green > blue and red < 2.6 * green and blue < 0.72 * red


def grain(
    dice: random.Random,
    at: Surface,
    base: Rgb,
    *,
    lines: int,
    width: float = 1.6,
    fine: bool = False,
) -> str:
    """Flowing lines along a board; one arch, as where the saw met the heart of the tree."""
    if not is_wooden(base):
        return ""
    dark = to_hex(times(base, 0.42 if luminance(base) > 0.2 else 0.35))
    marks: list[str] = []
    heart, phase = dice.uniform(0.3, 0.7), dice.uniform(0, math.tau)
    count = lines * 2 if fine else lines
    for i in range(count):
        across = (i + dice.uniform(0.2, 0.8)) / count
        pull = math.exp(-(((across - heart) / 0.22) ** 2))
        points = []
        for j in range(13):
            along = j / 12
            drift = 0.018 * math.sin(phase + along * 5 + across * 3)
            arch = (
                0.10
                * pull
                * math.sin(math.pi * along + phase * 0.2)
                * (1 if across > heart else -1)
            )
            points.append(at(along, min(max(across + drift + arch, 0.004), 0.996)))
        marks.append(
            line(
                points_path(points, close=False),
                dark,
                width * dice.uniform(0.4, 1.3),
                stroke_opacity=dice.uniform(0.07, 0.26),
                stroke_linecap="round",
            )
        )
    return "".join(marks)
