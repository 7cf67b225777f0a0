"""The files of a photo: a thumbnail in AVIF and WebP, and one large picture in WebP.

Names follow from the photo's name alone, so rendering a page touches no file, whatever the
storage. What was uploaded is not kept: it may say where and with which camera it was taken.
"""

from dataclasses import dataclass
from typing import Final, Self

from django.core.files.storage import Storage

# Longest sides in pixels: a thumbnail is shown at 7 rem, twice that dense on most screens.
THUMBNAIL: Final = 240
LARGE: Final = 1_600
FILES: Final = ("thumb.avif", "thumb.webp", "large.webp")


@dataclass(frozen=True, slots=True)
class Picture:
    """What a template needs for one thumbnail that leads to the large picture."""

    avif: str
    webp: str
    large: str
    width: int
    height: int

    @classmethod
    def of(cls, storage: Storage, name: str, *, size: tuple[int, int]) -> Self:
        """Describe the files of a photo whose large picture has this size."""
        width, height = fit(size, THUMBNAIL)
        avif, webp, large = (storage.url(file) for file in file_names(name))
        return cls(avif, webp, large, width, height)


def file_names(name: str) -> tuple[str, ...]:
    """Return the storage names of all files of a photo.

    >>> file_names("h1001/1a2b")[0]
    'h1001/1a2b/thumb.avif'
    """
    return tuple(f"{name}/{file}" for file in FILES)


def fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Scale a size down, never up, so that its longer side has that many pixels.

    >>> fit((4000, 3000), 240), fit((100, 50), 240), fit((9000, 2), 240)
    ((240, 180), (100, 50), (240, 1))
    """
    width, height = size
    share = min(1.0, longest / max(size))
    return max(1, round(width * share)), max(1, round(height * share))
