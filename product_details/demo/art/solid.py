"""Straight-sided things in space: boards and turned legs, seen from a little above."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .color import Rgb, to_hex
from .light import Finish, Vector, lit, unit
from .svg import Point, Sheet, num, path, points_path
from .wood import grain

Spot = tuple[float, float, float]
"""Right, up and towards the viewer, before the camera turns."""
_ROUND: Final = (-90, -68, -45, -20, 8, 35, 60, 78, 90)


@dataclass(frozen=True, slots=True)
class Camera:
    """Parallel projection: `turn` about the vertical, `tilt` as for round things."""

    turn: float
    tilt: float

    @property
    def rise(self) -> float:
        return math.sqrt(1 - self.tilt**2)

    def rotated(self, spot: Spot) -> Spot:
        x, up, near = spot
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        return x * cos + near * sin, up, -x * sin + near * cos

    def see(self, spot: Spot) -> Point:
        x, up, near = self.rotated(spot)
        return x, -up * self.rise + near * self.tilt

    def near(self, spot: Spot) -> float:
        """Larger is closer to the viewer."""
        _, up, near = self.rotated(spot)
        return near * self.rise + up * self.tilt

    def shadow(self, spot: Spot) -> Point:
        """Where the point's shadow falls on the floor."""
        x, up, near = self.rotated(spot)
        return x + 0.62 * up, (near - 0.42 * up) * self.tilt

    def normal(self, spot: Spot) -> Vector:
        x, up, near = self.rotated(spot)
        return x, -up, near


@dataclass(frozen=True, slots=True)
class Part:
    """One solid of a piece of furniture, ready to be put in order and drawn."""

    depth: float
    markup: str
    shadow: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class Workshop:
    """Makes parts of one material."""

    sheet: Sheet
    camera: Camera
    dice: random.Random
    fine: bool = False

    def rod(self, a: Spot, b: Spot, ra: float, rb: float, color: Rgb, finish: Finish) -> Part:
        """A turned, tapering rod between two points."""
        camera = self.camera
        (x1, y1), (x2, y2) = camera.see(a), camera.see(b)
        length = math.hypot(x2 - x1, y2 - y1) or 1.0
        side = (-(y2 - y1) / length, (x2 - x1) / length)
        quad = _ribbon((x1, y1), (x2, y2), side, ra, rb)
        wide = max(ra, rb)
        stops = []
        for degrees in _ROUND:
            s, c = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
            normal = unit((side[0] * s, side[1] * s - 0.12, c))
            stops.append(((s + 1) / 2, lit(color, normal, finish), 1.0))
        fill = self.sheet.linear(
            stops,
            (x1 - side[0] * wide, y1 - side[1] * wide),
            (x1 + side[0] * wide, y1 + side[1] * wide),
        )

        def at(along: float, across: float) -> Point:
            radius = (ra + (rb - ra) * along) * (2 * across - 1)
            return (
                x1 + (x2 - x1) * along + side[0] * radius,
                y1 + (y2 - y1) * along + side[1] * radius,
            )

        veins = grain(self.dice, at, color, lines=3, width=1.2, fine=self.fine)
        middle = camera.near(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2))
        return Part(middle, path(quad, fill) + veins, (self._rod_shadow(a, b, ra, rb),))

    def _rod_shadow(self, a: Spot, b: Spot, ra: float, rb: float) -> tuple[Point, ...]:
        (x1, y1), (x2, y2) = self.camera.shadow(a), self.camera.shadow(b)
        length = math.hypot(x2 - x1, y2 - y1) or 1.0
        sx, sy = -(y2 - y1) / length * 0.8, (x2 - x1) / length * 0.8
        return (
            (x1 + sx * ra, y1 + sy * ra),
            (x2 + sx * rb, y2 + sy * rb),
            (x2 - sx * rb, y2 - sy * rb),
            (x1 - sx * ra, y1 - sy * ra),
        )

    def board(
        self,
        top: Sequence[Spot],
        thick: float,
        color: Rgb,
        finish: Finish,
        *,
        along: Spot = (1, 0, 0),
    ) -> Part:
        """A flat board: its outline (level, counted anticlockwise from above) and thickness."""
        camera = self.camera
        edges: list[str] = []
        for a, b in zip(top, [*top[1:], top[0]], strict=True):
            outward = unit((b[2] - a[2], 0.0, -(b[0] - a[0])))
            normal = camera.normal(outward)
            if normal[2] <= 0:
                continue
            low = [(b[0], b[1] - thick, b[2]), (a[0], a[1] - thick, a[2])]
            face = points_path([camera.see(a), camera.see(b), *map(camera.see, low)])
            shade = to_hex(lit(color, normal, finish, open_sky=0.82))
            edges.append(path(face, shade, stroke=shade, stroke_width=0.8))
        outline = [camera.see(spot) for spot in top]
        face_fill = self._face(outline, color, finish)
        veins = self._board_grain(top, color, along)
        edge_light = to_hex(lit(color, unit((-0.5, -0.8, 0.5)), finish))
        face = path(points_path(outline), face_fill, stroke=edge_light, stroke_width=1.4)
        middle = camera.near(_centre(top))
        cast = tuple(camera.shadow(spot) for spot in top)
        return Part(middle, "".join(edges) + face + veins, (cast,))

    def _face(self, outline: Sequence[Point], color: Rgb, finish: Finish) -> str:
        left, right = min(x for x, _ in outline), max(x for x, _ in outline)
        up: Vector = (0.0, -1.0, 0.0)
        base = lit(color, up, finish)
        return self.sheet.linear(
            [
                (0, lit(color, unit((-0.35, -1.0, 0.2)), finish), 1),
                (0.5, base, 1),
                (1, lit(color, unit((0.42, -1.0, 0.0)), finish), 1),
            ],
            (left, 0),
            (right, 0),
        )

    def _board_grain(self, top: Sequence[Spot], color: Rgb, along: Spot) -> str:
        """Grain on the upper face, kept inside outlines that bulge outward."""
        ax, _, az = along
        u = [p[0] * ax + p[2] * az for p in top]
        v = [-p[0] * az + p[2] * ax for p in top]
        height, camera = top[0][1], self.camera
        low, high = min(v), max(v)

        def at(share: float, across: float) -> Point:
            w = low + (high - low) * across
            start, end = _chord(u, v, w)
            d = start + (end - start) * (0.01 + 0.98 * share)
            return camera.see((d * ax - w * az, height, d * az + w * ax))

        count = max(6, int((high - low) / 11))
        return grain(self.dice, at, color, lines=count, width=1.8, fine=self.fine)


def rounded(x: float, z: float, wide: float, deep: float, corner: float, up: float) -> list[Spot]:
    """The outline of a level board with rounded corners, anticlockwise from above."""
    spots: list[Spot] = []
    for cx, cz, start in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
        for step in range(9):
            angle = math.radians(start + step * 11.25)
            spots.append(
                (
                    x + cx * (wide / 2 - corner) + corner * math.cos(angle),
                    up,
                    z + cz * (deep / 2 - corner) + corner * math.sin(angle),
                )
            )
    return spots


def _ribbon(a: Point, b: Point, side: Point, ra: float, rb: float) -> str:
    """A tapered band with round ends."""
    (x1, y1), (x2, y2), (sx, sy) = a, b, side
    return (
        f"M{num(x1 + sx * ra)} {num(y1 + sy * ra)}L{num(x2 + sx * rb)} {num(y2 + sy * rb)}"
        f"A{num(rb)} {num(rb * 0.5)} 0 0 0 {num(x2 - sx * rb)} {num(y2 - sy * rb)}"
        f"L{num(x1 - sx * ra)} {num(y1 - sy * ra)}"
        f"A{num(ra)} {num(ra * 0.5)} 0 0 0 {num(x1 + sx * ra)} {num(y1 + sy * ra)}Z"
    )


def _centre(spots: Sequence[Spot]) -> Spot:
    count = len(spots)
    return (
        sum(s[0] for s in spots) / count,
        sum(s[1] for s in spots) / count,
        sum(s[2] for s in spots) / count,
    )


def _chord(u: Sequence[float], v: Sequence[float], level: float) -> Point:
    """Where a line across a convex outline enters and leaves it."""
    hits: list[float] = []
    for i in range(len(u)):
        j = (i + 1) % len(u)
        if (v[i] - level) * (v[j] - level) <= 0 and v[i] != v[j]:
            hits.append(u[i] + (u[j] - u[i]) * (level - v[i]) / (v[j] - v[i]))
    return (min(hits), max(hits)) if hits else (0.0, 0.0)


def _clockwise(patch: Sequence[Point]) -> Sequence[Point]:
    """One winding for all patches, so that where they overlap no hole appears."""
    pairs = zip(patch, [*patch[1:], patch[0]], strict=True)
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)
    return patch if area > 0 else patch[::-1]


def assembled(parts: Sequence[Part]) -> str:
    """Far parts first."""
    return "".join(part.markup for part in sorted(parts, key=lambda part: part.depth))


def floor_shadow(sheet: Sheet, parts: Sequence[Part], *, strength: float = 0.30) -> str:
    """The parts' shadows as one soft patch; a fan of faint copies stands for a wide window."""
    umber = (0.042, 0.023, 0.013)
    fan, marks = 6, []
    fill = sheet.linear(
        [(0, umber, strength / fan), (1, umber, strength / fan * 0.7)], (-200, 0), (700, 0)
    )
    shape = "".join(points_path(_clockwise(patch)) for part in parts for patch in part.shadow)
    for i in range(fan):
        spread = 0.96 + 0.08 * i / (fan - 1)
        marks.append(
            path(shape, fill, transform=f"translate({i * 2 - 5} {3 - i}) scale({num(spread)} 1)")
        )
    return "".join(marks)
