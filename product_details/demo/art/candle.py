"""A burning taper."""

from __future__ import annotations

from typing import Final

from .color import rgb
from .lathe import Lathe
from .light import Finish
from .piece import Order
from .svg import ellipse, line, moved, path

_WAX: Final = Finish(softness=0.7)
_WAXES: Final = ("#f3e9d6", "#e9d7b8", "#d9b9a0")


def candle(order: Order, y: float, tall: float) -> tuple[str, float]:
    """Markup of a lit candle standing at a height, and how high it reaches."""
    wax = rgb(order.dice.choice(_WAXES))
    rings = [(23.0 + i * 0.02, tall - i * 5.0) for i in range(int(tall // 5) + 1)]
    body = Lathe(order.sheet, rings, 0.2)
    warm = rgb("#ffce7a")
    stick = body.outside(
        lambda _: wax,
        _WAX,
        grounded=False,
        lamp=lambda share: (warm[0] * share**6 * 0.35, warm[1] * share**6 * 0.3, 0.0),
    )
    top = -tall * body.rise
    pool = order.sheet.radial([(0, rgb("#ffe9b0"), 1), (1, wax, 1)], (0, top), 24)
    stick += ellipse(0, top, 23, 23 * 0.2, pool)
    stick += line(f"M0 {top:.1f}q3 -10 1 -20", "#3a2c22", 3.2)
    return moved(stick + moved(_flame(order), 0, top - 14), 0, y), tall * body.rise + 90


def _flame(order: Order) -> str:
    fire = order.sheet.linear(
        [(0, rgb("#fff4cf"), 1), (0.6, rgb("#ffc65c"), 1), (1, rgb("#ff9d3a"), 0.85)],
        (0, 0),
        (0, -74),
    )
    warm = rgb("#ffd98a")
    halo = order.sheet.radial([(0, warm, 0.5), (0.3, warm, 0.2), (1, warm, 0)], (0, -40), 150)
    return ellipse(0, -40, 150, 150, halo) + path(
        "M0 0C15 -8 17 -34 1 -74C-15 -36 -17 -10 0 0Z", fire
    )
