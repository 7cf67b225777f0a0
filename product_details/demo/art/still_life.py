"""The picture on the front page: a table in the evening sun, with a few pieces of the shop.

python -m product_details.demo.art.still_life site_shell/static/site_shell/hero
"""

from __future__ import annotations

import random
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from . import lamps, scenery, tableware, vases
from .botany import Branch
from .color import rgb
from .piece import Maker, Order, Piece
from .stage import SIZE, glow
from .svg import Sheet, moved
from .wood import OAK

_MAKERS: Final[dict[str, Maker]] = {**lamps.MAKERS, **tableware.MAKERS, **vases.MAKERS}
_VIEW: Final = "0 222 1200 900"
_WIDTHS: Final = (800, 1600)
_GREEN: Final = rgb("#6d8250")
_BARK: Final = rgb("#6a5240")


def still_life() -> str:
    """The SVG, four by three."""
    sheet, dice = Sheet(), random.Random("evening")

    def made(kind: str, seed: str, *palette: str) -> Piece:
        return _MAKERS[kind](Order(sheet, random.Random(f"{kind}:{seed}"), palette))

    def put(piece: Piece, x: float, y: float, scale: float) -> str:
        return moved(piece.shadow, x, y, scale) + moved(piece.markup, x, y, scale)

    lamp = made("table_lamp", "hero-4", "#4f6d63", "#efe0c2")
    vase = made("vase", "hero-2", "#e8dfd0", "#b98a6a")
    branch = Branch.grown(dice, 400, stems=4, leaf=58)
    vase_top = 968 + (vase.mouth or 0) * 0.62 + 4
    parts = [
        scenery.wall(sheet, rgb("#dfb9a2")),
        scenery.sunlight(dice, 420, 170, scale=1.15),
        glow(sheet, 760, 560, 620, 0.34),
        scenery.table(sheet, dice, OAK, back=880, front=1096),
        put(vase, 330, 968, 0.62),
        moved(branch.drawn(_GREEN, _BARK), 330, vase_top),
        put(lamp, 760, 962, 0.80),
        put(made("bowl", "hero-1", "#2f4258", "#c9b48c"), 545, 1024, 0.44),
        put(made("candle_holder", "hero-5", "#c46f4b", "#8d4527"), 1010, 1010, 0.52),
        put(made("mug", "hero-7", "#ecd28c", "#c39a3d"), 130, 1030, 0.38),
    ]
    return sheet.document("".join(parts), size=SIZE, view=_VIEW, title="Lumen and Loam")


def main(folder: Path) -> None:
    """Write the picture in every size and format that the page asks for."""
    import resvg_py
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for width in _WIDTHS:
        png = resvg_py.svg_to_bytes(
            svg_string=still_life(), width=width, height=width * 3 // 4, skip_system_fonts=True
        )
        with Image.open(BytesIO(bytes(png))) as image:
            picture = image.convert("RGB")
        picture.save(folder / f"still-life-{width}.avif", quality=62, speed=2)
        picture.save(folder / f"still-life-{width}.webp", quality=80, method=6)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
