"""Files as phones send them, and files that only pretend to be."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

# A tag of EXIF that says where a picture was taken, and one that says with what.
GPS, MODEL, ORIENTATION = 0x8825, 0x0110, 0x0112


def picture(size: tuple[int, int] = (640, 480), *, seed: int = 0) -> Image.Image:
    """A picture that is not of one colour only."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.putpixel((0, 0), (seed % 256, seed // 256 % 256, 77))
    return image


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    """A picture as a file."""
    buffer = BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def from_a_phone(size: tuple[int, int] = (640, 480), *, turned: bool = False) -> bytes:
    """A JPEG with the place, the camera and the way it was held."""
    exif = Image.Exif()
    exif[MODEL] = "Spyphone 12"
    if turned:
        exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (51.0, 30.0, 26.0)
    return encoded(picture(size), exif=exif)


def upload(content: bytes, name: str = "IMG_0001.jpg", kind: str = "image/jpeg") -> Any:
    """A file in a form."""
    return SimpleUploadedFile(name, content, content_type=kind)


def photograph(seed: int = 0) -> Any:
    """A good one."""
    return upload(encoded(picture(seed=seed), "PNG"), f"photo-{seed}.png", "image/png")
