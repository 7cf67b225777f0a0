"""A seat of paper cord."""

from __future__ import annotations

from .color import mix, rgb, times, to_hex
from .light import CLOTH, lit
from .piece import Order
from .solid import Camera, rounded
from .svg import line, num, path, points_path


def woven_seat(order: Order, camera: Camera, wide: float, deep: float, up: float) -> str:
    """A seat of paper cord: four triangles of taut strands meeting in the middle."""
    cord = order.color(2, "#d8bf95")
    top = rounded(0, 0, wide * 0.9, deep * 0.88, 44, up + 3)
    fill = to_hex(lit(cord, (0.0, -1.0, 0.0), CLOTH))
    marks = [path(points_path([camera.see(spot) for spot in top]), fill)]
    dark, pale = to_hex(times(cord, 0.5)), to_hex(mix(cord, rgb("#fff6e4"), 0.5))
    count = 22
    for i in range(1, count):
        share = i / count
        w, d = wide * 0.44 * share, deep * 0.43 * share
        loop = [camera.see((x, up + 3, z)) for x, z in ((-w, d), (w, d), (w, -d), (-w, -d))]
        data = points_path(loop)
        marks.append(line(data, dark, 1.8, stroke_opacity=0.5, stroke_linejoin="round"))
        marks.append(
            line(
                data,
                pale,
                1.5,
                stroke_opacity=0.55,
                stroke_linejoin="round",
                transform="translate(-1 -2.4)",
            )
        )
    seam = [
        camera.see((sx * wide * 0.43, up + 3, sz * deep * 0.42))
        for sx, sz in ((-1, 1), (1, -1), (1, 1), (-1, -1))
    ]
    marks.append(
        line(
            f"M{num(seam[0][0])} {num(seam[0][1])}L{num(seam[1][0])} {num(seam[1][1])}"
            f"M{num(seam[2][0])} {num(seam[2][1])}L{num(seam[3][0])} {num(seam[3][1])}",
            dark,
            2.2,
            stroke_opacity=0.4,
        )
    )
    return "".join(marks)
