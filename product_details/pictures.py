"""Photographs in the sizes and formats that browsers want: AVIF, with WebP for the rest.

Widths are few on purpose: each is a file to make, keep and cache. A rendition's name follows
from the original's name and width, so rendering a page touches no file, whatever the storage.
(django-pictures was tried: its widths follow from a grid and it offers no AVIF speed setting.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Literal, Self

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from PIL import Image, ImageCms, ImageOps

WIDTHS = (400, 800, 1200)
FALLBACK_WIDTH = 800
Format = Literal["avif", "webp"]
# AVIF at speed 9 costs 70 ms for the three widths on one core, speed 8 200 ms for 8 % fewer bytes,
# speed 6 more than twice that again. One thread each: the seed runs a process per core.
ENCODERS: dict[Format, dict[str, int]] = {
    "avif": {"quality": 60, "speed": 9, "max_threads": 1},
    "webp": {"quality": 78, "method": 2},
}
UPLOAD_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
SHORTEST_SIDE = 600
MOST_PIXELS = 40_000_000
MOST_BYTES = 20 * 1024 * 1024


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
        for format in ENCODERS:
            yield rendition_name(name, rendition_width, format)


def write_renditions(storage: Storage, name: str) -> None:
    """Write all renditions of a stored original. Position, camera and colour data stay behind."""
    with storage.open(name) as file, Image.open(file) as original:
        upright = _in_srgb(ImageOps.exif_transpose(original))
    for rendition, data in renditions(upright, name):
        if not storage.exists(rendition):  # names never change their content
            storage.save(rendition, ContentFile(data))


def renditions(image: Image.Image, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the storage name and the content of every rendition of an original."""
    for width in rendition_widths(image.width):
        height = max(1, round(image.height * width / image.width))
        resized = image.resize((width, height), Image.Resampling.LANCZOS)
        for format, options in ENCODERS.items():
            buffer = BytesIO()
            resized.save(buffer, format, **options)
            yield rendition_name(name, width, format), buffer.getvalue()


def delete(storage: Storage, name: str, width: int) -> None:
    """Delete an original and its renditions; what is missing already does not matter."""
    for file in (*rendition_names(name, width), name):
        storage.delete(file)


def validate_upload(file: "File[bytes]") -> None:
    """Refuse what would make a poor or dangerous picture, and say what would do."""
    if getattr(file, "_committed", False):
        return  # Looked at when it came; it may be far away now.
    if file.size > MOST_BYTES:
        raise ValidationError(f"The file has {file.size >> 20} MB; at most 20 MB are accepted.")
    file.seek(0)
    try:
        with Image.open(file, formats=UPLOAD_FORMATS) as image:
            width, height = image.size
    except (OSError, Image.DecompressionBombError) as error:
        raise ValidationError(
            f"Only pictures in the formats {', '.join(UPLOAD_FORMATS)} are accepted."
        ) from error
    file.seek(0)
    if width * height > MOST_PIXELS:
        raise ValidationError(
            f"The picture has {width} × {height} pixels; 40 million are the most."
        )
    if min(width, height) < SHORTEST_SIDE:
        raise ValidationError(
            f"The picture has {width} × {height} pixels; the shorter side needs at least"
            f" {SHORTEST_SIDE}, so that it is sharp on the product page."
        )


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert to the colours of the web, on white where the picture is transparent."""
    if profile := image.info.get("icc_profile"):
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = "RGBA" if image.has_transparency_data else "RGB"
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode=mode
        )
        image = image if converted is None else converted
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer)
    return image.convert("RGB")


def _srcset(storage: Storage, name: str, widths: tuple[int, ...], format: Format) -> str:
    return ", ".join(f"{storage.url(rendition_name(name, w, format))} {w}w" for w in widths)
