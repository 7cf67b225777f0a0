"""Thrown pieces: vase, bowl, plate, mug, carafe, candle holder, planter."""

from __future__ import annotations

import math
from typing import Final

from .color import Rgb, mix, times
from .glaze import Skin, flutes, sheen, skin_for, speckle, throwing_lines
from .lathe import Lathe, Profile, turned
from .light import SATIN
from .piece import Order, Piece
from .shadow import cast, contact
from .svg import Point, smooth_path
from .tube import tube

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
}  # fmt: skip


def vase(order: Order) -> Piece:
    shape = order.dice.choice(sorted(_VASES))
    stretch, broad = order.between(0.88, 1.06), order.between(0.9, 1.1)
    points = [(r * broad, h * stretch) for r, h in _VASES[shape]]
    body = Lathe(order.sheet, turned(points), 0.16)
    return _vessel(order, body, lip=9, mouth_depth=120, focus=0.22)


def planter(order: Order) -> Piece:
    top, height = order.between(230, 270), order.between(380, 460)
    foot = top * order.between(0.62, 0.9)
    belly = max(top, foot) * order.between(0.94, 1.04)
    points = [(top, height), (top - 2, height - 20), (belly, height * 0.55), (foot + 12, 34),
              (foot, 0)]
    body = Lathe(order.sheet, turned(points), 0.2)
    return _vessel(order, body, lip=20, mouth_depth=110, focus=0.15)


def candle_holder(order: Order) -> Piece:
    tall = order.between(200, 330)
    base = order.between(150, 180)
    points = [(58, tall), (64, tall - 16), (46, tall - 60), (34, tall * 0.6), (40, tall * 0.35),
              (70, 70), (base * 0.9, 40), (base, 22), (base - 4, 4), (base - 14, 0)]
    body = Lathe(order.sheet, turned(points, step=3), 0.2)
    piece = _vessel(order, body, lip=16, mouth_depth=30, focus=0.1)
    from .candle import candle

    flame, rise = candle(order, 0, -tall * body.rise, order.between(300, 380))
    return Piece(piece.markup + flame, piece.width + 160, piece.height + rise, piece.shadow,
                 focus=(0, -tall * 0.9), zoom=2.6, glow=0.35, palette=piece.palette)


def bowl(order: Order) -> Piece:
    wide, deep = order.between(300, 350), order.between(210, 270)
    foot = order.between(105, 130)
    points = [(wide, deep), (wide - 3, deep - 10), (wide * 0.93, deep * 0.66),
              (wide * 0.70, deep * 0.28), (foot + 22, 30), (foot + 2, 20), (foot, 0)]
    body = Lathe(order.sheet, turned(points), 0.3)
    return _vessel(order, body, lip=9, mouth_depth=deep - 36, focus=0.05, open_mouth=True)


def _vessel(
    order: Order, body: Lathe, *, lip: float, mouth_depth: float, focus: float,
    open_mouth: bool = False,
) -> Piece:
    skin = skin_for(order)
    markup = body.outside(skin.paint, skin.finish)
    markup += throwing_lines(order, body) + skin.decorate(order, body)
    if order.dice.random() < 0.3:
        markup += flutes(order, body)
    markup += speckle(order, body, skin) + sheen(order, body, skin)
    markup += _mouth(body, skin, lip, mouth_depth, open_mouth=open_mouth)
    wide = max(radius for radius, _ in body.profile)
    foot = body.profile[-1][0]
    shade = cast(order.sheet, body.silhouette(), body.top * body.rise)
    shade += contact(order.sheet, foot, foot * body.tilt + 10)
    radius, y = body.at(focus)
    return Piece(markup, wide * 2, body.top * body.rise + wide * body.tilt, shade,
                 focus=(-radius * 0.25, y), palette=(skin.paint(0.7),))


def _mouth(body: Lathe, skin: Skin, lip: float, depth: float, *, open_mouth: bool) -> str:
    rim, top = body.profile[0]
    inner = rim - lip
    edge = [(rim, top), (rim - lip * 0.5, top + lip * 0.22), (inner, top - lip * 0.1)]
    lipped = body.inside(edge, lambda _: times(skin.paint(1), 1.06), skin.finish, closed=0.1)
    if open_mouth:
        wall = _bowl_wall(body, inner, top - lip * 0.1, depth)
        return lipped + body.inside(wall, skin.lining, skin.finish, closed=0.42)
    wall = turned([(inner, top - lip * 0.1), (inner * 0.97, top - depth * 0.5),
                   (inner * 1.0, top - depth)], step=6)
    return lipped + body.inside(wall, skin.lining, SATIN, closed=1.0)


def _bowl_wall(body: Lathe, inner: float, top: float, depth: float) -> list[Point]:
    return turned([(inner, top), (inner * 0.95, top - depth * 0.3), (inner * 0.76, top - depth * 0.7),
                   (inner * 0.42, top - depth * 0.97), (inner * 0.2, top - depth), (2, top - depth)],
                  step=5)


def plate(order: Order) -> Piece:
    wide = order.between(380, 410)
    skin = skin_for(order)
    body = Lathe(order.sheet, turned([(wide, 46), (wide - 8, 34), (wide * 0.66, 6), (wide * 0.6, 0)]),
                 0.62)
    coupe = order.dice.random() < 0.5
    wall = ([(wide - 7, 45), (wide * 0.9, 34), (wide * 0.7, 18), (wide * 0.5, 13), (2, 12)]
            if coupe else
            [(wide - 7, 45), (wide * 0.78, 34), (wide * 0.71, 30), (wide * 0.64, 14),
             (wide * 0.56, 11), (2, 10)])
    markup = body.outside(skin.paint, skin.finish)
    markup += body.inside([(wide, 46), (wide - 4, 48), (wide - 7, 45)],
                          lambda _: times(skin.paint(1), 1.05), skin.finish, closed=0.0)
    markup += body.inside(turned(wall, step=5), skin.plate, skin.finish, closed=0.12)
    markup += speckle(order, body, skin, disc=wide * 0.95)
    shade = contact(order.sheet, wide * 0.94, wide * 0.62)
    return Piece(markup, wide * 2, wide * 1.3, shade, focus=(-wide * 0.35, -wide * 0.30),
                 palette=(skin.paint(0.7),))


def mug(order: Order) -> Piece:
    wide, tall = order.between(165, 190), order.between(330, 390)
    foot = wide * order.between(0.78, 0.98)
    belly = wide * order.between(0.98, 1.12)
    points = [(wide, tall), (wide - 2, tall - 12), (belly, tall * 0.5), (foot + 8, 22), (foot, 0)]
    body = Lathe(order.sheet, turned(points), 0.2)
    piece = _vessel(order, body, lip=10, mouth_depth=tall * 0.5, focus=0.35)
    base: Rgb = skin_for(order).paint(0.6)
    low, high = -tall * 0.2 * body.rise, -tall * 0.82 * body.rise
    out = wide * order.between(0.62, 0.78)
    loop: list[Point] = [(belly * 0.93, high), (wide + out * 0.55, high - 6), (wide + out, high + 62),
                         (wide + out * 0.92, (low + high) / 2 + 20), (wide + out * 0.5, low - 6),
                         (foot * 0.98, low + 4)]
    handle = tube(order, smooth_path(loop), 44, base)
    return Piece(handle + piece.markup, piece.width + out * 1.6, piece.height, piece.shadow,
                 focus=(wide * 0.5, -tall * 0.72), zoom=2.2, palette=piece.palette)


def carafe(order: Order) -> Piece:
    tall = order.between(640, 700)
    points = [(74, tall), (62, tall - 40), (52, tall * 0.76), (72, tall * 0.62), (150, tall * 0.42),
              (178, tall * 0.22), (158, 26), (140, 0)]
    body = Lathe(order.sheet, turned(points), 0.17)
    piece = _vessel(order, body, lip=8, mouth_depth=90, focus=0.3)
    base = mix(skin_for(order).paint(0.8), (0.2, 0.1, 0.05), 0.06)
    high, low = -tall * 0.90 * body.rise, -tall * 0.36 * body.rise
    loop: list[Point] = [(54, high), (130, high - 18), (206, high + 70), (222, high + 190),
                         (190, low - 30), (164, low)]
    handle = tube(order, smooth_path(loop), 34, base)
    return Piece(handle + piece.markup, piece.width + 90, piece.height, piece.shadow,
                 focus=(60, -tall * 0.78), zoom=2.3, palette=piece.palette)


MAKERS: Final = {
    "vase": vase, "bowl": bowl, "plate": plate, "mug": mug, "carafe": carafe,
    "candle_holder": candle_holder, "planter": planter,
}  # fmt: skip
_ = math
