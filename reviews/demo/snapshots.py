"""Pictures as shoppers might take them, drawn by a program: few shapes, in many lights."""

from functools import cache
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from .. import darkroom

SIZE: Final = (720, 540)
SHAPES: Final = ("vessel", "bowl", "lamp", "cloth", "seat")
_OF_KIND: Final = {
    **dict.fromkeys(("vase", "planter", "carafe"), "vessel"),
    **dict.fromkeys(("bowl", "plate", "mug"), "bowl"),
    **dict.fromkeys(("lamp", "candle"), "lamp"),
    **dict.fromkeys(("cushion", "throw", "rug", "towel"), "cloth"),
    **dict.fromkeys(("chair", "stool", "bench", "table"), "seat"),
}
_WALLS: Final = ("#d8cfc0", "#c3cbc4", "#e3d5c8", "#b9b6ac", "#cfd6d8")
_TABLES: Final = ("#8a6a4a", "#6d5641", "#a98a66", "#5b5048")
_THINGS: Final = ("#a3583c", "#4f6a58", "#c9a15b", "#3f4a5c", "#e9e2d4", "#8b4a4a")
_ALTS: Final = {
    "vessel": "It stands on our table, in the morning light",
    "bowl": "On the kitchen table, before breakfast",
    "lamp": "In the corner of the living room, switched on",
    "cloth": "Folded at the end of the sofa",
    "seat": "By the window, where we use it every day",
}
_VARIANTS: Final = 3


def shape_of(kind: str) -> str:
    """Which of the shapes a kind of product is drawn as."""
    return _OF_KIND[kind]


def alt_of(kind: str) -> str:
    """What a picture of that kind shows."""
    return _ALTS[shape_of(kind)]


@cache
def files(shape: str, variant: int) -> tuple[bytes, ...]:
    """The contents of the files of a photo; there are few different ones."""
    return darkroom.encode(_drawn(shape, Random(f"{shape} {variant % _VARIANTS}")))


def _drawn(shape: str, random: Random) -> Image.Image:
    width, height = SIZE
    picture = Image.new("RGB", SIZE, random.choice(_WALLS))
    brush = ImageDraw.Draw(picture, "RGBA")
    edge = round(height * random.uniform(0.62, 0.72))
    left = random.randint(-200, 200)
    # Light through a window, the table, and a shadow of what stands on it.
    window = [(left + 120, 0), (left + 330, 0), (left + 520, edge), (left + 310, edge)]
    brush.polygon(window, (255, 250, 230, 90))
    brush.rectangle((0, edge, width, height), random.choice(_TABLES))
    middle = width // 2 + random.randint(-60, 60)
    foot = edge + 55
    brush.ellipse((middle - 190, foot - 28, middle + 210, foot + 30), (0, 0, 0, 80))
    _thing(brush, shape, (middle, foot), random.choice(_THINGS))
    # Phones are held by hands.
    picture = picture.rotate(random.uniform(-2.5, 2.5), Image.Resampling.BICUBIC, expand=False)
    inset = 24
    picture = picture.crop((inset, inset, width - inset, height - inset))
    grain = Image.effect_noise(picture.size, 28).convert("RGB")
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(0.8)), grain, 0.06)


def _thing(brush: ImageDraw.ImageDraw, shape: str, at: tuple[int, int], colour: str) -> None:
    x, y = at
    light = (255, 255, 255, 50)
    match shape:
        case "vessel":
            brush.rounded_rectangle((x - 90, y - 240, x + 90, y + 6), 70, colour)
            brush.rounded_rectangle((x - 42, y - 300, x + 42, y - 200), 16, colour)
            brush.rounded_rectangle((x - 66, y - 210, x - 40, y - 40), 13, light)
        case "bowl":
            brush.pieslice((x - 180, y - 300, x + 180, y + 20), 0, 180, colour)
            brush.ellipse((x - 180, y - 175, x + 180, y - 105), colour)
            brush.ellipse((x - 164, y - 166, x + 164, y - 114), (0, 0, 0, 60))
        case "lamp":
            brush.ellipse((x - 260, y - 420, x + 260, y - 40), (255, 224, 150, 60))
            brush.rectangle((x - 8, y - 220, x + 8, y), "#3b322b")
            brush.ellipse((x - 70, y - 18, x + 70, y + 14), "#3b322b")
            shade = [(x - 70, y - 340), (x + 70, y - 340), (x + 130, y - 200), (x - 130, y - 200)]
            brush.polygon(shade, "#f6e3b8")
        case "cloth":
            for fold in range(4):
                top = y - 50 - 46 * fold
                brush.rounded_rectangle((x - 190, top, x + 190, top + 52), 22, colour)
                brush.rectangle((x - 180, top + 44, x + 180, top + 50), (0, 0, 0, 50))
        case "seat":
            brush.rounded_rectangle((x - 150, y - 190, x + 150, y - 155), 12, colour)
            for leg in (-130, -60, 40, 110):
                brush.rectangle((x + leg, y - 160, x + leg + 20, y + 10), colour)
            brush.rectangle((x - 120, y - 80, x + 120, y - 66), (0, 0, 0, 70))
