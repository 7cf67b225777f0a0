"""Thrown pieces that hold flowers, trees and candles: vase, planter, candle holder."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from .candle import candle
from .color import rgb, times, to_hex
from .glaze import girdle, skin_for
from .lathe import Lathe, Profile, turned
from .piece import Maker, Order, Piece
from .svg import ellipse, line, moved
from .vessel import necked_pot, open_pot, piece_of, wall

_SOIL: Final = rgb("#4b3526")
_VASES: Final[dict[str, Profile]] = {
    "bottle": ((46, 720), (40, 690), (38, 600), (62, 500), (150, 400), (188, 270), (172, 120),
               (118, 14), (108, 0)),
    "moon": ((64, 560), (58, 538), (60, 512), (150, 470), (252, 370), (274, 260), (236, 120),
             (150, 22), (112, 0)),
    "shoulder": ((92, 680), (78, 650), (80, 618), (170, 560), (232, 460), (214, 300), (160, 120),
                 (124, 10), (120, 0)),
    "column": ((112, 690), (106, 672), (116, 600), (140, 420), (150, 240), (140, 60), (124, 6),
               (120, 0)),
    "gourd": ((54, 700), (48, 676), (64, 620), (122, 540), (124, 470), (96, 405), (130, 330),
              (206, 220), (204, 110), (142, 12), (128, 0)),
    "trumpet": ((150, 690), (132, 660), (92, 560), (78, 440), (98, 300), (150, 170), (152, 80),
                (112, 8), (106, 0)),
    "bud": ((40, 520), (33, 500), (32, 430), (44, 350), (128, 250), (160, 150), (140, 50),
            (96, 4), (90, 0)),
}  # fmt: skip


def vase(order: Order) -> Piece:
    shape = order.choose(_VASES)
    stretch, broad = order.between(0.92, 1.05), order.between(0.96, 1.08)
    body = Lathe(order.sheet, turned([(r * broad, h * stretch) for r, h in shape]), 0.16)
    pot = necked_pot(order, body, skin_for(order), lip=9, focus=0.24)
    if shape is not _VASES["moon"]:
        return pot
    return replace(pot, markup=pot.markup + _joint(body, 258 * stretch))


def _joint(body: Lathe, height: float) -> str:
    """Where the two bowls of a moon jar meet."""
    arc = girdle(body, height)
    return line(arc, "#2a1a10", 3, stroke_opacity=0.16) + line(
        arc, "#fffaf0", 2.4, stroke_opacity=0.35, transform="translate(0 3)"
    )


_PLANTERS: Final[dict[str, tuple[Profile, float]]] = {
    "tapered": (((250, 420), (248, 400), (222, 210), (178, 30), (168, 0)), 20),
    "rolled": (((262, 400), (270, 386), (258, 366), (246, 340), (222, 190), (176, 24), (166, 0)),
               26),
    "straight": (((205, 400), (205, 380), (202, 200), (198, 14), (194, 0)), 14),
    "shallow": (((330, 210), (328, 200), (300, 120), (220, 34), (200, 0)), 14),
    "belly": (((215, 400), (218, 384), (262, 230), (220, 50), (180, 4), (172, 0)), 18),
}  # fmt: skip


def planter(order: Order) -> Piece:
    shape, lip = order.choose(_PLANTERS)
    broad = order.between(0.96, 1.05)
    body = Lathe(order.sheet, turned([(r * broad, h) for r, h in shape]), 0.2)
    curve = body.lining(lip, 70)
    skin = skin_for(order)
    pot = open_pot(
        order,
        body,
        skin,
        lip=lip,
        curve=curve,
        closed=0.7,
        focus=0.15,
        within=_earth(order, body, curve[-1][0] - 1, body.top - 68),
    )
    if not order.choose({"saucer": True, "(none)": False, "(bare)": False}):
        return pot
    foot = body.profile[-1][0] + 34
    dish = Lathe(order.sheet, turned([(foot + 8, 34), (foot + 4, 16), (foot - 18, 0)], step=3), 0.2)
    plate = piece_of(
        order, dish, wall(order, dish, replace(skin, decor="ombre"), hollow=True), focus=0
    )
    top = dish.inside(
        [(foot + 8, 34), (foot + 2, 33), (foot - 6, 14), (4, 12)],
        skin.lining,
        skin.finish,
        closed=0.55,
    )
    # The saucer's far half is behind the pot, its near wall in front of it.
    return replace(
        pot,
        markup=top + moved(pot.markup, 0, -12) + plate.markup,
        width=foot * 2.1,
        drop=plate.drop,
        shadow=pot.shadow + plate.shadow,
    )


def _earth(order: Order, body: Lathe, radius: float, height: float) -> str:
    """Soil, with a few lighter crumbs."""
    y, tall = -height * body.rise, radius * body.tilt
    fill = order.sheet.linear(
        [(0, times(_SOIL, 0.5), 1), (1, times(_SOIL, 1.5), 1)], (-radius, y), (radius, y)
    )
    crumbs = "".join(
        ellipse(
            radius * 0.9 * share * math.cos(turn),
            y + tall * 0.9 * share * math.sin(turn),
            order.between(2, 5),
            order.between(1, 2.4),
            to_hex(times(_SOIL, order.between(0.4, 3.2))),
        )
        for share, turn in ((order.dice.random() ** 0.5, order.between(0, 6.28)) for _ in range(90))
    )
    return ellipse(0, y, radius, tall, fill) + crumbs


_HOLDERS: Final[dict[str, Profile]] = {
    "turned": ((58, 270), (64, 254), (46, 210), (34, 160), (40, 95), (70, 70), (150, 40), (165, 22),
               (162, 4), (150, 0)),
    "slim": ((44, 400), (48, 388), (26, 350), (18, 240), (22, 110), (50, 48), (104, 26), (116, 12),
             (112, 0)),
    "broad": ((62, 170), (66, 156), (50, 120), (52, 80), (96, 56), (205, 40), (222, 30), (214, 6),
              (190, 0)),
    "low": ((66, 130), (72, 118), (70, 96), (128, 70), (160, 40), (140, 8), (120, 0)),
}  # fmt: skip


def candle_holder(order: Order) -> Piece:
    shape = order.choose(_HOLDERS)
    body = Lathe(order.sheet, turned(shape, step=3), 0.2)
    piece = necked_pot(order, body, skin_for(order), lip=body.profile[0][0] - 28, focus=0.08)
    tall = body.top
    flame, rise = candle(order, -tall * body.rise + 6, order.between(300, 380))
    return replace(
        piece,
        markup=piece.markup + flame,
        width=max(420.0, piece.width),
        height=piece.height + rise,
        focus=(0, -tall * 0.9),
        zoom=2.6,
        glow=(0, -tall - rise),
    )


MAKERS: Final[dict[str, Maker]] = {
    "candle_holder": candle_holder,
    "planter": planter,
    "vase": vase,
}
