"""Thrown pieces: vase, bowl, plate, mug, carafe, candle holder, planter."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .candle import candle
from .color import times
from .glaze import skin_for, speckled_disc
from .lathe import Lathe, Profile, turned
from .light import Finish
from .piece import Maker, Order, Piece
from .shadow import contact
from .svg import Point, smooth_path
from .tube import tube
from .vessel import necked_pot, open_pot, piece_of

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
    shape = order.dice.choice(sorted(_VASES))
    stretch, broad = order.between(0.90, 1.06), order.between(0.94, 1.12)
    points = [(r * broad, h * stretch) for r, h in _VASES[shape]]
    body = Lathe(order.sheet, turned(points), 0.16)
    return necked_pot(order, body, skin_for(order), lip=9, focus=0.24)


def planter(order: Order) -> Piece:
    top, height = order.between(230, 270), order.between(380, 460)
    foot = top * order.between(0.62, 0.9)
    belly = max(top, foot) * order.between(0.94, 1.04)
    points = [(top, height), (top - 2, height - 20), (belly, height * 0.55), (foot + 12, 34),
              (foot, 0)]  # fmt: skip
    body = Lathe(order.sheet, turned(points), 0.2)
    inner = top - 20
    curve = [(inner, height), (inner - 4, height * 0.8), (inner - 8, height * 0.5)]
    return open_pot(order, body, skin_for(order), lip=20, curve=curve, closed=1.0, focus=0.15)


def candle_holder(order: Order) -> Piece:
    tall, base = order.between(200, 330), order.between(150, 180)
    points = [(58, tall), (64, tall - 16), (46, tall - 60), (34, tall * 0.6), (40, tall * 0.35),
              (70, 70), (base * 0.9, 40), (base, 22), (base - 4, 4), (base - 14, 0)]  # fmt: skip
    body = Lathe(order.sheet, turned(points, step=3), 0.2)
    piece = necked_pot(order, body, skin_for(order), lip=16, focus=0.08)
    flame, rise = candle(order, -tall * body.rise + 6, order.between(300, 380))
    return replace(piece, markup=piece.markup + flame, width=420, height=piece.height + rise,
                   zoom=2.6, glow=(0, -tall - rise))  # fmt: skip


def bowl(order: Order) -> Piece:
    wide, deep = order.between(300, 350), order.between(210, 270)
    foot = order.between(105, 130)
    points = [(wide, deep), (wide - 3, deep - 10), (wide * 0.93, deep * 0.66),
              (wide * 0.70, deep * 0.28), (foot + 22, 30), (foot + 2, 20), (foot, 0)]  # fmt: skip
    body = Lathe(order.sheet, turned(points), 0.32)
    inner, low = wide - 9, 40
    curve = [(inner, deep), (inner * 0.95, deep * 0.72), (inner * 0.76, deep * 0.34),
             (inner * 0.42, low + 6), (inner * 0.2, low), (2, low)]  # fmt: skip
    return open_pot(order, body, skin_for(order), lip=9, curve=curve, closed=0.6, focus=0.02)


def plate(order: Order) -> Piece:
    wide, tilt = order.between(380, 410), 0.56
    skin = skin_for(order)
    body = Lathe(order.sheet, turned([(wide, 58), (wide - 8, 40), (wide * 0.64, 6),
                                      (wide * 0.6, 0)]), tilt)  # fmt: skip
    if order.dice.random() < 0.5:
        face = [(wide - 5, 57), (wide * 0.93, 47), (wide * 0.8, 26), (wide * 0.6, 14), (2, 12)]
    else:
        face = [(wide - 5, 57), (wide * 0.82, 47), (wide * 0.735, 43), (wide * 0.69, 30),
                (wide * 0.64, 15), (wide * 0.56, 12), (2, 12)]  # fmt: skip
    rim = [(wide, 58), (wide - 3, 60), (wide - 6, 57)]
    markup = body.outside(skin.paint, skin.finish)
    markup += body.inside(turned(face, step=4), skin.well, Finish(gloss=0.05, tightness=6),
                          closed=0.22, by_radius=True)  # fmt: skip
    markup += body.inside(rim, lambda _: times(skin.glaze, 1.10), skin.finish, closed=0.0)
    markup += speckled_disc(order, skin, wide * 0.93, tilt, -20)
    piece = piece_of(order, body, markup, focus=0.0)
    return replace(piece, height=wide * tilt + 50, drop=wide * tilt - 30, zoom=2.5,
                   focus=(-wide * 0.5, -wide * 0.12),
                   shadow=contact(order.sheet, wide * 0.86, wide * 0.60, strength=0.8))  # fmt: skip


def mug(order: Order) -> Piece:
    wide, tall = order.between(165, 190), order.between(320, 380)
    foot = wide * order.between(0.78, 0.98)
    belly = wide * order.between(0.98, 1.12)
    points = [(wide, tall), (wide - 2, tall - 12), (belly, tall * 0.5), (foot + 8, 22), (foot, 0)]
    body = Lathe(order.sheet, turned(points), 0.2)
    skin, inner = skin_for(order), wide - 10
    curve = [(inner, tall), (inner - 2, tall * 0.7), (inner, tall * 0.45)]
    piece = open_pot(order, body, skin, lip=10, curve=curve, closed=0.85, focus=0.3)
    out, mid, half = order.between(105, 135), tall * 0.52, tall * 0.27
    loop: list[Point] = [
        (belly * 0.9, -(mid + half) * body.rise), (wide + out * 0.42, -(mid + half * 1.12)),
        (wide + out * 0.88, -(mid + half * 0.72)), (wide + out, -mid - half * 0.05),
        (wide + out * 0.84, -(mid - half * 0.72)), (wide + out * 0.4, -(mid - half * 1.16)),
        (foot * 0.92, -(mid - half * 1.2) * body.rise),
    ]  # fmt: skip
    handle = tube(smooth_path(loop), 40, skin.glaze)
    return replace(piece, markup=handle + piece.markup, width=piece.width + out * 1.5,
                   focus=(wide * 0.45, -tall * 0.7), zoom=1.9)  # fmt: skip


def carafe(order: Order) -> Piece:
    tall = order.between(640, 700)
    points = [(74, tall), (62, tall - 40), (52, tall * 0.76), (72, tall * 0.62), (150, tall * 0.42),
              (178, tall * 0.22), (158, 26), (140, 0)]  # fmt: skip
    body = Lathe(order.sheet, turned(points), 0.17)
    skin = skin_for(order)
    piece = necked_pot(order, body, skin, lip=8, focus=0.3)
    loop: list[Point] = [
        (52, -tall * 0.91), (112, -tall * 0.95), (178, -tall * 0.90), (216, -tall * 0.78),
        (222, -tall * 0.62), (200, -tall * 0.47), (152, -tall * 0.36),
    ]  # fmt: skip
    handle = tube(smooth_path(loop), 32, skin.glaze)
    return replace(piece, markup=handle + piece.markup, width=piece.width + 90,
                   focus=(60, -tall * 0.78), zoom=2.1)  # fmt: skip


MAKERS: Final[dict[str, Maker]] = {
    "bowl": bowl,
    "candle_holder": candle_holder,
    "carafe": carafe,
    "mug": mug,
    "planter": planter,
    "plate": plate,
    "vase": vase,
}
