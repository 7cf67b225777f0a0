"""Wooden pieces: chair, stool, bench, side table."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

from .color import Rgb
from .cord import woven_seat
from .light import SATIN
from .piece import Maker, Order, Piece
from .solid import Camera, Part, Spot, Workshop, assembled, floor_shadow, rounded
from .svg import Point


def _shop(order: Order, turn: float, tilt: float) -> Workshop:
    return Workshop(order.sheet, Camera(turn, tilt), order.dice, order.fine)


def _piece(
    order: Order,
    shop: Workshop,
    parts: list[Part],
    size: Point,
    *,
    front: str = "",
    focus: Point,
    zoom: float = 2.2,
    drop: float = 60,
) -> Piece:
    return Piece(
        markup=assembled(parts) + front,
        width=size[0],
        height=size[1],
        drop=drop,
        shadow=floor_shadow(shop.sheet, parts),
        focus=focus,
        zoom=zoom,
        stand="floor",
    )


def _legs(
    shop: Workshop, corners: list[Point], splay: float, up: float, color: Rgb, thick: float
) -> list[Part]:
    """Round legs that stand wider than they start."""
    return [
        shop.rod((x, up, z), (x * splay, 0, z * splay), thick, thick * 0.62, color, SATIN)
        for x, z in corners
    ]


def chair(order: Order) -> Piece:
    shop = _shop(order, order.between(0.42, 0.58), 0.26)
    color, seat_up = (
        order.color(0),
        order.choose({"upright": 330.0, "(upright)": 330.0, "low": 250.0}),
    )
    wide, deep = order.between(330, 360), order.between(310, 335)
    corners = [(-wide * 0.42, deep * 0.40), (wide * 0.42, deep * 0.40)]
    parts = _legs(shop, corners, 1.06, seat_up - 14, color, 17)
    parts += [
        shop.rod((x, seat_up - 14, -deep * 0.42), (x * 1.06, 0, -deep * 0.52), 17, 11, color, SATIN)
        for x in (-wide * 0.42, wide * 0.42)
    ]
    parts += _stretchers(shop, wide, deep, color)
    seat = shop.board(rounded(0, 0, wide, deep, 56, seat_up), 24, color, SATIN, along=(0, 0, 1))
    back = _back(order, shop, wide, deep, seat_up, color)
    corded = order.choose({"wooden": False, "cord": True})
    front = woven_seat(order, shop.camera, wide, deep, seat_up) if corded else ""
    markup = assembled(parts) + assembled(back) + seat.markup + front
    shade = floor_shadow(order.sheet, [*parts, *back, seat])
    return Piece(
        markup=markup,
        width=640,
        height=780,
        drop=100,
        shadow=shade,
        stand="floor",
        focus=(-30, -430),
        zoom=2.1,
    )


def _stretchers(shop: Workshop, wide: float, deep: float, color: Rgb) -> list[Part]:
    x, z, up = wide * 0.435, deep * 0.42, 130.0
    return [
        shop.rod((-x, up, z), (-x, up, -z * 1.1), 9, 9, color, SATIN),
        shop.rod((x, up, z), (x, up, -z * 1.1), 9, 9, color, SATIN),
        shop.rod((-x, up, 0), (x, up, 0), 9, 9, color, SATIN),
    ]


def _back(
    order: Order, shop: Workshop, wide: float, deep: float, up: float, color: Rgb
) -> list[Part]:
    style = order.choose({name: name for name in ("spindle", "ladder", "bow")})
    x, z, tall = wide * 0.42, -deep * 0.42, order.between(350, 400)
    lean = 0.16 * tall
    post = 14.0
    parts = [
        shop.rod(
            (side * x, up, z),
            (side * x * 1.02, up + tall, z - lean),
            post,
            post * 0.8,
            color,
            SATIN,
        )
        for side in (-1, 1)
    ]
    if style == "ladder":
        rails = (0.34, 0.62, 0.92)
        return parts + [_rail(shop, x, up + tall * s, z - lean * s, color, 15) for s in rails]
    count = 7 if style == "spindle" else 5
    for i in range(1, count):
        spot = -x + 2 * x * i / count
        parts.append(
            shop.rod(
                (spot, up, z),
                (spot * 1.04, up + tall * 0.95, z - lean * 0.95),
                7.5,
                6,
                color,
                SATIN,
            )
        )
    parts.append(_rail(shop, x * 1.12, up + tall * 0.98, z - lean, color, 15))
    return parts


def _rail(shop: Workshop, x: float, up: float, z: float, color: Rgb, thick: float) -> Part:
    """A rail that bends back a little, as the sitter's shoulders do."""
    spots: list[Spot] = []
    for i in range(7):
        share = i / 3 - 1
        spots.append((x * share, up, z - 34 * (1 - share * share)))
    pieces = [shop.rod(a, b, thick, thick, color, SATIN) for a, b in pairwise(spots)]
    return Part(
        pieces[0].depth,
        "".join(p.markup for p in pieces),
        tuple(patch for p in pieces for patch in p.shadow),
    )


def stool(order: Order) -> Piece:
    shop = _shop(order, order.between(0.3, 0.7), 0.3)
    color = order.color(0)
    up = order.choose({"low": 290.0, "(medium)": 430.0, "tall": 540.0})
    radius = order.between(165, 190)
    count = order.choose({"three-legged": 3, "four-legged": 4})
    corners = [
        (
            radius * 0.6 * math.sin(math.tau * (i + (0.2 if count == 3 else 0.5)) / count),
            radius * 0.6 * math.cos(math.tau * (i + (0.2 if count == 3 else 0.5)) / count),
        )
        for i in range(count)
    ]
    parts = _legs(shop, corners, 1.42, up - 20, color, 20)
    if count == 4:
        ring = [(x * 1.27, up * 0.32, z * 1.27) for x, z in corners]
        parts += [shop.rod(ring[i], ring[(i + 1) % 4], 9, 9, color, SATIN) for i in range(4)]
    seat = shop.board(_disc(radius, up), 34, color, SATIN, along=(0.8, 0, 0.6))
    parts.append(Part(1e6, seat.markup, seat.shadow))
    return _piece(order, shop, parts, (620, up + 70), focus=(-radius * 0.4, -up * 0.93), drop=90)


def _disc(radius: float, up: float) -> list[Spot]:
    return [
        (radius * math.cos(math.tau * i / 72), up, radius * math.sin(math.tau * i / 72))
        for i in range(72)
    ]


def bench(order: Order) -> Piece:
    shop = _shop(order, order.between(0.38, 0.5), 0.28)
    color, up = order.color(0), 300.0
    wide = order.choose({"long": 780.0, "(medium)": 720.0, "short": 560.0})
    deep = order.between(210, 240)
    corners = [(sx * wide * 0.40, sz * deep * 0.32) for sx in (-1, 1) for sz in (-1, 1)]
    parts = [
        shop.rod((x, up - 16, z), (x * 1.07, 0, z * 1.35), 21, 13, color, SATIN) for x, z in corners
    ]
    parts.append(
        shop.rod((-wide * 0.42, up * 0.4, 0), (wide * 0.42, up * 0.4, 0), 11, 11, color, SATIN)
    )
    parts += [
        shop.rod(
            (sx * wide * 0.42, up * 0.4, -deep * 0.4),
            (sx * wide * 0.42, up * 0.4, deep * 0.4),
            10,
            10,
            color,
            SATIN,
        )
        for sx in (-1, 1)
    ]
    seat = shop.board(rounded(0, 0, wide, deep, 26, up), 36, color, SATIN)
    parts.append(Part(1e6, seat.markup, seat.shadow))
    return _piece(order, shop, parts, (880, 420), focus=(-160, -up * 0.86), zoom=2.4, drop=130)


def side_table(order: Order) -> Piece:
    shop = _shop(order, order.between(0.2, 0.8), 0.3)
    color = order.color(0)
    up = order.choose({"low": 470.0, "(medium)": 510.0, "tall": 600.0})
    radius = order.choose({"slim": 180.0, "(medium)": 215.0, "broad": 240.0})
    style = order.choose({name: name for name in ("tripod", "square", "column")})
    parts: list[Part] = []
    if style == "square":
        side = radius * 1.7
        corners = [(sx * side * 0.42, sz * side * 0.42) for sx in (-1, 1) for sz in (-1, 1)]
        parts += _legs(shop, corners, 1.06, up - 14, color, 17)
        shelf = shop.board(rounded(0, 0, side * 0.86, side * 0.86, 24, up * 0.34), 18, color, SATIN)
        parts.append(shelf)
        top = shop.board(rounded(0, 0, side, side, 34, up), 26, color, SATIN)
    else:
        top = shop.board(_disc(radius, up), 26, color, SATIN)
        if style == "tripod":
            parts += _legs(shop, _around(3, radius * 0.55), 1.5, up - 14, color, 18)
        else:
            parts.append(shop.rod((0, up - 14, 0), (0, 40, 0), 26, 30, color, SATIN))
            parts.append(shop.board(_disc(radius * 0.66, 40), 30, color, SATIN))
            parts[-1] = Part(-1e6, parts[-1].markup, parts[-1].shadow)
    parts.append(Part(1e6, top.markup, top.shadow))
    return _piece(order, shop, parts, (680, up + 80), focus=(-radius * 0.5, -up * 0.95), drop=100)


def _around(count: int, radius: float) -> list[Point]:
    return [
        (radius * math.sin(math.tau * i / count), radius * math.cos(math.tau * i / count))
        for i in range(count)
    ]


MAKERS: Final[dict[str, Maker]] = {
    "bench": bench,
    "chair": chair,
    "side_table": side_table,
    "stool": stool,
}
