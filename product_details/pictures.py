"""Photographs in the sizes and formats that browsers want: AVIF, with WebP for the rest.

Widths are few on purpose: each is a file to make, keep and cache. A rendition's name follows
from the original's name and width, so rendering a page touches no file, whatever the storage.
(django-pictures was tried: its widths follow from a grid and it offers no AVIF speed setting.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, Self, get_args

from django.core.files.storage import Storage

WIDTHS = (400, 800, 1200)
FALLBACK_WIDTH = 800
Format = Literal["avif", "webp"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a template needs for one ``<picture>``."""

    alt: str
    width: int
    height: int
    src: str
    smallest: str
    avif: str
    webp: str

    @classmethod
    def of(cls, storage: Storage, name: str, *, size: tuple[int, int], alt: str) -> Self:
        """Describe the renditions of an original of this size."""
        widths = rendition_widths(size[0])
        middle = max(width for width in widths if width <= max(FALLBACK_WIDTH, widths[0]))
        return cls(
            alt=alt,
            width=size[0],
            height=size[1],
            src=storage.url(rendition_name(name, middle, "webp")),
            smallest=storage.url(rendition_name(name, widths[0], "webp")),
            avif=_srcset(storage, name, widths, "avif"),
            webp=_srcset(storage, name, widths, "webp"),
        )


def rendition_widths(width: int) -> tuple[int, ...]:
    """Return the widths made of an original: never larger than it, and at least one.

    >>> rendition_widths(4000), rendition_widths(700), rendition_widths(90)
    ((400, 800, 1200), (400, 700), (90,))
    """
    smaller = tuple(w for w in WIDTHS if w < width)
    return smaller if len(smaller) == len(WIDTHS) else (*smaller, width)


def rendition_name(name: str, width: int, format: Format) -> str:
    """Return the storage name of a rendition.

    >>> rendition_name("products/h1001/front-1a2b.jpg", 400, "avif")
    'products/h1001/front-1a2b/400.avif'
    """
    return str(PurePosixPath(name).with_suffix("") / f"{width}.{format}")


def rendition_names(name: str, width: int) -> Iterator[str]:
    """Yield the storage names of all renditions of an original of this width."""
    for rendition_width in rendition_widths(width):
        for format in FORMATS:
            yield rendition_name(name, rendition_width, format)


def _srcset(storage: Storage, name: str, widths: tuple[int, ...], format: Format) -> str:
    return ", ".join(f"{storage.url(rendition_name(name, w, format))} {w}w" for w in widths)
