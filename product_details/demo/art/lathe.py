"""Round things: a profile turned about its axis, shaded ring by ring."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from .color import BLACK, Rgb, plus, times
from .light import WINDOW, Finish, Vector, lit
from .svg import Point, Sheet, Stop, ellipse, ellipse_path, num, path

Profile = Sequence[Point]
"""Radius and height above the floor, from the top down."""
Paint = Callable[[float], Rgb]
"""Colour at a share of the height: 0 at the foot, 1 at the top."""

_ANGLES: Final = tuple(math.radians(angle) for angle in (
    -90, -82, -70, -58, -47, -36, -24, -10, 8, 26, 44, 60, 73, 83, 90
))  # fmt: skip


def turned(points: Profile, *, step: float = 5.0) -> list[Point]:
    """A smooth profile through the points, in steps small enough for the eye.

    Centripetal Catmull-Rom: with points at uneven distances others overshoot, and a profile that
    comes back up would cover its own mouth.
    """
    result: list[Point] = []
    last = len(points) - 1
    for i in range(last):
        p1, p2 = points[i], points[i + 1]
        before = points[i - 1] if i else (2 * p1[0] - p2[0], 2 * p1[1] - p2[1])
        after = points[i + 2] if i + 2 <= last else (2 * p2[0] - p1[0], 2 * p2[1] - p1[1])
        count = max(2, int(math.dist(p1, p2) / step))
        result += [_between(before, p1, p2, after, j / count) for j in range(count)]
    result.append(points[last])
    return result


def _between(p0: Point, p1: Point, p2: Point, p3: Point, share: float) -> Point:
    t1 = math.sqrt(math.dist(p0, p1)) or 1.0
    t2 = t1 + (math.sqrt(math.dist(p1, p2)) or 1.0)
    t3 = t2 + (math.sqrt(math.dist(p2, p3)) or 1.0)
    t = t1 + (t2 - t1) * share
    a1, a2, a3 = (
        _lerp(p0, p1, t / t1),
        _lerp(p1, p2, (t - t1) / (t2 - t1)),
        (_lerp(p2, p3, (t - t2) / (t3 - t2))),
    )
    b1, b2 = _lerp(a1, a2, t / t2), _lerp(a2, a3, (t - t1) / (t3 - t1))
    radius, height = _lerp(b1, b2, (t - t1) / (t2 - t1))
    return max(radius, 0.0), height


def _lerp(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


@dataclass(frozen=True, slots=True)
class Lathe:
    """A turned body seen from a little above; `tilt` is how round its circles look."""

    sheet: Sheet
    profile: list[Point]
    tilt: float

    @property
    def rise(self) -> float:
        """What is left of a height when seen at this tilt."""
        return math.sqrt(1 - self.tilt**2)

    @property
    def top(self) -> float:
        return self.profile[0][1]

    @property
    def foot(self) -> float:
        return self.profile[-1][1]

    def at(self, share: float) -> Point:
        """Radius and page height at a share of the way from top (0) to foot (1)."""
        radius, height = self.profile[round(share * (len(self.profile) - 1))]
        return radius, -height * self.rise

    def radius_at(self, height: float) -> float:
        return min(self.profile, key=lambda point: abs(point[1] - height))[0]

    def lining(self, lip: float, depth: float) -> list[Point]:
        """The inside of a wall as thick as its lip, from the rim down to a depth."""
        heights = [self.top - depth * i / 8 for i in range(9)]
        return [(self.radius_at(height) - lip, height) for height in heights]

    def place(self, angle: float, height: float, *, lift: float = 0.0) -> Point:
        """The page point on the outside at an angle from the viewer and a height."""
        radius = self.radius_at(height) + lift
        return radius * math.sin(angle), -height * self.rise + self.tilt * radius * math.cos(angle)

    def silhouette(self) -> str:
        left = [(-radius, -height * self.rise) for radius, height in self.profile]
        right = [(radius, -height * self.rise) for radius, height in reversed(self.profile)]
        foot_radius = self.profile[-1][0]
        start = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in left)
        arc = (
            f"A{num(foot_radius)} {num(foot_radius * self.tilt)} 0 0 0 "
            f"{num(right[0][0])} {num(right[0][1])}"
        )
        rim = self.profile[0][0]
        back = "L" + "L".join(f"{num(x)} {num(y)}" for x, y in right)
        return (
            start
            + arc
            + back
            + f"A{num(rim)} {num(rim * self.tilt)} 0 0 0 {num(-rim)} "
            + (f"{num(left[0][1])}Z")
        )

    def outside(
        self,
        paint: Paint,
        finish: Finish,
        *,
        grounded: bool = True,
        lamp: Paint | None = None,
        hollow: bool = False,
    ) -> str:
        """The wall that faces the viewer, from the foot up so that higher rings cover lower.

        `lamp` is light that comes through the wall from inside. A `hollow` body keeps its mouth
        clear of the rings below; others get every ring whole that widens, for a round outline.
        """
        span = (self.top - self.foot) or 1.0
        rings: list[str] = []
        for upper, lower in zip(
            reversed(self.profile[:-1]), reversed(self.profile[1:]), strict=True
        ):
            normal = _ring_normal(upper, lower)
            share = (upper[1] - self.foot) / span
            sky = 1 - 0.42 * math.exp(-(upper[1] - self.foot) / 34) if grounded else 1.0
            glow = lamp(share) if lamp else BLACK
            stops = [
                ((math.sin(a) + 1) / 2, self._seen(paint(share), glow, normal, a, finish, sky), 1.0)
                for a in _ANGLES
            ]
            rings.append(self._ring(upper, lower, stops, 1.0 if hollow else 0.06))
        return "".join(rings)

    def _seen(
        self, base: Rgb, glow: Rgb, normal: Point, angle: float, finish: Finish, sky: float
    ) -> Rgb:
        color = lit(base, _around(normal, angle), finish, open_sky=sky)
        return plus(color, times(glow, 0.55 + 0.45 * math.cos(angle))) if glow != BLACK else color

    def _ring(self, upper: Point, lower: Point, stops: list[Stop], steep: float) -> str:
        wide = max(upper[0], lower[0], 0.5)
        fill = self.sheet.linear(stops, (-wide, 0), (wide, 0))
        (r1, h1), (r2, h2) = upper, lower
        if (r2 - r1) * self.tilt > (h1 - h2) * self.rise * steep:
            # Flat enough to show its far side too.
            return ellipse(0, -h2 * self.rise, r2, r2 * self.tilt, fill)
        return path(self._band(r1, -h1 * self.rise - 0.4, r2, -h2 * self.rise + 0.4), fill)

    def _band(self, r1: float, y1: float, r2: float, y2: float) -> str:
        return (
            f"M{num(-r1)} {num(y1)}A{num(r1)} {num(r1 * self.tilt)} 0 0 0 {num(r1)} {num(y1)}"
            f"L{num(r2)} {num(y2)}A{num(r2)} {num(r2 * self.tilt)} 0 0 1 {num(-r2)} {num(y2)}Z"
        )

    def inside(
        self,
        wall: Profile,
        paint: Paint,
        finish: Finish,
        *,
        closed: float = 1.0,
        by_radius: bool = False,
    ) -> str:
        """What one sees looking in, from the rim inward and down.

        `closed` is how much the walls keep light out. Draw it before the outside, which covers
        what the near wall hides. Flat things are painted `by_radius` instead of by height.
        """
        rim_height, floor = wall[0][1], wall[-1][1]
        depth = (rim_height - floor) or 1.0
        rings: list[str] = []
        for outer, inner in pairwise(wall):
            radial, down = _ring_normal(outer, inner)
            below = (rim_height - outer[1]) / depth
            sky = 1 - closed * (0.12 + 0.62 * below)
            share = outer[0] / wall[0][0] if by_radius else 1 - below
            stops = _across(paint(share), (-radial, -down), finish, sky)
            rings.append(self._annulus(outer, inner, stops))
        return "".join(rings)

    def _annulus(self, ring: Point, hole: Point, stops: list[Stop]) -> str:
        """A ring without its hole: pixels that are painted over cost time too."""
        radius, height = ring
        y = -height * self.rise
        along = math.atan2(WINDOW[2], WINDOW[0])
        dx, dy = math.cos(along), math.sin(along)
        fill = self.sheet.linear(
            stops,
            (radius * dx, radius * dy),
            (-radius * dx, -radius * dy),
            transform=f"translate(0 {num(y)}) scale(1 {num(self.tilt)})",
        )
        edge = ellipse_path(0, y, radius, radius * self.tilt)
        # The rings overlap by a pixel where they are narrowest, at their far and near sides.
        inner = hole[0] - 1.1 / self.tilt
        if inner > 2:
            edge += ellipse_path(0, -hole[1] * self.rise, inner, inner * self.tilt)
        return path(edge, fill, fill_rule="evenodd")


def _ring_normal(upper: Point, lower: Point) -> Point:
    """Outward and downward parts of a ring's normal."""
    along, down = lower[0] - upper[0], upper[1] - lower[1]
    length = math.hypot(along, down) or 1.0
    return down / length, -along / length


def _around(normal: Point, angle: float) -> Vector:
    return normal[0] * math.sin(angle), normal[1], normal[0] * math.cos(angle)


def _across(base: Rgb, normal: Point, finish: Finish, sky: float) -> list[Stop]:
    """Stops from the side near the window to the far side of a whole ring."""
    ground = math.hypot(WINDOW[0], WINDOW[2])
    toward = (WINDOW[0] / ground, WINDOW[2] / ground)
    stops: list[Stop] = []
    for i in range(9):
        t = 1 - i / 4
        n: Vector = (normal[0] * t * toward[0], normal[1], normal[0] * t * toward[1])
        stops.append((i / 8, lit(base, n, finish, open_sky=sky), 1.0))
    return stops
