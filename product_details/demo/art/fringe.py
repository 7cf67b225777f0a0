"""Knotted tassels."""

from __future__ import annotations

from .cloth import Place
from .color import Rgb, mix, times, to_hex
from .piece import Order
from .svg import ellipse, line


def fringe(order: Order, place: Place, color: Rgb, long: float) -> str:
    """Knotted tassels along the hem."""
    marks: list[str] = []
    count = 44
    for i in range(count):
        u = -0.985 + 1.97 * i / (count - 1)
        x, y = place(u, 1)
        tone = to_hex(mix(times(color, order.between(0.62, 0.95)), (1, 0.95, 0.85), 0.06))
        for k in (-1, 0, 1):
            reach = long * order.between(0.85, 1.1)
            sway = k * 4.5 + order.between(-3, 3)
            marks.append(
                line(
                    f"M{x + k:.1f} {y - 3:.1f}q{k * 2:.1f} {reach * 0.5:.1f} "
                    f"{sway:.1f} {reach:.1f}",
                    tone,
                    3.1,
                    stroke_linecap="round",
                )
            )
        marks.append(
            ellipse(
                x,
                y + 9,
                4.8,
                5.6,
                tone,
                stroke=to_hex(times(color, 0.4)),
                stroke_width=1,
                stroke_opacity=0.4,
            )
        )
    return "".join(marks)
