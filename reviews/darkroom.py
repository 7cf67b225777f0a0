"""What happens to a photo between a shopper's phone and the shop's storage.

It is looked at by its content, whatever its name and declared type; turned upright, converted to
the colours of the web, and drawn anew, so that nothing of the uploaded file itself is ever served:
no place, no camera's number, no second file hidden behind the picture.
"""

import warnings
from io import BytesIO
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from .pictures import LARGE, THUMBNAIL, file_names, fit

UPLOAD_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF")
# What phones send. A picture of 30 million pixels takes 90 MB while it is looked at.
MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PIXELS: Final = 30_000_000
SHORTEST_SIDE: Final = 80
# A panorama is 4 to 1; more than that is a bar, not a picture.
MOST_ELONGATED: Final = 8
# Speed 8 takes 15 ms for a thumbnail; one thread each, since requests are threads already.
_AVIF: Final = {"quality": 60, "speed": 8, "max_threads": 1}
_THUMBNAIL_WEBP: Final = {"quality": 78, "method": 4}
_LARGE_WEBP: Final = {"quality": 80, "method": 2}


def develop(file: "File[bytes]") -> Image.Image:
    """The picture in a file, upright, opaque, at most as large as it is ever shown.

    Raises ValidationError with a sentence for who sent it.
    """
    if file.size > MOST_BYTES:
        most = MOST_BYTES >> 20
        raise ValidationError(
            _("The photo “%(name)s” is too large: %(most)d MB are the most."),
            params={"name": _named(file), "most": most},
        )
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures far smaller than those that it refuses, which we count
            # ourselves, and of each damaged tag that somebody sends.
            warnings.simplefilter("ignore")
            with Image.open(file, formats=UPLOAD_FORMATS) as original:
                _look_at_size(original.size, file)
                # JPEGs are decoded at a fraction of their size where that is enough.
                original.draft("RGB", (LARGE, LARGE))
                return _finished(original)
    except Image.DecompressionBombError as error:
        raise ValidationError(
            _("The photo “%(name)s” has far too many pixels: 30 million are the most."),
            params={"name": _named(file)},
        ) from error
    except ValidationError:
        raise
    except Exception as error:
        # Decoders of damaged files raise whatever they come to: AVIF's RuntimeError, tags of
        # another type than they claim struct.error and AttributeError.
        raise ValidationError(
            _("“%(name)s” cannot be read as a photo. JPEG, PNG, WebP and AVIF are possible."),
            params={"name": _named(file)},
        ) from error


def encode(image: Image.Image) -> tuple[bytes, ...]:
    """The contents of all files of a photo, in the order of their names."""
    small = image.resize(fit(image.size, THUMBNAIL), Image.Resampling.LANCZOS)
    return (
        _encoded(small, "AVIF", _AVIF),
        _encoded(small, "WEBP", _THUMBNAIL_WEBP),
        _encoded(image, "WEBP", _LARGE_WEBP),
    )


def store(storage: Storage, name: str, contents: tuple[bytes, ...]) -> None:
    """Write all files of a photo; either all are there or none."""
    try:
        for file, content in zip(file_names(name), contents, strict=True):
            storage.save(file, ContentFile(content))
    except OSError:
        delete(storage, name)
        raise


def delete(storage: Storage, name: str) -> None:
    """Delete the files of a photo; what is missing already does not matter."""
    for file in file_names(name):
        storage.delete(file)


def _look_at_size(size: tuple[int, int], file: "File[bytes]") -> None:
    width, height = size
    shown = {"name": _named(file), "width": width, "height": height}
    if width * height > MOST_PIXELS:
        raise ValidationError(
            _("The photo “%(name)s” has %(width)d × %(height)d pixels: 30 million are the most."),
            params=shown,
        )
    if min(size) < SHORTEST_SIDE or max(size) > MOST_ELONGATED * min(size):
        raise ValidationError(
            _("The photo “%(name)s” has %(width)d × %(height)d pixels: too small or too narrow."),
            params=shown,
        )


def _finished(original: Image.Image) -> Image.Image:
    image: Image.Image = ImageOps.exif_transpose(original)
    if profile := original.info.get("icc_profile"):
        image = _in_srgb(image, profile)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer)
    image = image.convert("RGB").resize(fit(image.size, LARGE), Image.Resampling.LANCZOS)
    # A new picture of the same pixels: what encoders would copy from the old one stays behind.
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    return clean


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode,
        )
    except (OSError, ImageCms.PyCMSError):
        return image  # A profile that cannot be read, or is for pictures of another kind.
    return image if converted is None else converted


def _encoded(image: Image.Image, format: str, options: dict[str, Any]) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def _named(file: "File[bytes]") -> str:
    """The name of an upload as its sender knows it, cut to a readable length."""
    return (file.name or "?")[-60:]
