"""A piece at home: on a table, on the floor, on a wall, over a table."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from . import scenery
from .botany import Branch
from .color import Rgb, luminance, mix, rgb, times
from .piece import Piece
from .stage import SIZE, glow
from .svg import Sheet, moved
from .wood import OAK, WALNUT

Companion = Callable[[str, str, tuple[str, ...]], Piece]
"""Another piece for company: its kind, its seed, its colours."""
_WALLS: Final = ("#e4d6c3", "#d3d6c6", "#cfd6d6", "#e6cfc0", "#dcd2c4", "#d9c6b0")
_DUSK: Final = ("#b9a793", "#a9ab9c", "#9fa9ad", "#bda193")
_GREEN: Final = rgb("#6f8352")
_BARK: Final = rgb("#6a5240")


@dataclass(frozen=True, slots=True)
class Room:
    """What a scene is put together from."""

    sheet: Sheet
    dice: random.Random
    piece: Piece
    palette: tuple[Rgb, ...]
    invite: Companion

    def wall_tone(self) -> Rgb:
        return rgb(self.dice.choice(_DUSK if self.piece.glow else _WALLS))

    def wood(self) -> Rgb:
        main = self.palette[0]
        return WALNUT if luminance(main) > 0.5 and self.dice.random() < 0.5 else OAK


def scene(room: Room) -> str:
    """The piece where it would stand, hang or lie."""
    match room.piece.stand:
        case "floor":
            return _on_floor(room)
        case "wall":
            return _on_wall(room)
        case "ceiling":
            return _over_table(room)
        case "flat":
            return _under_chair(room)
        case "surface":
            return _on_table(room)


def _backdrop(room: Room, tone: Rgb) -> str:
    dusk = room.piece.glow is not None
    sun = "" if dusk else scenery.sunlight(room.dice, room.dice.uniform(90, 330), 60, scale=1.05)
    return scenery.wall(room.sheet, tone, dusk=dusk) + sun


def _lamp_light(room: Room, x: float, y: float, scale: float) -> str:
    if room.piece.glow is None:
        return ""
    gx, gy = room.piece.glow
    return glow(room.sheet, x + gx * scale, y + gy * scale, 760, 0.50)


def _on_table(room: Room) -> str:
    piece = room.piece
    if piece.soft:
        return _on_bench(room)
    scale = min(640 / piece.width, 690 / piece.height, 1.1)
    x, y = room.dice.choice((520.0, 660.0)), min(985.0, 1086 - piece.drop * scale)
    parts = [_backdrop(room, room.wall_tone()), _lamp_light(room, x, y, scale)]
    parts.append(scenery.table(room.sheet, room.dice, room.wood(), back=872, front=1106))
    aside = SIZE - x + (70 if x > 600 else -70) * -1
    far = max(150.0, min(1050.0, aside + (190 if x < 600 else -190)))
    parts.append(_company(room, far, 936))
    parts.append(moved(piece.shadow, x, y, scale) + moved(piece.markup, x, y, scale))
    return "".join(parts)


def _on_bench(room: Room) -> str:
    """Soft things lean against the wall on a bench."""
    piece, x, y = room.piece, 560.0, 752.0
    scale = min(470 / piece.width, 470 / piece.height)
    bench = room.invite("bench", f"for-{room.dice.randrange(9)}", ("#c69c6d",))
    parts = [
        _backdrop(room, room.wall_tone()),
        scenery.picture(room.sheet, room.dice, room.palette, 800, 110, 270, 330),
        scenery.boards(room.sheet, room.dice, WALNUT, back=905),
        moved(bench.shadow, 560, 1050, 1.12) + moved(bench.markup, 560, 1050, 1.12),
        moved(piece.shadow, x, y, scale) + moved(piece.markup, x, y, scale),
    ]
    return "".join(parts)


def _company(room: Room, x: float, y: float) -> str:
    """Something beside the piece: a vase with a branch, or books with a bowl on them."""
    muted = ("#cfc3b0", "#8b7a66")
    if room.dice.random() < 0.6:
        jug = room.invite("vase", f"company-{room.dice.randrange(9)}", muted)
        scale = 330 / jug.height
        branch = Branch.grown(room.dice, 400, stems=3, leaf=46)
        leaves = moved(branch.drawn(_GREEN, _BARK), x, y + (jug.mouth or 0) * scale + 3)
        return moved(jug.shadow, x, y, scale) + moved(jug.markup, x, y, scale) + leaves
    stack = scenery.books(room.dice, 0, 0, (*room.palette, rgb("#8b7a66")))
    return moved(stack, x, y + 20, 1.25)


def _on_floor(room: Room) -> str:
    piece = room.piece
    scale = min(880 / piece.width, 780 / piece.height, 1.3)
    x, y = room.dice.choice((480.0, 700.0)), 1030.0
    tone, back = room.wall_tone(), 880.0
    frame_x = 760.0 if x < 600 else 140.0
    parts = [
        _backdrop(room, tone),
        scenery.picture(room.sheet, room.dice, room.palette, frame_x, 150, 290, 360),
        _lamp_light(room, x, y, scale),
        scenery.boards(room.sheet, room.dice, room.wood(), back=back),
    ]
    if room.dice.random() < 0.6:
        parts.append(_pot_plant(room, 950 if x < 600 else 250, 985))
    parts.append(moved(piece.shadow, x, y, scale) + moved(piece.markup, x, y, scale))
    return "".join(parts)


def _pot_plant(room: Room, x: float, y: float) -> str:
    pot = room.invite("planter", f"plant-{room.dice.randrange(9)}", ("#d8c9b4", "#a08763"))
    scale = 190 / pot.height
    plant = Branch.grown(room.dice, 430, stems=5, leaf=82)
    leaves = moved(plant.drawn(times(_GREEN, 0.8), _BARK), x, y + (pot.mouth or 0) * scale + 4)
    return moved(pot.shadow, x, y, scale) + moved(pot.markup, x, y, scale) + leaves


def _on_wall(room: Room) -> str:
    piece = room.piece
    scale = min(860 / piece.width, 700 / piece.height)
    y = 120 + piece.height * scale
    parts = [_backdrop(room, room.wall_tone())]
    if piece.width > 700:  # a throw: something to sit on goes below
        bench = room.invite("bench", "below", ("#c69c6d",))
        parts.append(scenery.boards(room.sheet, room.dice, OAK, back=1010))
        parts.append(moved(bench.shadow, 600, 1120, 0.95))
        parts.append(moved(piece.markup, 600, y - 60, scale * 0.84))
        parts.append(moved(bench.markup, 600, 1120, 0.95))
        return "".join(parts)
    parts.append(scenery.tiles(room.sheet, rgb("#dfe0d3"), top=620))
    parts.append(scenery.table(room.sheet, room.dice, OAK, back=1010, front=1130))
    parts.append(moved(piece.markup, 420, y, scale))
    cup = room.invite("mug", f"beside-{room.dice.randrange(9)}", ("#d8c9b4", "#8a5a3c"))
    parts.append(moved(cup.shadow, 860, 1066, 0.5) + moved(cup.markup, 860, 1066, 0.5))
    return "".join(parts)


def _over_table(room: Room) -> str:
    piece = room.piece
    scale = 0.80
    parts = [
        scenery.wall(room.sheet, room.wall_tone(), dusk=True),
        _lamp_light(room, 600, -60, scale),
    ]
    parts.append(scenery.table(room.sheet, room.dice, room.wood(), back=930, front=1120))
    light = mix(rgb("#ffd9a0"), (1, 1, 1), 0.2)
    pool = room.sheet.radial(
        [(0, light, 0.55), (0.6, light, 0.18), (1, light, 0)],
        (0, 0),
        1,
        transform="translate(600 1005) scale(520 95)",
    )
    parts.append(f'<ellipse cx="600" cy="1005" rx="520" ry="95" fill="{pool}"/>')
    bowl = room.invite("bowl", f"under-{room.dice.randrange(9)}", ("#d8c9b4", "#8a5a3c"))
    parts.append(moved(bowl.shadow, 600, 1030, 0.5) + moved(bowl.markup, 600, 1030, 0.5))
    parts.append(moved(piece.markup, 600, -60, scale))
    return "".join(parts)


def _under_chair(room: Room) -> str:
    piece = room.piece
    chair = room.invite("chair", f"on-{room.dice.randrange(9)}", ("#b98a5c", "#e4d6bd"))
    parts = [
        _backdrop(room, room.wall_tone()),
        scenery.boards(room.sheet, room.dice, OAK, back=560),
        moved(piece.shadow + piece.markup, 620, 1120, 0.98),
        moved(chair.shadow, 790, 800, 0.74) + moved(chair.markup, 790, 800, 0.74),
        _pot_plant(room, 150, 690),
    ]
    return "".join(parts)
