"""Lamps: pendant, table lamp, floor lamp."""

from __future__ import annotations

import math
from typing import Final

from .color import luminance, mix, rgb, to_hex
from .glaze import skin_for
from .lathe import Lathe, Profile, turned
from .light import SATIN, Finish
from .piece import Maker, Order, Piece
from .shades import BULB, LACQUER, Cover, globe, halo, shade
from .shadow import cast, contact
from .solid import Camera, Workshop, assembled, floor_shadow
from .svg import ellipse, line, moved, path, points_path
from .tube import tube
from .vessel import wall

Shade = tuple[Cover, Profile]
_BRASS: Final = rgb("#b98d4f")
_IRON: Final = rgb("#3a3835")
_METAL: Final = Finish(gloss=0.45, tightness=22, softness=0.15)
_TABLE_SHADES: Final[dict[str, Shade]] = {
    "cone": ("linen", ((150, 250), (205, 0))),
    "drum": ("linen", ((196, 220), (200, 0))),
    "pleated": ("pleated", ((110, 230), (220, 0))),
    "lantern": ("paper", globe(208, 80, squash=0.80)),
    "dome": ("metal", ((26, 190), (70, 176), (140, 120), (196, 40), (206, 0))),
}  # fmt: skip
_TABLE_BASES: Final[dict[str, Profile]] = {
    "round": ((24, 330), (22, 310), (60, 270), (138, 190), (150, 120), (112, 20), (104, 0)),
    "block": ((22, 320), (24, 300), (96, 250), (130, 240), (138, 120), (130, 14), (124, 0)),
    "bell": ((20, 340), (22, 320), (40, 290), (54, 200), (84, 60), (118, 22), (124, 8), (120, 0)),
    "gourd": ((22, 330), (26, 310), (82, 270), (84, 210), (44, 176), (92, 130), (120, 70), (92, 8),
    (88, 0)),
}  # fmt: skip


def table_lamp(order: Order) -> Piece:
    skin = skin_for(order)
    base = Lathe(order.sheet, turned(order.choose(_TABLE_BASES)), 0.15)
    cover, profile = order.choose(_TABLE_SHADES)
    cloth = order.color(2, "#f0e4cc") if cover != "metal" else order.color(0)
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
        [
            (-wide, lift),
            (-profile[0][0], lift - height),
            (profile[0][0], lift - height),
            (wide, lift),
        ]
    )
    under = _pool_on_table(order, wide * 1.7)
    shadow = (
        cast(order.sheet, silhouette, -lift + height, strength=0.26)
        + under
        + contact(order.sheet, foot, foot * 0.15 + 9)
    )
    return Piece(
        markup=markup,
        width=wide * 2 + 160,
        height=-lift + height,
        drop=24,
        shadow=shadow,
        focus=(-30, lift - 20),
        zoom=1.9,
        glow=(0, lift - height * 0.4),
    )


def _pool_on_table(order: Order, radius: float) -> str:
    fill = order.sheet.radial(
        [(0, BULB, 0.42), (0.5, BULB, 0.16), (1, BULB, 0)],
        (0, 0),
        1,
        transform=f"scale({radius:.0f} {radius * 0.2:.0f})",
    )
    return ellipse(0, 0, radius, radius * 0.2, fill)


_PENDANTS: Final[dict[str, Shade]] = {
    "dome": ("metal", ((22, 250), (30, 238), (60, 214), (170, 130), (240, 30), (246, 0))),
    "bell": ("metal", ((20, 300), (34, 286), (84, 250), (118, 120), (150, 20), (154, 0))),
    "globe": ("glass", globe(225, 46)),
    "moon": ("paper", globe(262, 70, squash=0.86)),
    "drum": ("linen", ((250, 230), (256, 0))),
    "slim": ("linen", ((92, 330), (104, 0))),
    "disc": ("metal", ((22, 160), (60, 150), (220, 86), (300, 16), (304, 0))),
}  # fmt: skip


def pendant_lamp(order: Order) -> Piece:
    cover, profile = order.choose(_PENDANTS)
    color, scale = order.color(0), order.between(0.95, 1.12)
    body, markup = shade(order, [(r * scale, h) for r, h in profile], color, cover, 0.10, bulb=0.35)
    height, wide = body.top * body.rise, max(r for r, _ in body.profile)
    low = order.between(760, 820)
    high = low - height
    cord = line(f"M0 -20V{high - 40:.1f}", to_hex(mix(_IRON, order.color(1, "#3a3835"), 0.5)), 5)
    cap = Lathe(order.sheet, turned([(9, 62), (14, 54), (16, 30), (20, 0)]), 0.1)
    cap_color = _BRASS if luminance(color) < 0.3 else _IRON
    top = moved(cap.outside(lambda _: cap_color, _METAL, grounded=False), 0, high + 4)
    light = _cone(order, low, wide) if cover in {"metal", "linen"} else ""
    aura = halo(order, low - height * 0.45, wide * 2.1, 0.16 if cover == "metal" else 0.34)
    return Piece(
        markup=light + aura + cord + top + moved(markup, 0, low),
        width=wide * 2 + 80,
        height=low,
        focus=(-wide * 0.45, low - height * 0.35),
        zoom=2.0,
        stand="ceiling",
        glow=(0, low - height * 0.4),
    )


def _cone(order: Order, y: float, wide: float) -> str:
    """Light that falls out of a shade, in thin coats so that its edge is soft."""
    fill = order.sheet.linear([(0, BULB, 0.075), (1, BULB, 0)], (0, y), (0, y + 430))
    return "".join(
        path(
            f"M{-wide * 0.97:.1f} {y:.1f}H{wide * 0.97:.1f}L{wide * (1.05 + k * 0.16):.1f} "
            f"{y + 430:.1f}H{-wide * (1.05 + k * 0.16):.1f}Z",
            fill,
        )
        for k in range(6)
    )


_FLOOR_SHADES: Final[dict[str, Shade]] = {
    "cone": ("linen", ((118, 180), (158, 0))),
    "drum": ("linen", ((150, 170), (154, 0))),
    "pleated": ("pleated", ((84, 180), (172, 0))),
    "lantern": ("paper", globe(148, 52, squash=0.92)),
    "dome": ("metal", ((20, 130), (60, 118), (110, 70), (140, 12), (144, 0))),
}  # fmt: skip


def floor_lamp(order: Order) -> Piece:
    cover, profile = order.choose(_FLOOR_SHADES)
    cloth = order.color(2, "#f0e4cc") if cover != "metal" else order.color(0)
    _, top = shade(order, profile, cloth, cover, 0.12)
    tall, wide = order.between(640, 700), max(r for r, _ in profile)
    height = max(h for _, h in profile)
    stand = order.choose({"tripod": _tripod, "column": _column})
    legs, shadow = stand(order, tall)
    aura = halo(order, -tall - height * 0.4, wide * 2.4, 0.30)
    pool = ellipse(
        0,
        0,
        430,
        95,
        order.sheet.radial([(0, BULB, 0.34), (1, BULB, 0)], (0, 0), 1, transform="scale(430 95)"),
    )
    return Piece(
        markup=aura + legs + moved(top, 0, -tall),
        width=560,
        height=tall + height,
        drop=50,
        shadow=shadow + pool,
        focus=(-20, -tall),
        zoom=2.6,
        stand="floor",
        glow=(0, -tall - height * 0.4),
    )


def _tripod(order: Order, tall: float) -> tuple[str, str]:
    shop = Workshop(order.sheet, Camera(0.78, 0.24), order.dice, order.fine)
    color, reach = order.color(0), 170.0
    feet = [
        (reach * math.sin(math.tau * i / 3), reach * math.cos(math.tau * i / 3)) for i in range(3)
    ]
    parts = [
        shop.rod((x * 0.08, tall * 0.93, z * 0.08), (x, 0, z), 11, 8, color, SATIN) for x, z in feet
    ]
    parts += [
        shop.rod((x * 0.55, tall * 0.45, z * 0.55), (0, tall * 0.45, 0), 4, 4, _BRASS, _METAL)
        for x, z in feet
    ]
    stem = tube(f"M0 {-tall * 0.86:.1f}V{-tall - 30:.1f}", 11, _BRASS, _METAL)
    return stem + assembled(parts), floor_shadow(order.sheet, parts)


def _column(order: Order, tall: float) -> tuple[str, str]:
    color = order.color(0)
    disc = Lathe(
        order.sheet,
        turned([(12, 34), (20, 30), (110, 20), (128, 14), (130, 4), (128, 0)], step=3),
        0.22,
    )
    metal = _METAL if order.dice.random() < 0.5 else LACQUER
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
