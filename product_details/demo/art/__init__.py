"""Product pictures drawn from a seed: the same SKU is the same picture on every machine."""

from __future__ import annotations

import random
from typing import Final, Literal, get_args
from xml.sax.saxutils import escape

from . import ceramics, furniture, lamps, stage, textiles
from .color import rgb
from .piece import Maker, Order
from .svg import Sheet

__all__ = ["KINDS", "VIEWS", "View", "draw"]

View = Literal["front", "detail", "scene"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
_MAKERS: Final[dict[str, Maker]] = {**ceramics.MAKERS, **furniture.MAKERS, **lamps.MAKERS, **textiles.MAKERS}
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
    dice = random.Random(f"{kind}:{seed}")
    order = Order(sheet, dice, palette or ("#d8c9b4",), fine=view == "detail")
    piece = _MAKERS[kind](order)
    tone = stage.paper(random.Random(f"paper:{seed}"), rgb(order.palette[0]))
    body = stage.detail(sheet, piece, tone) if view == "detail" else stage.front(sheet, piece, tone)
    return sheet.document(body, size=stage.SIZE, title=escape(f"{kind.replace('_', ' ')} {seed}"))
