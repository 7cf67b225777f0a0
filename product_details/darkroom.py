"""What happens to a photograph between an editor's camera and the shop's storage.

It is checked, turned upright, converted to the colours of the web, stripped of what a camera
adds (such as the place), and stored in every size and format that pages use.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db.models import ImageField
from django.db.models.fields.files import ImageFieldFile
from PIL import Image, ImageCms, ImageOps

from .pictures import Format, rendition_name, rendition_names, rendition_widths

# AVIF at speed 9 costs 70 ms for the three widths on one core, speed 8 200 ms for 8 % fewer bytes,
# speed 6 more than twice that again. One thread each: the seed runs a process per core.
ENCODERS: dict[Format, dict[str, int]] = {
    "avif": {"quality": 60, "speed": 9, "max_threads": 1},
    "webp": {"quality": 78, "method": 2},
}
ORIGINAL_QUALITY = 92
UPLOAD_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
SHORTEST_SIDE = 600
MOST_PIXELS = 40_000_000
MOST_BYTES = 20 * 1024 * 1024


class PhotographFile(ImageFieldFile):
    """A stored photograph, always a JPEG with its renditions beside it."""

    def save(self, name: str, content: "File[bytes]", save: bool = True) -> None:
        """Store what the darkroom makes of the content."""
        developed = develop(content)
        buffer = BytesIO()
        developed.save(buffer, "JPEG", quality=ORIGINAL_QUALITY)
        # The content needs the name, too: without one Django takes it for no file at all.
        jpeg = ContentFile(buffer.getvalue(), name=str(PurePosixPath(name).with_suffix(".jpg")))
        super().save(str(jpeg.name), jpeg, save=False)
        for rendition, data in renditions(developed, str(self.name)):
            self.storage.save(rendition, ContentFile(data))
        if save:
            self.instance.save()


class PhotographField(ImageField):
    """An image field for files that come from cameras."""

    attr_class = PhotographFile


def develop(file: "File[bytes]") -> Image.Image:
    """Return a picture upright, in the colours of the web, on white where it is transparent."""
    file.seek(0)
    with Image.open(file, formats=UPLOAD_FORMATS) as original:
        image: Image.Image = ImageOps.exif_transpose(original)
    if profile := image.info.get("icc_profile"):
        image = _in_srgb(image, profile)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer)
    return image.convert("RGB")


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
    except Exception as error:
        # Decoders of damaged files raise whatever they come to, AVIF's RuntimeError.
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
    try:
        develop(file)
    except Exception as error:
        raise ValidationError("The picture is damaged; save or send it once more.") from error
    file.seek(0)


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
