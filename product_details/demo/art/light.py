"""One window, upper left: how much light a surface with a given normal gives back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from .color import Rgb, luminance, mix, plus, times

Vector = tuple[float, float, float]
"""x to the right, y down the page, z towards the viewer."""


def unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(part * part for part in vector)) or 1.0
    return vector[0] / length, vector[1] / length, vector[2] / length


def dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


WINDOW: Final[Vector] = unit((-0.66, -0.55, 0.52))
EYE: Final[Vector] = unit((0.0, -0.2, 1.0))
HALF: Final[Vector] = unit((WINDOW[0] + EYE[0], WINDOW[1] + EYE[1], WINDOW[2] + EYE[2]))
KEY: Final[Rgb] = (1.02, 0.97, 0.90)
SKY: Final[Rgb] = (0.36, 0.37, 0.40)
BOUNCE: Final[Rgb] = (0.34, 0.29, 0.24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """How a material answers light."""

    gloss: float = 0.0
    """Height of the highlight: 0 is chalk, 1 a wet glaze."""
    tightness: float = 18.0
    """Size of the highlight: larger is smaller and harder."""
    softness: float = 0.3
    """How far light wraps around: cloth more than clay."""


CHALK: Final = Finish(softness=0.4)
SATIN: Final = Finish(gloss=0.10, tightness=9)
GLAZE: Final = Finish(gloss=0.30, tightness=26, softness=0.22)
CLOTH: Final = Finish(softness=0.55)


def lit(base: Rgb, normal: Vector, finish: Finish, *, open_sky: float = 1.0) -> Rgb:
    """The colour seen; `open_sky` below 1 is a place that walls keep from the light."""
    toward = dot(normal, WINDOW)
    key = max(0.0, (toward + finish.softness) / (1 + finish.softness))
    up = (1 - normal[1]) / 2
    fill = mix(BOUNCE, SKY, up)
    shade = plus(times(KEY, key * 0.80 * open_sky), times(fill, 0.30 + 0.70 * open_sky))
    color = times(base, shade)
    if finish.gloss:
        highlight = finish.gloss * max(0.0, dot(normal, HALF)) ** finish.tightness * open_sky
        edge = finish.gloss * 0.22 * (1 - max(0.0, dot(normal, EYE))) ** 3 * open_sky
        color = plus(color, times(KEY, highlight + edge * (0.4 + luminance(base))))
    return color
