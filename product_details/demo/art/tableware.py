"""Thrown pieces for the table: bowl, plate, mug, carafe."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .color import times
from .glaze import Skin, skin_for, speckled_disc
from .lathe import Lathe, Profile, turned
from .light import Finish
from .piece import Maker, Order, Piece
from .shadow import contact
from .svg import Point, ellipse, moved, smooth_path
from .tube import tube
from .vessel import necked_pot, open_pot, piece_of

_PLATE_FACE: Final = Finish(gloss=0.05, tightness=6)

_BOWLS: Final[dict[str, Profile]] = {
    "wide": ((345, 215), (342, 205), (318, 140), (236, 62), (146, 30), (126, 20), (122, 0)),
    "deep": ((310, 265), (308, 255), (292, 175), (222, 78), (138, 30), (118, 20), (114, 0)),
    "footed": ((262, 300), (260, 290), (244, 215), (180, 120), (104, 84), (88, 60), (104, 12),
               (106, 0)),
    "flared": ((365, 225), (352, 218), (290, 168), (214, 74), (142, 30), (128, 18), (124, 0)),
}  # fmt: skip


def bowl(order: Order) -> Piece:
    shape, broad = order.choose(_BOWLS), order.between(0.96, 1.04)
    body = Lathe(order.sheet, turned([(r * broad, h) for r, h in shape]), 0.32)
    inner, deep = body.profile[0][0] - 9, body.top
    low = max(40.0, deep * 0.42) if shape is _BOWLS["footed"] else 40.0
    curve = [
        (inner, deep),
        (inner * 0.95, deep * 0.74 + low * 0.1),
        (inner * 0.76, low + (deep - low) * 0.26),
        (inner * 0.42, low + 6),
        (inner * 0.2, low),
        (2, low),
    ]
    return open_pot(order, body, skin_for(order), lip=9, curve=curve, closed=0.6, focus=0.02)


def _face(wide: float, style: str) -> list[Point]:
    """The upper side of a plate, from its rim to its middle."""
    if style == "rimmed":
        return [
            (wide - 5, 57),
            (wide * 0.82, 47),
            (wide * 0.735, 43),
            (wide * 0.69, 30),
            (wide * 0.64, 15),
            (wide * 0.56, 12),
            (2, 12),
        ]
    if style == "flat":
        return [(wide - 5, 57), (wide * 0.95, 44), (wide * 0.9, 40), (2, 40)]
    return [(wide - 5, 57), (wide * 0.93, 47), (wide * 0.8, 26), (wide * 0.6, 14), (2, 12)]


def _shine(order: Order, skin: Skin, wide: float, tilt: float) -> str:
    """The window, blurred, on the face of a plate; more of it on dark and glossy ones."""
    pale = (1.0, 0.97, 0.92)
    strength = 0.10 + 0.5 * skin.finish.gloss
    spot = f"translate({-wide * 0.34:.0f} {-wide * tilt * 0.42 - 30:.0f}) scale(1 {tilt})"
    fill = order.sheet.radial(
        [(0, pale, strength), (0.45, pale, strength * 0.4), (1, pale, 0)],
        (0, 0),
        wide * 0.62,
        transform=spot,
    )
    return ellipse(0, -46, wide * 0.97, wide * tilt * 0.96, fill)


def plate(order: Order) -> Piece:
    wide, tilt = order.between(385, 405), 0.56
    skin = skin_for(order)
    under = [(wide, 58), (wide - 1, 53), (wide - 30, 42), (wide * 0.64, 6), (wide * 0.6, 0)]
    body = Lathe(order.sheet, turned(under), tilt)
    face = _face(wide, order.choose({"rimmed": "rimmed", "coupe": "coupe", "flat": "flat"}))
    rim = [(wide, 58), (wide - 3, 60), (wide - 6, 57)]
    markup = body.outside(skin.paint, skin.finish)
    markup += body.inside(turned(face, step=4), skin.well, _PLATE_FACE, closed=0.22, by_radius=True)
    markup += body.inside(rim, lambda _: times(skin.glaze, 1.10), skin.finish, closed=0.0)
    markup += speckled_disc(order, skin, wide * 0.93, tilt, -20) + _shine(order, skin, wide, tilt)
    return replace(
        piece_of(order, body, markup, focus=0.0),
        height=wide * tilt + 50,
        drop=wide * tilt - 30,
        zoom=2.5,
        focus=(-wide * 0.5, -wide * 0.12),
        shadow=contact(order.sheet, wide * 0.86, wide * 0.60, strength=0.8),
    )


_MUGS: Final[dict[str, Profile]] = {
    "sturdy": ((172, 350), (172, 338), (176, 180), (174, 18), (164, 0)),
    "round": ((162, 330), (160, 318), (196, 170), (158, 24), (136, 0)),
    "tapered": ((184, 360), (182, 346), (166, 190), (142, 22), (132, 0)),
    "tumbler": ((142, 270), (142, 258), (138, 130), (124, 16), (114, 0)),
}  # fmt: skip


def mug(order: Order) -> Piece:
    shape, broad = order.choose(_MUGS), order.between(0.97, 1.05)
    body = Lathe(order.sheet, turned([(r * broad, h) for r, h in shape]), 0.2)
    skin, (wide, tall) = skin_for(order), body.profile[0]
    cup = open_pot(
        order, body, skin, lip=10, curve=body.lining(10, tall * 0.5), closed=0.85, focus=0.3
    )
    if shape is _MUGS["tumbler"]:
        return cup
    out, mid, half = order.between(105, 135), tall * 0.52, tall * 0.27
    high, low = mid + half, mid - half
    loop: list[Point] = [
        (body.radius_at(high) - 14, -high * body.rise),
        (wide + out * 0.42, -(high + half * 0.12)),
        (wide + out * 0.88, -(mid + half * 0.72)),
        (wide + out, -mid - half * 0.05),
        (wide + out * 0.84, -(mid - half * 0.72)),
        (wide + out * 0.4, -(low - half * 0.16)),
        (body.radius_at(low) - 16, -(low - half * 0.1) * body.rise),
    ]
    handle = tube(smooth_path(loop), 40, skin.glaze)
    return replace(
        cup,
        markup=handle + cup.markup,
        width=cup.width + out * 1.5,
        focus=(wide * 0.45, -tall * 0.7),
        zoom=1.9,
    )


_CARAFES: Final[dict[str, Profile]] = {
    "slender": ((74, 680), (62, 640), (52, 520), (72, 420), (150, 285), (178, 150), (158, 26),
                (140, 0)),
    "pot": ((66, 660), (58, 640), (50, 560), (60, 470), (140, 390), (226, 260), (222, 120),
            (160, 12), (146, 0)),
    "jug": ((128, 640), (118, 610), (110, 540), (132, 440), (182, 300), (190, 170), (156, 20),
            (142, 0)),
    "short": ((92, 470), (86, 450), (84, 390), (120, 320), (186, 220), (190, 120), (160, 14),
              (146, 0)),
}  # fmt: skip


def carafe(order: Order) -> Piece:
    shape, stretch = order.choose(_CARAFES), order.between(0.96, 1.04)
    body = Lathe(order.sheet, turned([(r, h * stretch) for r, h in shape]), 0.17)
    skin = skin_for(order)
    piece = necked_pot(order, body, skin, lip=8, focus=0.3)
    if shape is _CARAFES["short"]:
        return _with_cup(order, body, skin, piece)
    tall, neck = body.top, body.profile[0][0]
    belly = body.radius_at(tall * 0.36)
    loop: list[Point] = [
        (neck - 22, -tall * 0.91),
        (neck + 38, -tall * 0.95),
        (neck + 104, -tall * 0.90),
        (neck + 142, -tall * 0.78),
        (neck + 148, -tall * 0.62),
        (neck + 124, -tall * 0.47),
        (belly - 20, -tall * 0.36),
    ]
    handle = tube(smooth_path(loop), 32, skin.glaze)
    return replace(
        piece,
        markup=handle + piece.markup,
        width=piece.width + 110,
        focus=(60, -tall * 0.78),
        zoom=2.1,
    )


def _with_cup(order: Order, body: Lathe, skin: Skin, piece: Piece) -> Piece:
    """The cup is the lid, turned over the neck."""
    cup = Lathe(order.sheet, turned([(88, 150), (104, 140), (112, 60), (116, 0)]), 0.17)
    lift = -(body.top - 96) * body.rise
    lid = cup.inside([(88, 150), (40, 153), (2, 154)], lambda _: skin.glaze, skin.finish, closed=0)
    over = cup.outside(lambda _: skin.glaze, skin.finish, grounded=False) + lid
    return replace(
        piece,
        markup=piece.markup + moved(over, 0, lift),
        height=piece.height + 60,
        focus=(-30, lift),
        zoom=2.3,
    )


MAKERS: Final[dict[str, Maker]] = {
    "bowl": bowl,
    "carafe": carafe,
    "mug": mug,
    "plate": plate,
}
