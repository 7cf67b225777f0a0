"""Shadows: a dark line where things touch, a soft shape away from the window."""

from __future__ import annotations

from .color import rgb
from .svg import Sheet, ellipse, num, path

_UMBER = rgb("#3a2a1e")
_FAN = 9


def contact(sheet: Sheet, radius: float, depth: float, *, strength: float = 1.0) -> str:
    """The close, dark shadow under a round foot and the wider one around it."""
    wide = _pool(sheet, 0.30 * radius, 0.08 * depth, 1.75 * radius, 2.0 * depth, 0.30 * strength)
    near = _pool(sheet, 0.10 * radius, 0.10 * depth, 1.22 * radius, 1.42 * depth, 0.62 * strength)
    return wide + near


def _pool(sheet: Sheet, x: float, y: float, rx: float, ry: float, alpha: float) -> str:
    stops = [
        (0.0, _UMBER, alpha),
        (0.55, _UMBER, alpha * 0.72),
        (0.8, _UMBER, alpha * 0.22),
        (1.0, _UMBER, 0.0),
    ]
    fill = sheet.radial(
        stops, (0, 0), 1, transform=f"translate({num(x)} {num(y)}) scale({num(rx)} {num(ry)})"
    )
    return ellipse(x, y, rx, ry, fill)


def cast(sheet: Sheet, silhouette: str, height: float, *, strength: float = 0.34) -> str:
    """The silhouette laid on the floor, to the right and a little back, fading with distance.

    Many faint copies, fanned out, blur it more the farther it falls; a blur filter would cost
    more than the whole piece.
    """
    alpha = strength / _FAN * 1.15
    stops = [(0.0, _UMBER, alpha), (0.45, _UMBER, alpha * 0.5), (0.95, _UMBER, 0.0)]
    fill = sheet.linear(stops, (0, 0), (0, -height))
    copies = []
    for i in range(_FAN):
        lean = 0.72 + 0.22 * i / (_FAN - 1)
        deep = 0.15 + 0.10 * ((i * 5) % _FAN) / (_FAN - 1)
        copies.append(path(silhouette, fill, transform=f"matrix(1 0 {num(-lean)} {num(deep)} 0 0)"))
    return "".join(copies)


def on_wall(sheet: Sheet, silhouette: str, *, shift: float = 26, strength: float = 0.30) -> str:
    """The shadow of something that hangs close to a wall."""
    fill = sheet.linear(
        [(0, _UMBER, strength / _FAN), (1, _UMBER, strength / _FAN)], (0, 0), (0, 1)
    )
    return "".join(
        path(
            silhouette,
            fill,
            transform=f"translate({num(shift * (0.4 + i / _FAN))} {num(shift * (0.3 + i / _FAN))})",
        )
        for i in range(_FAN)
    )
