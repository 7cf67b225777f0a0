"""Handles and rods: a bent tube, round by layering strokes towards the light."""

from __future__ import annotations

from typing import Final

from .color import Rgb, to_hex
from .light import SATIN, Finish, lit, unit
from .svg import line, num

_LAYERS: Final = 10


def tube(data: str, width: float, base: Rgb, finish: Finish = SATIN) -> str:
    """A tube along a path; each narrower stroke faces the window a little more."""
    strokes: list[str] = []
    for i in range(_LAYERS):
        share = i / (_LAYERS - 1)
        away = 1 - share
        normal = unit((0.75 * away - 0.5 * share, 0.62 * away - 0.35 * share, 0.35 + 0.6 * share))
        color = to_hex(lit(base, normal, finish, open_sky=0.8 + 0.2 * share))
        offset = -width * 0.17 * share
        strokes.append(
            line(
                data,
                color,
                width * (1 - 0.82 * share),
                stroke_linecap="round",
                stroke_linejoin="round",
                transform=f"translate({num(offset)} {num(offset * 0.7)})",
            )
        )
    return "".join(strokes)
