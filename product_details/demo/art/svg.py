"""A sheet to draw on: collects definitions once, formats numbers the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .color import Rgb, to_hex

Point = tuple[float, float]
Value = str | float | None
Stop = tuple[float, Rgb, float]
"""Offset, colour, opacity."""


def num(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def points_path(points: Sequence[Point], *, close: bool = True) -> str:
    path = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points)
    return path + "Z" if close else path


def smooth_path(points: Sequence[Point], *, close: bool = False) -> str:
    """A Catmull-Rom curve through the points, as cubic Béziers."""
    count = len(points)
    last = count if close else count - 1

    def at(index: int) -> Point:
        return points[index % count] if close else points[min(max(index, 0), count - 1)]

    parts = [f"M{num(points[0][0])} {num(points[0][1])}"]
    for i in range(last):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = at(i - 1), at(i), at(i + 1), at(i + 2)
        parts.append(
            f"C{num(x1 + (x2 - x0) / 6)} {num(y1 + (y2 - y0) / 6)} "
            f"{num(x2 - (x3 - x1) / 6)} {num(y2 - (y3 - y1) / 6)} {num(x2)} {num(y2)}"
        )
    return "".join(parts) + ("Z" if close else "")


def ellipse_path(cx: float, cy: float, rx: float, ry: float) -> str:
    return (
        f"M{num(cx - rx)} {num(cy)}A{num(rx)} {num(ry)} 0 1 1 {num(cx + rx)} {num(cy)}"
        f"A{num(rx)} {num(ry)} 0 1 1 {num(cx - rx)} {num(cy)}Z"
    )


def attributes(values: Mapping[str, Value]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{num(value) if isinstance(value, (int, float)) else value}"'
        for name, value in values.items()
        if value is not None
    )


def element(name: str, content: str = "", /, **values: Value) -> str:
    return (
        f"<{name}{attributes(values)}>{content}</{name}>"
        if content
        else (f"<{name}{attributes(values)}/>")
    )


def path(data: str, fill: str, **values: Value) -> str:
    return element("path", d=data, fill=fill, **values)


def line(data: str, stroke: str, width: float, **values: Value) -> str:
    return element("path", d=data, fill="none", stroke=stroke, stroke_width=width, **values)


def ellipse(cx: float, cy: float, rx: float, ry: float, fill: str, **values: Value) -> str:
    return element("ellipse", cx=cx, cy=cy, rx=rx, ry=ry, fill=fill, **values)


def rect(x: float, y: float, width: float, height: float, fill: str, **values: Value) -> str:
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, **values)


def group(content: str, **values: Value) -> str:
    return f"<g{attributes(values)}>{content}</g>"


def moved(content: str, x: float, y: float, scale: float = 1) -> str:
    return group(content, transform=f"translate({num(x)} {num(y)}) scale({scale:.4f})")


class Sheet:
    """Definitions of one drawing; equal ones are written once."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}

    def _define(self, before: str, after: str) -> str:
        key = (before, after)
        if key not in self._ids:
            self._ids[key] = f"d{len(self._ids)}"
        return self._ids[key]

    def linear(
        self, stops: Iterable[Stop], a: Point, b: Point, *, transform: str | None = None
    ) -> str:
        where = attributes(
            {"x1": a[0], "y1": a[1], "x2": b[0], "y2": b[1], "gradientTransform": transform}
        )
        head = f'gradientUnits="userSpaceOnUse"{where}>{_stops(stops)}</linearGradient>'
        return f"url(#{self._define('linearGradient', head)})"

    def radial(
        self, stops: Iterable[Stop], centre: Point, radius: float, *, transform: str | None = None
    ) -> str:
        where = attributes(
            {"cx": centre[0], "cy": centre[1], "r": radius, "gradientTransform": transform}
        )
        head = f'gradientUnits="userSpaceOnUse"{where}>{_stops(stops)}</radialGradient>'
        return f"url(#{self._define('radialGradient', head)})"

    def clip(self, *paths: str) -> str:
        body = "".join(element("path", d=data) for data in paths)
        return f"url(#{self._define('clipPath', '>' + body + '</clipPath>')})"

    def pattern(self, width: float, height: float, body: str, *, transform: str = "") -> str:
        where = attributes(
            {"width": width, "height": height, "patternTransform": transform or None}
        )
        head = f'patternUnits="userSpaceOnUse"{where}>{body}</pattern>'
        return f"url(#{self._define('pattern', head)})"

    def blur(self, deviation: float) -> str:
        head = (
            'x="-30%" y="-30%" width="160%" height="160%">'
            f'<feGaussianBlur stdDeviation="{num(deviation)}"/></filter>'
        )
        return f"url(#{self._define('filter', head)})"

    def document(self, body: str, *, title: str, size: int, view: str | None = None) -> str:
        box = view or f"0 0 {size} {size}"
        _, _, wide, high = (float(part) for part in box.split())
        tall = round(size * high / wide)
        defs = "".join(
            f'<{name} id="{key}" {rest}'.replace(" >", ">", 1)
            for (name, rest), key in self._ids.items()
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{tall}" '
            f'viewBox="{box}" role="img"><title>{title}</title>'
            f"<defs>{defs}</defs>{body}</svg>"
        )


def _stops(stops: Iterable[Stop]) -> str:
    return "".join(
        f'<stop offset="{num(offset)}" stop-color="{to_hex(color)}"'
        + (f' stop-opacity="{num(alpha)}"/>' if alpha < 1 else "/>")
        for offset, color, alpha in stops
    )
