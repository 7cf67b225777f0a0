"""Colours as linear light, so that shading multiplies like real light does."""

from __future__ import annotations

from typing import Final

Rgb = tuple[float, float, float]
"""Linear red, green and blue; 1 is paper white, more is clipped softly."""

WHITE: Final[Rgb] = (1.0, 1.0, 1.0)
BLACK: Final[Rgb] = (0.0, 0.0, 0.0)


def _to_linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _to_srgb(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def rgb(text: str) -> Rgb:
    """`#rrggbb` or `#rgb` as linear light."""
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError as error:
        message = f"{text!r} is not a colour; write it as #rrggbb"
        raise ValueError(message) from error
    return _to_linear(red / 255), _to_linear(green / 255), _to_linear(blue / 255)


def _soft(value: float) -> float:
    """Roll off highlights above 0.85 instead of cutting them."""
    if value <= 0.85:
        return max(value, 0.0)
    over = value - 0.85
    return 0.85 + 0.15 * over / (over + 0.15)


def to_hex(color: Rgb) -> str:
    return "#" + "".join(f"{round(_to_srgb(_soft(part)) * 255):02x}" for part in color)


def mix(a: Rgb, b: Rgb, share: float) -> Rgb:
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def times(a: Rgb, b: Rgb | float) -> Rgb:
    other = b if isinstance(b, tuple) else (b, b, b)
    return a[0] * other[0], a[1] * other[1], a[2] * other[2]


def plus(a: Rgb, b: Rgb) -> Rgb:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def luminance(color: Rgb) -> float:
    return 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]
