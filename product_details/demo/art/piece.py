"""What every drawing is made from and what it yields."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from .color import Rgb, luminance, rgb
from .svg import Point, Sheet

T = TypeVar("T")
Stand = Literal["surface", "floor", "wall", "ceiling", "flat"]


@dataclass(slots=True)
class Wish:
    """Words that ask for one of several ways to make a piece, and all words that it knows."""

    words: frozenset[str]
    known: set[str] = field(default_factory=set)

    def check(self, kind: str) -> None:
        for word in sorted(self.words - self.known):
            message = f"no {kind} is {word!r}; styles are {', '.join(sorted(self.known))}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Order:
    """What to draw: the sheet, the object's own dice and its colours."""

    sheet: Sheet
    dice: random.Random
    palette: tuple[str, ...]
    wish: Wish = field(default_factory=lambda: Wish(frozenset()))
    fine: bool = False
    """True for close views, where texture is drawn in full."""

    def color(self, index: int, otherwise: str = "#d8c9b4") -> Rgb:
        return rgb(self.palette[index] if index < len(self.palette) else otherwise)

    def contrast(self) -> Rgb:
        """The further colour that stands out most from the main one."""
        main = luminance(self.color(0)) + 0.05
        others = [rgb(color) for color in self.palette[1:]] or [rgb("#efe6d4")]
        return max(others, key=lambda c: abs(math.log((luminance(c) + 0.05) / main)))

    def between(self, low: float, high: float) -> float:
        return self.dice.uniform(low, high)

    def choose(self, options: Mapping[str, T]) -> T:
        """The option that was wished for, or one that the dice pick.

        The dice are thrown either way, so that a wish changes nothing else. A name in brackets is
        a second chance for the dice and no word.
        """
        thrown = self.dice.choice(list(options))
        self.wish.known.update(name for name in options if not name.startswith("("))
        wished = [name for name in options if name in self.wish.words]
        return options[wished[0] if wished else thrown]


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
