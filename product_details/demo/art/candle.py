"""A burning taper."""

from __future__ import annotations

from .color import rgb
from .lathe import Lathe
from .light import Finish
from .piece import Order
from .svg import ellipse, group, line, moved, path

_WAX = Finish(softness=0.7)


def candle(order: Order, x: float, y: float, tall: float) -> tuple[str, float]:
    """Markup of a lit candle standing at a point, and how high it reaches."""
    wax = rgb(order.dice.choice(("#f3e9d6", "#e9d7b8", "#d9b9a0")))
    body = Lathe(order.sheet, [(24.0 + i * 0.012, tall - i * 5.0) for i in range(int(tall // 5))],
                 0.2)
    stick = body.outside(lambda share: wax, _WAX, grounded=False)
    top = -tall * body.rise
    stick += ellipse(0, top, 24, 24 * 0.2, order.sheet.radial(
        [(0, rgb("#ffe9b0"), 1), (1, wax, 1)], (0, top), 24))
    stick += line(f"M0 {top:.1f}q3 -10 1 -20", "#3a2c22", 3.2)
    flame = path("M0 0C15 -8 17 -34 1 -74C-15 -36 -17 -10 0 0Z", order.sheet.linear(
        [(0, rgb("#fff4cf"), 1), (0.6, rgb("#ffc65c"), 1), (1, rgb("#ff9d3a"), 0.85)],
        (0, 0), (0, -74)))
    halo = ellipse(0, -40, 150, 150, order.sheet.radial(
        [(0, rgb("#ffd98a"), 0.5), (0.3, rgb("#ffd98a"), 0.2), (1, rgb("#ffd98a"), 0)],
        (0, -40), 150))
    stick += moved(halo + flame, 0, top - 14)
    return group(stick, transform=f"translate({x:.1f} {y:.1f})"), tall * body.rise + 90
