"""Product pictures drawn from a seed: the same SKU is the same picture on every machine."""

from __future__ import annotations

import random
from typing import Final, Literal, get_args
from xml.sax.saxutils import escape

from . import ceramics, furniture, lamps, stage, textiles
from .color import rgb
from .piece import Maker, Order, Piece
from .scene import Companion, Room, scene
from .svg import Sheet

__all__ = ["KINDS", "VIEWS", "View", "draw"]

View = Literal["front", "detail", "scene"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
_MAKERS: Final[dict[str, Maker]] = {**ceramics.MAKERS, **furniture.MAKERS, **lamps.MAKERS, **textiles.MAKERS}
_UNGLAZED: Final = ("#d8c9b4",)
KINDS: Final[tuple[str, ...]] = tuple(sorted(_MAKERS))


def draw(kind: str, *, seed: str, palette: tuple[str, ...], view: View) -> str:
    """A 1200 by 1200 SVG of one product.

    The first colour of the palette is the piece's main one, the second its accent; the rest tint
    details. Equal arguments give equal text.
    """
    if kind not in _MAKERS:
        message = f"{kind!r} cannot be drawn; kinds are {', '.join(KINDS)}"
        raise ValueError(message)
    if view not in VIEWS:
        message = f"{view!r} is not a view; views are {', '.join(VIEWS)}"
        raise ValueError(message)
    sheet = Sheet()
    order = Order(sheet, random.Random(f"{kind}:{seed}"), palette or _UNGLAZED, view == "detail")
    piece = _MAKERS[kind](order)
    body = _shown(order, piece, seed, view)
    return sheet.document(body, size=stage.SIZE, title=escape(f"{kind.replace('_', ' ')} {seed}"))


def _shown(order: Order, piece: Piece, seed: str, view: View) -> str:
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
