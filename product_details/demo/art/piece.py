"""What every drawing is made from and what it yields."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .color import Rgb, rgb
from .svg import Point, Sheet

Stand = Literal["surface", "floor", "wall", "ceiling", "flat"]


@dataclass(frozen=True, slots=True)
class Order:
    """What to draw: the sheet, the object's own dice and its colours."""

    sheet: Sheet
    dice: random.Random
    palette: tuple[str, ...]
    fine: bool = False
    """True for close views, where texture is drawn in full."""

    def color(self, index: int, otherwise: str = "#d8c9b4") -> Rgb:
        return rgb(self.palette[index] if index < len(self.palette) else otherwise)

    def between(self, low: float, high: float) -> float:
        return self.dice.uniform(low, high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A drawn object: x 0 is its middle, y 0 where it stands or hangs, up is negative."""

    markup: str
    width: float
    height: float
    drop: float = 0.0
    """How far it comes forward below y 0."""
    shadow: str = ""
    """What it casts on whatever it stands on; drawn below it."""
    focus: Point = (0.0, 0.0)
    """What a close view looks at."""
    zoom: float = 2.3
    stand: Stand = "surface"
    mouth: float | None = None
    """The page height of an opening that stems can stand in."""
    soft: bool = False
    """Leans on something instead of standing by itself."""
    glow: Point | None = None
    """Where a lamp shines from."""


Maker = Callable[[Order], Piece]
