"""Lamps: pendant, table lamp, floor lamp; their shades are lit from inside."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final, Literal

from .color import Rgb, luminance, mix, plus, rgb, times, to_hex
from .glaze import skin_for
from .lathe import Lathe, Paint, Profile, turned
from .light import CLOTH, SATIN, Finish
from .piece import Maker, Order, Piece
from .shadow import cast, contact
from .solid import Camera, Workshop, assembled, floor_shadow
from .svg import ellipse, ellipse_path, line, moved, path, points_path
from .tube import tube
from .vessel import wall

BULB: Final = rgb("#ffd08a")
_BRASS: Final = rgb("#b98d4f")
_IRON: Final = rgb("#3a3835")
_METAL: Final = Finish(gloss=0.45, tightness=22, softness=0.15)
_LACQUER: Final = Finish(gloss=0.22, tightness=16, softness=0.2)
Cover = Literal["linen", "pleated", "paper", "glass", "metal"]


def _through(color: Rgb, strength: float, middle: float) -> Paint:
    """Lamp light that comes through a shade: strongest beside the bulb."""
    tint = mix(BULB, times(color, BULB), 0.55)

    def glow(share: float) -> Rgb:
        near = math.exp(-(((share - middle) / 0.42) ** 2))
        return times(tint, strength * (0.35 + 0.65 * near))

    return glow


def shade(order: Order, profile: Profile, color: Rgb, cover: Cover, tilt: float,
          *, bulb: float = 0.42) -> tuple[Lathe, str]:  # fmt: skip
    """A lamp shade standing on y 0 with what one sees through its openings."""
    body = Lathe(order.sheet, turned(profile), tilt)
    if cover == "metal":
        markup = body.outside(lambda _: color, _LACQUER, grounded=False)
        return body, markup + _underside(body, glowing=True) + _top(body, color)
    strength = {"linen": 0.50, "pleated": 0.46, "paper": 0.58, "glass": 0.72}[cover]
    base = mix(color, rgb("#f4e6cc"), 0.35 if cover in {"paper", "glass"} else 0.0)
    markup = body.outside(lambda _: times(base, 0.78), CLOTH, grounded=False,
                          lamp=_through(base, strength, bulb))  # fmt: skip
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
    fill = body.sheet.radial([(0, hot, 1), (0.6, rgb("#ffd894"), 1), (1, rgb("#c98f45"), 1)],
                             (0, 0), 1, transform=f"translate(0 {y:.1f}) scale({radius:.1f} "
                             f"{radius * body.tilt:.1f})")  # fmt: skip
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
    markup = ellipse(0, y, radius, radius * body.tilt, hole,
                     stroke=to_hex(times(color, 0.86)), stroke_width=4)  # fmt: skip
    low_radius, low = body.profile[-1]
    low_y = -low * body.rise
    hem = (f"M{-low_radius:.1f} {low_y:.1f}A{low_radius:.1f} {low_radius * body.tilt:.1f} 0 0 0 "
           f"{low_radius:.1f} {low_y:.1f}")  # fmt: skip
    return markup + line(hem, to_hex(times(color, 0.62)), 5, stroke_opacity=0.55)


def _threads(order: Order, body: Lathe, color: Rgb) -> str:
    dark = to_hex(times(color, 0.42))
    marks: list[str] = []
    for _ in range(150 if order.fine else 80):
        angle, start = order.between(-1.5, 1.5), order.between(0, 0.85)
        length = order.between(0.06, 0.3)
        span = body.top - body.foot
        high = body.foot + span * (1 - start)
        thread = [body.place(angle, max(body.foot, high - span * length * i / 4))
                  for i in range(5)]  # fmt: skip
        marks.append(line(points_path(thread, close=False), dark, order.between(0.7, 1.8),
                          stroke_opacity=order.between(0.05, 0.17)))  # fmt: skip
    return "".join(marks)


def _pleats(body: Lathe, color: Rgb) -> str:
    dark, pale = to_hex(times(color, 0.36)), to_hex(mix(color, (1, 0.95, 0.82), 0.6))
    marks: list[str] = []
    for i in range(-20, 21):
        angle = (i + 0.5) * math.pi / 42
        fold = [body.place(angle, body.foot + (body.top - body.foot) * j / 10) for j in range(11)]
        near, data = math.cos(angle), points_path(fold, close=False)
        marks.append(line(data, dark, 1 + 3 * near, stroke_opacity=0.20))
        marks.append(line(data, pale, 1 + 3 * near, stroke_opacity=0.28,
                          transform=f"translate({1.5 + 5 * near:.1f} 0)"))  # fmt: skip
    return "".join(marks)


def _ribs(body: Lathe, color: Rgb) -> str:
    """The wire hoops of a paper lantern."""
    dark, marks, height = to_hex(times(color, 0.45)), [], body.foot + 12
    while height < body.top - 8:
        radius, y = body.radius_at(height), -height * body.rise
        arc = (f"M{-radius:.1f} {y:.1f}A{radius:.1f} {radius * body.tilt:.1f} 0 0 0 "
               f"{radius:.1f} {y:.1f}")  # fmt: skip
        marks.append(line(arc, dark, 1.8, stroke_opacity=0.22))
        marks.append(line(arc, "#fff6e0", 2.4, stroke_opacity=0.32, transform="translate(0 2.6)"))
        height += 17
    return "".join(marks)


def halo(order: Order, y: float, radius: float, strength: float) -> str:
    stops = [(0, BULB, strength), (0.35, BULB, strength * 0.5), (0.7, BULB, strength * 0.12),
             (1, BULB, 0)]  # fmt: skip
    return ellipse(0, y, radius, radius, order.sheet.radial(stops, (0, y), radius))


_TABLE_SHADES: Final[tuple[tuple[Cover, Profile], ...]] = (
    ("linen", ((150, 250), (205, 0))),
    ("linen", ((196, 220), (200, 0))),
    ("pleated", ((110, 230), (220, 0))),
    ("paper", ((70, 300), (150, 280), (205, 210), (214, 140), (180, 50), (96, 0))),
    ("metal", ((26, 190), (70, 176), (140, 120), (196, 40), (206, 0))),
)
_TABLE_BASES: Final[tuple[Profile, ...]] = (
    ((24, 330), (22, 310), (60, 270), (138, 190), (150, 120), (112, 20), (104, 0)),
    ((22, 320), (24, 300), (96, 250), (130, 240), (138, 120), (130, 14), (124, 0)),
    ((20, 340), (22, 320), (40, 290), (54, 200), (84, 60), (118, 22), (124, 8), (120, 0)),
    ((22, 330), (26, 310), (82, 270), (84, 210), (44, 176), (92, 130), (120, 70), (92, 8),
     (88, 0)),
)  # fmt: skip


def table_lamp(order: Order) -> Piece:
    skin = skin_for(order)
    base = Lathe(order.sheet, turned(order.dice.choice(_TABLE_BASES)), 0.15)
    cover, profile = order.dice.choice(_TABLE_SHADES)
    cloth = order.color(1, "#f0e4cc") if cover != "metal" else order.color(0)
    scale = order.between(0.96, 1.1)
    _, top = shade(order, [(r * scale, h) for r, h in profile], cloth, cover, 0.13)
    neck, height = -base.top * base.rise, max(h for _, h in profile)
    wide = max(r for r, _ in profile) * scale
    rod = tube(f"M0 {neck:.1f}v-64", 13, _BRASS, _METAL)
    lift = neck - 26
    markup = halo(order, lift - height * 0.4, wide * 2.3, 0.30)
    markup += wall(order, base, skin) + rod + moved(top, 0, lift)
    foot = base.profile[-1][0]
    silhouette = base.silhouette() + points_path(
        [(-wide, lift), (-profile[0][0], lift - height), (profile[0][0], lift - height),
         (wide, lift)]
    )  # fmt: skip
    under = _pool_on_table(order, wide * 1.7)
    shadow = cast(order.sheet, silhouette, -lift + height, strength=0.26) + under + contact(
        order.sheet, foot, foot * 0.15 + 9
    )
    return Piece(markup=markup, width=wide * 2 + 160, height=-lift + height, drop=24,
                 shadow=shadow, focus=(-30, lift - 20), zoom=1.9,
                 glow=(0, lift - height * 0.4))  # fmt: skip


def _pool_on_table(order: Order, radius: float) -> str:
    fill = order.sheet.radial([(0, BULB, 0.42), (0.5, BULB, 0.16), (1, BULB, 0)], (0, 0), 1,
                              transform=f"scale({radius:.0f} {radius * 0.2:.0f})")  # fmt: skip
    return ellipse(0, 0, radius, radius * 0.2, fill)


_PENDANTS: Final[tuple[tuple[Cover, Profile], ...]] = (
    ("metal", ((22, 250), (30, 238), (60, 214), (170, 130), (240, 30), (246, 0))),
    ("metal", ((20, 300), (34, 286), (84, 250), (118, 120), (150, 20), (154, 0))),
    ("glass", ((44, 420), (120, 400), (214, 300), (232, 200), (190, 80), (96, 8), (70, 0))),
    ("paper", ((60, 440), (180, 400), (262, 280), (270, 190), (214, 70), (80, 0))),
    ("linen", ((250, 230), (256, 0))),
    ("metal", ((22, 160), (60, 150), (220, 86), (300, 16), (304, 0))),
)


def pendant_lamp(order: Order) -> Piece:
    cover, profile = order.dice.choice(_PENDANTS)
    color, scale = order.color(0), order.between(0.95, 1.12)
    body, markup = shade(order, [(r * scale, h) for r, h in profile], color, cover, 0.10,
                         bulb=0.35)  # fmt: skip
    height, wide = body.top * body.rise, max(r for r, _ in body.profile)
    low = order.between(760, 820)
    high = low - height
    cord = line(f"M0 -20V{high - 40:.1f}", to_hex(mix(_IRON, order.color(1, "#3a3835"), 0.5)), 5)
    cap = Lathe(order.sheet, turned([(9, 62), (14, 54), (16, 30), (20, 0)]), 0.1)
    cap_color = _BRASS if luminance(color) < 0.3 else _IRON
    top = moved(cap.outside(lambda _: cap_color, _METAL, grounded=False), 0, high + 4)
    light = _cone(order, low, wide) if cover in {"metal", "linen"} else ""
    aura = halo(order, low - height * 0.45, wide * 2.1, 0.16 if cover == "metal" else 0.34)
    return Piece(markup=light + aura + cord + top + moved(markup, 0, low), width=wide * 2 + 80,
                 height=low, focus=(-wide * 0.45, low - height * 0.35), zoom=2.0,
                 stand="ceiling", glow=(0, low - height * 0.4))  # fmt: skip


def _cone(order: Order, y: float, wide: float) -> str:
    """Light that falls out of a shade, in thin coats so that its edge is soft."""
    fill = order.sheet.linear([(0, BULB, 0.075), (1, BULB, 0)], (0, y), (0, y + 430))
    return "".join(
        path(f"M{-wide * 0.97:.1f} {y:.1f}H{wide * 0.97:.1f}L{wide * (1.05 + k * 0.16):.1f} "
             f"{y + 430:.1f}H{-wide * (1.05 + k * 0.16):.1f}Z", fill)
        for k in range(6)
    )  # fmt: skip


_FLOOR_SHADES: Final[tuple[tuple[Cover, Profile], ...]] = (
    ("linen", ((118, 180), (158, 0))),
    ("linen", ((150, 170), (154, 0))),
    ("pleated", ((84, 180), (172, 0))),
    ("paper", ((50, 250), (120, 225), (150, 150), (146, 90), (110, 25), (60, 0))),
    ("metal", ((20, 130), (60, 118), (110, 70), (140, 12), (144, 0))),
)


def floor_lamp(order: Order) -> Piece:
    cover, profile = order.dice.choice(_FLOOR_SHADES)
    cloth = order.color(1, "#f0e4cc") if cover != "metal" else order.color(0)
    _, top = shade(order, profile, cloth, cover, 0.12)
    tall, wide = order.between(640, 700), max(r for r, _ in profile)
    height = max(h for _, h in profile)
    legs, shadow = _tripod(order, tall) if order.dice.random() < 0.5 else _column(order, tall)
    aura = halo(order, -tall - height * 0.4, wide * 2.4, 0.30)
    pool = ellipse(0, 0, 430, 95, order.sheet.radial(
        [(0, BULB, 0.34), (1, BULB, 0)], (0, 0), 1, transform="scale(430 95)"))
    piece = Piece(markup=aura + legs + moved(top, 0, -tall), width=560, height=tall + height,
                  drop=50, shadow=shadow + pool, focus=(-20, -tall), zoom=2.6, stand="floor",
                  glow=(0, -tall - height * 0.4))  # fmt: skip
    return replace(piece)


def _tripod(order: Order, tall: float) -> tuple[str, str]:
    shop = Workshop(order.sheet, Camera(0.5, 0.24), order.dice, order.fine)
    color, reach = order.color(0), 170.0
    feet = [(reach * math.sin(math.tau * i / 3), reach * math.cos(math.tau * i / 3))
            for i in range(3)]  # fmt: skip
    parts = [shop.rod((x * 0.08, tall * 0.93, z * 0.08), (x, 0, z), 11, 8, color, SATIN)
             for x, z in feet]  # fmt: skip
    parts += [shop.rod((x * 0.55, tall * 0.45, z * 0.55), (0, tall * 0.45, 0), 4, 4, _BRASS, _METAL)
              for x, z in feet]  # fmt: skip
    stem = tube(f"M0 {-tall * 0.86:.1f}V{-tall - 30:.1f}", 11, _BRASS, _METAL)
    return stem + assembled(parts), floor_shadow(order.sheet, parts)


def _column(order: Order, tall: float) -> tuple[str, str]:
    color = order.color(0)
    disc = Lathe(order.sheet, turned([(12, 34), (20, 30), (110, 20), (128, 14), (130, 4),
                                      (128, 0)], step=3), 0.22)  # fmt: skip
    metal = _METAL if order.dice.random() < 0.5 else _LACQUER
    foot = disc.outside(lambda _: color, metal)
    stem = tube(f"M0 -30V{-tall - 30:.1f}", 14, color, metal)
    return foot + stem, contact(order.sheet, 128, 38) + cast(
        order.sheet, f"M-6 0V{-tall:.0f}H6V0Z", tall, strength=0.4
    )


MAKERS: Final[dict[str, Maker]] = {
    "floor_lamp": floor_lamp,
    "pendant_lamp": pendant_lamp,
    "table_lamp": table_lamp,
}
_ = (plus, ellipse_path)
