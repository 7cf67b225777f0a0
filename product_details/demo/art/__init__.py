"""Product pictures drawn from a seed: the same SKU is the same picture on every machine."""

from __future__ import annotations

import random
from typing import Final, Literal, get_args
from xml.sax.saxutils import escape

from . import furniture, hangings, lamps, stage, tableware, textiles, vases
from .color import rgb
from .piece import Maker, Order, Piece, Wish
from .scene import Companion, Room, scene
from .svg import Sheet

__all__ = ["KINDS", "VIEWS", "View", "draw"]

View = Literal["front", "detail", "scene"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
_MAKERS: Final[dict[str, Maker]] = {
    **furniture.MAKERS,
    **hangings.MAKERS,
    **lamps.MAKERS,
    **tableware.MAKERS,
    **textiles.MAKERS,
    **vases.MAKERS,
}
_UNGLAZED: Final = ("#d8c9b4",)
KINDS: Final[tuple[str, ...]] = tuple(sorted(_MAKERS))


def draw(kind: str, *, seed: str, palette: tuple[str, ...], view: str, style: str = "") -> str:
    """A 1200 by 1200 SVG of one product in one of the VIEWS.

    The first colour of the palette is the piece's main one, the second its accent; the rest tint
    details. Words in `style` ask for a shape or a finish ("moon ribbed", "drum"), where otherwise
    the seed decides. Equal arguments give equal text.
    """
    if kind not in _MAKERS:
        message = f"{kind!r} cannot be drawn; kinds are {', '.join(KINDS)}"
        raise ValueError(message)
    if view not in VIEWS:
        message = f"{view!r} is not a view; views are {', '.join(VIEWS)}"
        raise ValueError(message)
    sheet = Sheet()
    dice, wish = random.Random(f"{kind}:{seed}"), Wish(frozenset(style.split()))
    order = Order(sheet, dice, palette or _UNGLAZED, wish, fine=view == "detail")
    piece = _MAKERS[kind](order)
    wish.check(kind)
    body = _shown(order, piece, seed, view)
    return sheet.document(body, size=stage.SIZE, title=escape(f"{kind.replace('_', ' ')} {seed}"))


def _shown(order: Order, piece: Piece, seed: str, view: str) -> str:
    """The piece in its surroundings, which have dice of their own."""
    if view == "scene":
        colors = tuple(rgb(color) for color in order.palette)
        room = Room(order.sheet, random.Random(f"room:{seed}"), piece, colors, _companion(order))
        return scene(room)
    tone = stage.paper(random.Random(f"paper:{seed}"), rgb(order.palette[0]))
    show = stage.detail if view == "detail" else stage.front
    return show(order.sheet, piece, tone)


def _companion(order: Order) -> Companion:
    def invite(kind: str, seed: str, palette: tuple[str, ...]) -> Piece:
        return _MAKERS[kind](Order(order.sheet, random.Random(f"{kind}:{seed}"), palette))

    return invite
