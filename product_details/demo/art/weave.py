"""Weaves as small see-through tiles of thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from .color import Rgb, luminance, mix, times, to_hex
from .svg import Sheet, Value, line, num, rect

Weave = Literal["plain", "twill", "herringbone", "waffle", "boucle"]
WEAVES: Final[dict[str, Weave]] = {
    "linen": "plain",
    "twill": "twill",
    "herringbone": "herringbone",
    "waffle": "waffle",
    "boucle": "boucle",
}


def weave(sheet: Sheet, kind: Weave, base: Rgb, size: float) -> str:
    """A see-through tile of threads: their dark gaps and lit backs."""
    return _TILES[kind](_Yarn(sheet, base, size))


class _Yarn:
    """What every tile is drawn with."""

    def __init__(self, sheet: Sheet, base: Rgb, size: float) -> None:
        self.sheet, self.size = sheet, size
        self.strong = 0.24 if luminance(base) < 0.12 else 0.32
        self.dark = to_hex(times(base, 0.35))
        self.pale = to_hex(mix(base, (1, 0.97, 0.92), 0.55))

    def gap(self, data: str, width: float, **more: Value) -> str:
        opacity = {"stroke_opacity": self.strong, **more}
        return line(data, self.dark, width, stroke_linecap="round", **opacity)

    def back(self, data: str, width: float, **more: Value) -> str:
        opacity = {"stroke_opacity": self.strong * 0.9, **more}
        return line(data, self.pale, width, stroke_linecap="round", **opacity)


def _plain(yarn: _Yarn) -> str:
    s = yarn.size
    half = num(s * 0.5)
    backs = f"M{num(s * 0.1)} {num(s * 0.25)}h{num(s * 0.3)}M{num(s * 0.6)} {num(s * 0.75)}"
    body = yarn.back(f"{backs}h{num(s * 0.3)}", s * 0.22)
    body += yarn.gap(f"M{half} 0v{half}M0 {half}v{half}M0 {half}h{half}M{half} 0h{half}", s * 0.1)
    return yarn.sheet.pattern(s, s, body)


def _twill(yarn: _Yarn) -> str:
    s = yarn.size
    low, high = num(s * 1.5), num(-s * 0.5)
    body = ""
    for shift in (-s, 0.0, s):
        body += yarn.gap(f"M{num(shift - s * 0.5)} {low}L{num(shift + s * 1.5)} {high}", s * 0.16)
        body += yarn.back(f"M{num(shift - s)} {low}L{num(shift + s)} {high}", s * 0.2)
    return yarn.sheet.pattern(s, s, body)


def _herringbone(yarn: _Yarn) -> str:
    s = yarn.size
    w = s * 4
    bones = "".join(
        f"M0 {num(s * i)}L{num(w / 2)} {num(s * i - w / 2)}L{num(w)} {num(s * i)}" for i in range(7)
    )
    below = f"translate(0 {num(s * 0.45)})"
    body = yarn.gap(bones, s * 0.22) + yarn.back(bones, s * 0.3, transform=below)
    return yarn.sheet.pattern(w, s, body)


def _waffle(yarn: _Yarn) -> str:
    w = yarn.size * 3
    body = "".join(
        rect(w * at, w * at, w * side, w * side, yarn.dark, fill_opacity=yarn.strong * deep)
        for at, side, deep in ((0.14, 0.72, 0.5), (0.29, 0.5, 0.6))
    )
    ridge = f"M{num(w * 0.06)} {num(w)}V{num(w * 0.06)}H{num(w)}"
    return yarn.sheet.pattern(w, w, body + yarn.back(ridge, w * 0.09))


def _boucle(yarn: _Yarn) -> str:
    """Loops of yarn at fixed odd places, so that the tile does not read as a grid."""
    s = yarn.size
    w = s * 7
    body = ""
    for i in range(34):
        r = s * (0.55 + 0.35 * ((i * 0.37) % 1))
        xs = _wrapped((i * 0.6180339) % 1 * w, w, 2 * r)
        ys = _wrapped((i * 0.7548777) % 1 * w, w, 2 * r)
        for x, y in ((x, y) for x in xs for y in ys):
            loop = f"M{num(x - r)} {num(y)}a{num(r)} {num(r)} 0 1 1 {num(r)} {num(r)}"
            up = f"translate({num(-s * 0.14)} {num(-s * 0.14)})"
            body += yarn.gap(loop, s * 0.42, stroke_opacity=yarn.strong * 0.55)
            body += yarn.back(loop, s * 0.30, stroke_opacity=yarn.strong, transform=up)
    return yarn.sheet.pattern(w, w, body)


def _wrapped(place: float, wide: float, margin: float) -> list[float]:
    """A place in the tile, and those beside it that reach in."""
    return [p for p in (place - wide, place, place + wide) if -margin < p < wide + margin]


_TILES: Final[dict[Weave, Callable[[_Yarn], str]]] = {
    "plain": _plain,
    "twill": _twill,
    "herringbone": _herringbone,
    "waffle": _waffle,
    "boucle": _boucle,
}
