"""Lamp shades, lit from inside: linen, pleated, paper, glass, metal."""

from __future__ import annotations

import math
from typing import Final, Literal

from .color import Rgb, mix, rgb, times, to_hex
from .lathe import Lathe, Paint, Profile, turned
from .light import CLOTH, Finish
from .piece import Order
from .svg import ellipse, line, path, points_path


def globe(radius: float, opening: float, *, squash: float = 1.0) -> Profile:
    """A ball of glass or paper with a small opening above and below."""
    end = math.asin(opening / radius)
    angles = [end + (math.pi - 2 * end) * i / 16 for i in range(17)]
    high = radius * squash * math.cos(end)
    return tuple((radius * math.sin(a), high + radius * squash * math.cos(a)) for a in angles)


BULB: Final = rgb("#ffd08a")
LACQUER: Final = Finish(gloss=0.22, tightness=16, softness=0.2)
Cover = Literal["linen", "pleated", "paper", "glass", "metal"]


def _through(color: Rgb, strength: float, middle: float) -> Paint:
    """Lamp light that comes through a shade: strongest beside the bulb."""
    tint = mix(BULB, times(color, BULB), 0.55)

    def glow(share: float) -> Rgb:
        near = math.exp(-(((share - middle) / 0.42) ** 2))
        return times(tint, strength * (0.35 + 0.65 * near))

    return glow


def shade(
    order: Order, profile: Profile, color: Rgb, cover: Cover, tilt: float, *, bulb: float = 0.42
) -> tuple[Lathe, str]:
    """A lamp shade standing on y 0 with what one sees through its openings."""
    body = Lathe(order.sheet, turned(profile), tilt)
    if cover == "metal":
        markup = body.outside(lambda _: color, LACQUER, grounded=False)
        return body, markup + _underside(body, glowing=True) + _top(body, color)
    strength = {"linen": 0.50, "pleated": 0.46, "paper": 0.58, "glass": 0.72}[cover]
    base = mix(color, rgb("#f4e6cc"), 0.35 if cover in {"paper", "glass"} else 0.0)
    markup = body.outside(
        lambda _: times(base, 0.78), CLOTH, grounded=False, lamp=_through(base, strength, bulb)
    )
    if cover == "linen":
        markup += _threads(order, body, base)
    elif cover == "pleated":
        markup += _pleats(body, base)
    elif cover == "paper":
        markup += _ribs(body, base)
    return body, markup + ("" if cover == "glass" else _hems(body, base))


def _underside(body: Lathe, *, glowing: bool) -> str:
    """A sliver of the lit inside at the lower rim."""
    radius, height = body.profile[-1]
    y = -height * body.rise
    hot = rgb("#fff1cf") if glowing else rgb("#ead9bd")
    fill = body.sheet.radial(
        [(0, hot, 1), (0.6, rgb("#ffd894"), 1), (1, rgb("#c98f45"), 1)],
        (0, 0),
        1,
        transform=f"translate(0 {y:.1f}) scale({radius:.1f} {radius * body.tilt:.1f})",
    )
    crescent = (
        f"M{-radius:.1f} {y:.1f}A{radius:.1f} {radius * body.tilt:.1f} 0 0 0 {radius:.1f} {y:.1f}"
        f"A{radius:.1f} {radius * body.tilt * 0.62:.1f} 0 0 1 {-radius:.1f} {y:.1f}Z"
    )
    return path(crescent, fill)


def _top(body: Lathe, color: Rgb) -> str:
    radius, height = body.profile[0]
    return ellipse(0, -height * body.rise, radius, radius * body.tilt, to_hex(times(color, 0.9)))


def _hems(body: Lathe, color: Rgb) -> str:
    """The opening above, bright with the bulb, and bound edges."""
    radius, height = body.profile[0]
    y = -height * body.rise
    hole = body.sheet.radial([(0, rgb("#fffaf0"), 1), (1, rgb("#ffd998"), 1)], (0, y), radius)
    markup = ellipse(
        0, y, radius, radius * body.tilt, hole, stroke=to_hex(times(color, 0.86)), stroke_width=4
    )
    low_radius, low = body.profile[-1]
    low_y = -low * body.rise
    hem = (
        f"M{-low_radius:.1f} {low_y:.1f}A{low_radius:.1f} {low_radius * body.tilt:.1f} 0 0 0 "
        f"{low_radius:.1f} {low_y:.1f}"
    )
    return markup + line(hem, to_hex(times(color, 0.62)), 5, stroke_opacity=0.55)


def _threads(order: Order, body: Lathe, color: Rgb) -> str:
    dark = to_hex(times(color, 0.42))
    marks: list[str] = []
    for _ in range(150 if order.fine else 80):
        angle, start = order.between(-1.5, 1.5), order.between(0, 0.85)
        length = order.between(0.06, 0.3)
        span = body.top - body.foot
        high = body.foot + span * (1 - start)
        thread = [body.place(angle, max(body.foot, high - span * length * i / 4)) for i in range(5)]
        marks.append(
            line(
                points_path(thread, close=False),
                dark,
                order.between(0.7, 1.8),
                stroke_opacity=order.between(0.05, 0.17),
            )
        )
    return "".join(marks)


def _pleats(body: Lathe, color: Rgb) -> str:
    dark, pale = to_hex(times(color, 0.36)), to_hex(mix(color, (1, 0.95, 0.82), 0.6))
    marks: list[str] = []
    for i in range(-20, 21):
        angle = (i + 0.5) * math.pi / 42
        fold = [body.place(angle, body.foot + (body.top - body.foot) * j / 10) for j in range(11)]
        near, data = math.cos(angle), points_path(fold, close=False)
        marks.append(line(data, dark, 1 + 3 * near, stroke_opacity=0.20))
        marks.append(
            line(
                data,
                pale,
                1 + 3 * near,
                stroke_opacity=0.28,
                transform=f"translate({1.5 + 5 * near:.1f} 0)",
            )
        )
    return "".join(marks)


def _ribs(body: Lathe, color: Rgb) -> str:
    """The wire hoops of a paper lantern."""
    dark, marks, height = to_hex(times(color, 0.45)), [], body.foot + 12
    while height < body.top - 8:
        radius, y = body.radius_at(height), -height * body.rise
        arc = (
            f"M{-radius:.1f} {y:.1f}A{radius:.1f} {radius * body.tilt:.1f} 0 0 0 "
            f"{radius:.1f} {y:.1f}"
        )
        marks.append(line(arc, dark, 1.8, stroke_opacity=0.22))
        marks.append(line(arc, "#fff6e0", 2.4, stroke_opacity=0.32, transform="translate(0 2.6)"))
        height += 17
    return "".join(marks)


def halo(order: Order, y: float, radius: float, strength: float) -> str:
    stops = [
        (0, BULB, strength),
        (0.35, BULB, strength * 0.5),
        (0.7, BULB, strength * 0.12),
        (1, BULB, 0),
    ]
    return ellipse(0, y, radius, radius, order.sheet.radial(stops, (0, y), radius))
