"""Weaves as small see-through tiles of thread."""

from __future__ import annotations

from typing import Final, Literal

from .color import Rgb, luminance, mix, times, to_hex
from .svg import Sheet, element, line, num

Weave = Literal["plain", "twill", "herringbone", "waffle", "boucle"]
WEAVES: Final[tuple[Weave, ...]] = ("plain", "twill", "herringbone", "waffle", "boucle")


def weave(sheet: Sheet, kind: Weave, base: Rgb, size: float) -> str:
    """A see-through tile of threads: their dark gaps and lit backs."""
    strong = 0.24 if luminance(base) < 0.12 else 0.32
    dark, pale = to_hex(times(base, 0.35)), to_hex(mix(base, (1, 0.97, 0.92), 0.55))
    s = size
    gap = {"stroke_opacity": strong, "stroke_linecap": "round"}
    shine = {"stroke_opacity": strong * 0.9, "stroke_linecap": "round"}
    if kind == "plain":
        body = (
            line(f"M{num(s * .1)} {num(s * .25)}h{num(s * .3)}M{num(s * .6)} {num(s * .75)}"
                 f"h{num(s * .3)}", pale, s * 0.22, **shine)
            + line(f"M{num(s * .5)} 0v{num(s * .5)}M0 {num(s * .5)}v{num(s * .5)}", dark, s * 0.10,
                   **gap)
            + line(f"M0 {num(s * .5)}h{num(s * .5)}M{num(s * .5)} 0h{num(s * .5)}", dark, s * 0.10,
                   **gap)
        )  # fmt: skip
        return sheet.pattern(s, s, body)
    if kind == "twill":
        body = "".join(
            line(f"M{num(dx - s * .5)} {num(s * 1.5)}L{num(dx + s * 1.5)} {num(-s * .5)}", tone,
                 s * wide, **style)
            for dx in (-s, 0, s)
            for tone, wide, style in ((dark, 0.16, gap),)
        ) + "".join(
            line(f"M{num(dx)} {num(s * 1.5)}L{num(dx + s * 2)} {num(-s * .5)}", pale, s * 0.2,
                 **shine)
            for dx in (-2 * s, -s, 0)
        )  # fmt: skip
        return sheet.pattern(s, s, body)
    if kind == "herringbone":
        w = s * 4
        bones = "".join(f"M0 {num(y)}L{num(w / 2)} {num(y - w / 2)}L{num(w)} {num(y)}"
                        for y in (s * i for i in range(7)))  # fmt: skip
        body = line(bones, dark, s * 0.22, **gap) + line(
            bones, pale, s * 0.3, transform=f"translate(0 {num(s * .45)})", **shine
        )
        return sheet.pattern(w, s * 1, body)
    if kind == "waffle":
        w = s * 3
        body = element("rect", x=w * 0.14, y=w * 0.14, width=w * 0.72, height=w * 0.72, fill=dark,
                       fill_opacity=strong * 0.5)  # fmt: skip
        body += element("rect", x=w * 0.28, y=w * 0.3, width=w * 0.5, height=w * 0.5, fill=dark,
                        fill_opacity=strong * 0.6)  # fmt: skip
        body += line(f"M{num(w * .06)} {num(w)}V{num(w * .06)}H{num(w)}", pale, w * 0.09, **shine)
        return sheet.pattern(w, w, body)
    return _boucle(sheet, dark, pale, s, strong)


def _boucle(sheet: Sheet, dark: str, pale: str, s: float, strong: float) -> str:
    """Loops of yarn at fixed odd places, so that the tile does not read as a grid."""
    w = s * 7
    body = ""
    for i in range(34):
        x, y = (i * 0.6180339) % 1 * w, (i * 0.7548777) % 1 * w
        r = s * (0.55 + 0.35 * ((i * 0.37) % 1))
        for ox in (-w, 0, w):
            for oy in (-w, 0, w):
                if -r * 2 < x + ox < w + r * 2 and -r * 2 < y + oy < w + r * 2:
                    loop = f"M{num(x + ox - r)} {num(y + oy)}a{num(r)} {num(r)} 0 1 1 {num(r)} {num(r)}"
                    body += line(loop, dark, s * 0.42, stroke_opacity=strong * 0.55)
                    body += line(loop, pale, s * 0.30, stroke_opacity=strong,
                                 transform=f"translate({num(-s * .14)} {num(-s * .14)})")
    return sheet.pattern(w, w, body)
