"""What all thrown pots share: a wall, a mouth, a foot and the shadow under it."""

from __future__ import annotations

from .color import times, to_hex
from .glaze import Skin, flutes, sheen, speckle, throwing_lines
from .lathe import Lathe, Profile, turned
from .light import Finish
from .piece import Order, Piece
from .shadow import cast, contact
from .svg import ellipse, ellipse_path, path

_INNER = Finish(softness=0.5)


def wall(order: Order, body: Lathe, skin: Skin, *, hollow: bool = False) -> str:
    """The outside with all that was done to it."""
    markup = body.outside(skin.paint, skin.finish, hollow=hollow) + skin.seam(body)
    work = order.choose(
        {"smooth": "", "(smooth)": "", "thrown": "lines", "(thrown)": "lines", "ribbed": "flutes"}
    )
    markup += throwing_lines(order, body) if work else ""
    markup += flutes(order, body) if work == "flutes" else ""
    return markup + speckle(order, body, skin) + sheen(order, body, skin)


def narrow_mouth(body: Lathe, skin: Skin, lip: float) -> str:
    """A neck one cannot look far into."""
    rim, top = body.profile[0]
    y, hole = -top * body.rise, rim - lip
    dark, mid = times(skin.lining(0.5), 0.16), times(skin.lining(0.5), 0.46)
    fill = body.sheet.linear(
        [(0, dark, 1), (0.55, times(dark, 1.3), 1), (1, mid, 1)],
        (-hole, y - hole * body.tilt),
        (hole * 0.6, y + hole * body.tilt),
    )
    return ellipse(0, y, hole, hole * body.tilt, fill) + _lip(body, skin, lip)


def _lip(body: Lathe, skin: Skin, lip: float) -> str:
    """The rounded rim: bright where it faces the window, with a fine line on its inner edge."""
    rim, top = body.profile[0]
    y, hole = -top * body.rise, rim - lip
    base = skin.paint(1)
    bright, dim = times(base, 1.16), times(base, 0.72)
    fill = body.sheet.linear(
        [(0, bright, 1), (0.5, times(base, 0.96), 1), (1, dim, 1)], (-rim, y), (rim, y)
    )
    ring = ellipse_path(0, y, rim, rim * body.tilt) + ellipse_path(0, y + 1, hole, hole * body.tilt)
    edge = ellipse(
        0,
        y + 1,
        hole,
        hole * body.tilt,
        "none",
        stroke=to_hex(times(base, 0.42)),
        stroke_width=1.6,
        stroke_opacity=0.55,
    )
    return path(ring, fill, fill_rule="evenodd") + edge


def open_mouth(body: Lathe, skin: Skin, lip: float, curve: Profile, closed: float) -> str:
    """The inside of a bowl or cup; drawn before the wall, which hides its near part."""
    return body.inside(turned(curve, step=5), skin.lining, _INNER, closed=closed)


def piece_of(order: Order, body: Lathe, markup: str, *, focus: float, zoom: float = 2.3) -> Piece:
    """A pot on its foot, with its shadows."""
    wide, foot = max(radius for radius, _ in body.profile), body.profile[-1][0]
    shade = cast(order.sheet, body.silhouette(), body.top * body.rise)
    shade += contact(order.sheet, foot, foot * body.tilt + 10)
    radius, y = body.at(focus)
    return Piece(
        markup=markup,
        width=wide * 2,
        height=body.top * body.rise + body.profile[0][0] * body.tilt,
        drop=foot * body.tilt,
        mouth=-body.top * body.rise,
        shadow=shade,
        focus=(-radius * 0.25, y),
        zoom=zoom,
    )


def open_pot(
    order: Order,
    body: Lathe,
    skin: Skin,
    *,
    lip: float,
    curve: Profile,
    closed: float,
    focus: float,
    within: str = "",
) -> Piece:
    """A pot whose inside shows."""
    inner = open_mouth(body, skin, lip, curve, closed)
    return piece_of(
        order,
        body,
        inner + within + wall(order, body, skin, hollow=True) + _lip(body, skin, lip),
        focus=focus,
    )


def necked_pot(order: Order, body: Lathe, skin: Skin, *, lip: float, focus: float) -> Piece:
    """A pot whose mouth is dark."""
    markup = wall(order, body, skin) + narrow_mouth(body, skin, lip)
    return piece_of(order, body, markup, focus=focus)
