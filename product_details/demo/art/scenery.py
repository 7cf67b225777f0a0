"""Parts of a room: walls, sun through a window, tables, boards, pictures, books."""

from __future__ import annotations

import random
from typing import Final

from .botany import Branch
from .color import Rgb, mix, rgb, times, to_hex
from .svg import Point, Sheet, group, line, moved, num, path, points_path, rect
from .wood import grain

SIZE: Final = 1200
_SUN: Final = rgb("#fff3da")
_UMBER: Final = rgb("#2e2018")
_WHITE: Final = rgb("#f3ece0")


def wall(sheet: Sheet, tone: Rgb, *, dusk: bool = False) -> str:
    """A limewashed wall; at dusk it waits for a lamp."""
    light = mix(tone, (1, 0.97, 0.92), 0.10 if dusk else 0.32)
    dark = times(tone, (0.58, 0.54, 0.52) if dusk else (0.80, 0.77, 0.75))
    fill = sheet.radial(
        [(0, light, 1), (0.5, times(tone, 0.86 if dusk else 1.0), 1), (1, dark, 1)],
        (0, 0),
        1,
        transform="translate(380 340) scale(1080 980)",
    )
    return rect(0, 0, SIZE, SIZE, fill)


def sunlight(dice: random.Random, x: float, y: float, *, scale: float = 1.0) -> str:
    """The window's panes on the wall, slanting down to the right, with leaves outside."""
    marks: list[str] = []
    wide, tall, gap, slant = 150 * scale, 190 * scale, 18 * scale, 0.34
    for column in range(2):
        for row in range(3):
            left = x + column * (wide + gap)
            top = y + row * (tall + gap)
            for soft in range(4):
                inset = soft * 3.0
                corners = [
                    _slanted(left + inset, top + inset, x, slant),
                    _slanted(left + wide - inset, top + inset, x, slant),
                    _slanted(left + wide - inset, top + tall - inset, x, slant),
                    _slanted(left + inset, top + tall - inset, x, slant),
                ]
                marks.append(path(points_path(corners), to_hex(_SUN), fill_opacity=0.085))
    branch = Branch.grown(dice, 420 * scale, stems=3, leaf=58 * scale)
    leaves = group(
        branch.shadow(0.16), transform=f"translate({num(x + 30)} {num(y + 640 * scale)}) rotate(24)"
    )
    return "".join(marks) + leaves


def _slanted(x: float, y: float, origin: float, slant: float) -> Point:
    return x + (y - 100) * slant * 0.35, y + (x - origin) * slant


def table(sheet: Sheet, dice: random.Random, wood: Rgb, *, back: float, front: float) -> str:
    """A table top from its far edge to its near one, and the edge itself."""
    light, dark = times(wood, 1.04), times(wood, 0.66)
    top = sheet.linear(
        [(0, times(wood, 0.80), 1), (0.35, light, 1), (1, mix(wood, dark, 0.25), 1)],
        (120, back),
        (420, front + 260),
    )

    def at(along: float, across: float) -> Point:
        deep = across**1.25
        return -60 + 1320 * along, back + (front - back) * deep

    edge = sheet.linear(
        [(0, times(wood, 0.95), 1), (0.12, times(wood, 0.62), 1), (1, times(wood, 0.46), 1)],
        (0, front),
        (0, front + 54),
    )
    under = sheet.linear([(0, _UMBER, 0.85), (1, _UMBER, 0.6)], (0, front), (0, SIZE))
    far = sheet.linear([(0, _UMBER, 0), (1, _UMBER, 0.22)], (0, back - 26), (0, back))
    return (
        rect(0, back - 26, SIZE, 26, far)
        + rect(0, back, SIZE, front - back, top)
        + grain(dice, at, wood, lines=34, width=2.2)
        + line(f"M0 {num(back)}H{SIZE}", to_hex(times(wood, 1.15)), 2, stroke_opacity=0.6)
        + rect(0, front, SIZE, SIZE - front, under)
        + rect(0, front, SIZE, 54, edge)
        + line(f"M0 {num(front)}H{SIZE}", to_hex(mix(wood, _WHITE, 0.35)), 2.4, stroke_opacity=0.7)
    )


def boards(sheet: Sheet, dice: random.Random, wood: Rgb, *, back: float) -> str:
    """A floor of boards running away from the viewer, with its skirting."""
    fill = sheet.linear(
        [(0, times(wood, 0.70), 1), (0.3, times(wood, 0.92), 1), (1, times(wood, 1.0), 1)],
        (0, back),
        (0, SIZE),
    )
    marks = [rect(0, back, SIZE, SIZE - back, fill)]
    count = 15
    for i in range(-4, count + 5):
        near, far = _board_edge(i, count, 1.0), _board_edge(i, count, 0.0)
        next_near, next_far = _board_edge(i + 1, count, 1.0), _board_edge(i + 1, count, 0.0)
        tint = dice.uniform(-0.10, 0.10)
        shade = "#fff1d8" if tint > 0 else "#1e120a"
        plank = points_path([(far, back), (next_far, back), (next_near, SIZE), (near, SIZE)])
        marks.append(path(plank, shade, fill_opacity=abs(tint) * 0.9))
        marks.append(
            line(
                f"M{num(far)} {num(back)}L{num(near)} {SIZE}",
                to_hex(times(wood, 0.34)),
                2.2,
                stroke_opacity=0.55,
            )
        )
        joint = dice.uniform(0.1, 0.95)
        y = back + (SIZE - back) * joint**1.6
        share = (y - back) / (SIZE - back)
        a, b = _board_edge(i, count, share), _board_edge(i + 1, count, share)
        marks.append(
            line(f"M{num(a)} {num(y)}H{num(b)}", to_hex(times(wood, 0.34)), 2, stroke_opacity=0.5)
        )
    return "".join(marks) + _skirting(sheet, back)


def _board_edge(index: int, count: int, near: float) -> float:
    far_wide, near_wide = SIZE / count, SIZE / count * 1.75
    wide = far_wide + (near_wide - far_wide) * near
    return SIZE / 2 + (index - count / 2) * wide


def _skirting(sheet: Sheet, back: float) -> str:
    fill = sheet.linear(
        [(0, times(_WHITE, 0.97), 1), (0.75, times(_WHITE, 0.86), 1), (1, times(_WHITE, 0.62), 1)],
        (0, back - 64),
        (0, back),
    )
    shade = sheet.linear([(0, _UMBER, 0.34), (1, _UMBER, 0)], (0, back), (0, back + 34))
    return (
        rect(0, back - 64, SIZE, 64, fill)
        + line(f"M0 {num(back - 64)}H{SIZE}", "#5a4736", 2, stroke_opacity=0.35)
        + line(f"M0 {num(back - 50)}H{SIZE}", "#5a4736", 1.4, stroke_opacity=0.18)
        + rect(0, back, SIZE, 34, shade)
    )


def picture(
    sheet: Sheet,
    dice: random.Random,
    colors: tuple[Rgb, ...],
    x: float,
    y: float,
    wide: float,
    tall: float,
) -> str:
    """A framed print: hills and a sun, in the piece's own colours."""
    frame = times(rgb("#b98d5c"), dice.choice((0.5, 1.0)))
    first, second = colors[0], colors[-1]
    shade = "".join(
        rect(x + 6 + k * 2.4, y + 8 + k * 3, wide, tall, "#2e2018", fill_opacity=0.045)
        for k in range(8)
    )
    paper = rect(x, y, wide, tall, to_hex(times(frame, 0.9))) + rect(
        x + 12, y + 12, wide - 24, tall - 24, to_hex(_WHITE)
    )
    inset = 46.0
    left, top = x + inset, y + inset
    inner, high = wide - 2 * inset, tall - 2 * inset
    sun = high * dice.uniform(0.26, 0.34)
    hills = "".join(
        path(
            f"M{num(left)} {num(top + high * (0.52 + 0.17 * i))}"
            f"q{num(inner * 0.25)} {num(-high * dice.uniform(0.08, 0.2))} {num(inner * 0.5)} 0"
            f"t{num(inner * 0.5)} 0V{num(top + high)}H{num(left)}Z",
            to_hex(mix(mix(first, second, i / 2), _WHITE, 0.42 - 0.2 * i)),
        )
        for i in range(3)
    )
    disc = f"M{num(left + inner * 0.62)} {num(top + sun - 34)}a34 34 0 1 0 .1 0Z"
    sky = rect(left, top, inner, high, to_hex(mix(_WHITE, first, 0.14)))
    edge = rect(x, y, wide, tall, "none", stroke=to_hex(times(frame, 1.25)), stroke_width=2)
    del sheet
    return shade + paper + sky + path(disc, to_hex(mix(rgb("#d9973a"), _WHITE, 0.2))) + hills + edge


def books(dice: random.Random, x: float, y: float, colors: tuple[Rgb, ...]) -> str:
    """A small lying stack."""
    marks: list[str] = []
    for i in range(3):
        tall, wide = dice.uniform(26, 40), dice.uniform(190, 240)
        left = x - wide / 2 + dice.uniform(-10, 10)
        color = mix(colors[i % len(colors)], rgb("#cdbfa8"), 0.35)
        y -= tall
        marks.append(rect(left, y, wide, tall, to_hex(times(color, 0.78)), rx=3))
        marks.append(rect(left, y, wide, tall * 0.28, to_hex(times(color, 0.98)), rx=3))
        marks.append(rect(left + wide - 30, y + 4, 26, tall - 8, to_hex(times(_WHITE, 0.86))))
        marks.append(
            line(f"M{num(left)} {num(y + tall)}h{num(wide)}", "#1e120a", 2.4, stroke_opacity=0.4)
        )
    return "".join(marks)


def tiles(sheet: Sheet, tone: Rgb, *, top: float) -> str:
    """Hand-made tiles on the lower wall of a kitchen."""
    side = 96.0
    joint, shine = to_hex(times(tone, 0.62)), to_hex(mix(tone, _WHITE, 0.7))
    body = line(f"M0 0H{num(side)}M0 0V{num(side)}", joint, 3, stroke_opacity=0.55)
    body += line(f"M4 {num(side - 6)}V5H{num(side - 6)}", shine, 3, stroke_opacity=0.45)
    fill = sheet.pattern(side, side, body)
    base = sheet.linear(
        [(0, times(tone, 1.02), 1), (1, times(tone, 0.84), 1)], (0, top), (900, SIZE)
    )
    return rect(0, top, SIZE, SIZE - top, base) + moved(rect(0, 0, SIZE, SIZE - top, fill), 0, top)
