"""What every drawing is made from and what it yields."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from .color import Rgb, rgb
from .svg import Point, Sheet

Stand = Literal["surface", "floor", "wall", "ceiling"]


@dataclass(frozen=True, slots=True)
class Order:
    """What to draw: the sheet, the object's own dice and its colours."""

    sheet: Sheet
    dice: random.Random
    palette: tuple[str, ...]
    fine: bool
    """True for close views, where texture is drawn in full."""

    def color(self, index: int, otherwise: str = "#d8c9b4") -> Rgb:
        return rgb(self.palette[index] if index < len(self.palette) else otherwise)

    def between(self, low: float, high: float) -> float:
        return self.dice.uniform(low, high)


@dataclass(frozen=True, slots=True)
class Piece:
    """A drawn object: x 0 is its middle, y 0 the floor under its foot, up is negative."""

    markup: str
    width: float
    height: float
    shadow: str = ""
    """What it casts on whatever it stands on; drawn below it."""
    focus: Point = (0.0, 0.0)
    """What a close view looks at."""
    zoom: float = 2.3
    stand: Stand = "surface"
    glow: float = 0.0
    """How strongly it lights its surroundings."""
    palette: tuple[Rgb, ...] = field(default=())


Maker = Callable[[Order], Piece]
