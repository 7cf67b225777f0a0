"""Where a piece is shown: a paper sweep, a close crop, or a room."""

from __future__ import annotations

import random
from typing import Final

from .color import Rgb, luminance, mix, rgb, times
from .piece import Piece
from .svg import Sheet, ellipse, moved, rect

SIZE: Final = 1200
FLOOR: Final = 985.0
_PAPERS: Final = ("#efe6d8", "#ead9c9", "#e3e4d8", "#dfe4e3", "#f0ddd2", "#efe5cb", "#e6dfe0")
_DEEP: Final = ("#d9c3ab", "#c9cdbb", "#c3cdd0", "#dfb9a6", "#d8c79d")


def paper(dice: random.Random, main: Rgb) -> Rgb:
    """A backdrop that lets the piece stand out: deeper behind pale things."""
    choice = dice.choice(_DEEP if luminance(main) > 0.55 else _PAPERS)
    return rgb(choice)


def front(sheet: Sheet, piece: Piece, tone: Rgb) -> str:
    body, scale, x, y = _fitted(piece)
    ground = "" if piece.stand == "ceiling" else moved(piece.shadow, x, y, scale)
    return sweep(sheet, tone, flat=piece.stand == "wall") + ground + body


def _fitted(piece: Piece) -> tuple[str, float, float, float]:
    whole = piece.height + piece.drop
    scale = min(850 / piece.width, 860 / whole, 1.5)
    if piece.stand == "ceiling":
        scale, y = 1.0, 0.0
    elif piece.stand in {"wall", "flat"}:
        y = SIZE / 2 + (piece.height - piece.drop) * scale / 2
    else:
        y = min(FLOOR + 40 - piece.drop * scale, SIZE / 2 + piece.height * scale / 2 + 60)
    return moved(piece.markup, SIZE / 2, y, scale), scale, SIZE / 2, y


def detail(sheet: Sheet, piece: Piece, tone: Rgb) -> str:
    _, fitted, _, _ = _fitted(piece)
    scale = fitted * piece.zoom
    left = SIZE / 2 - piece.focus[0] * scale
    top = SIZE / 2 - piece.focus[1] * scale
    back = sweep(sheet, times(tone, 0.92), flat=True)
    return back + moved(piece.shadow, left, top, scale) + moved(piece.markup, left, top, scale)


def sweep(sheet: Sheet, tone: Rgb, *, flat: bool = False) -> str:
    """A paper sweep: wall running into floor without an edge, light falling from the left."""
    dark = times(tone, (0.80, 0.77, 0.74))
    light = mix(tone, (1.0, 0.98, 0.94), 0.55)
    air = sheet.radial(
        [(0, light, 1), (0.45, tone, 1), (1, mix(tone, dark, 0.62), 1)],
        (0, 0),
        1,
        transform="translate(330 300) scale(1120 1000)",
    )
    body = rect(0, 0, SIZE, SIZE, air)
    if flat:
        return body
    floor = sheet.linear(
        [(0, dark, 0), (0.18, dark, 0.20), (0.36, light, 0.18), (1, light, 0.30)],
        (0, 760),
        (0, SIZE),
    )
    return body + rect(0, 760, SIZE, SIZE - 760, floor)


def glow(sheet: Sheet, x: float, y: float, radius: float, strength: float) -> str:
    warm = rgb("#ffdf9e")
    fill = sheet.radial(
        [(0, warm, strength), (0.35, warm, strength * 0.45), (1, warm, 0)], (x, y), radius
    )
    return ellipse(x, y, radius, radius, fill)
