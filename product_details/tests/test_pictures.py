"""Photographs: what is accepted, what is made of it, and what is left behind when it goes."""

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from product_details import darkroom, pictures
from product_details.models import Photograph

from .factories import picture_file, vase

GPS = 0x8825
ORIENTATION = 0x0112
ROTATED = 6


def stored(name: str) -> Image.Image:
    """A picture out of the storage."""
    with default_storage.open(name) as file:
        return Image.open(BytesIO(file.read()))


@given(st.integers(1, 10_000))
def test_renditions_are_never_larger_than_the_original(width: int) -> None:
    widths = pictures.rendition_widths(width)
    assert list(widths) == sorted(set(widths))
    assert widths
    assert max(widths) <= width
    assert set(pictures.WIDTHS) >= set(widths) - {width}


def added(file: SimpleUploadedFile) -> Photograph:
    """A photograph that an editor has added."""
    photograph = Photograph(product=vase(ref="h5"), alt="A vase", image=file)
    photograph.save()
    return photograph


@pytest.mark.django_db
def test_every_width_is_written_in_both_formats_with_the_right_proportions() -> None:
    photograph = added(picture_file(size=(1600, 800)))
    for width in (400, 800, 1200):
        for format in pictures.FORMATS:
            image = stored(pictures.rendition_name(photograph.name, width, format))
            assert (image.format, image.size) == (format.upper(), (width, width // 2))


@pytest.mark.django_db
def test_what_pages_name_is_what_was_written() -> None:
    photograph = added(picture_file(size=(700, 900)))
    names = {
        part.split(" ")[0].removeprefix("/media/product_details/")
        for srcset in (photograph.picture.avif, photograph.picture.webp)
        for part in srcset.split(", ")
    }
    folder = photograph.name.removesuffix(".jpg")
    assert names == {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}


@pytest.mark.django_db
def test_a_rotated_photograph_is_turned_and_does_not_tell_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED
    exif[GPS] = {1: "N", 2: (51.0, 30.0, 0.0)}
    photograph = added(picture_file(size=(300, 200), exif=exif))
    assert (photograph.width, photograph.height) == (200, 300)
    name = photograph.name
    for file in (name, *pictures.rendition_names(name, 200)):
        image = stored(file)
        assert image.size == (200, 300)
        assert GPS not in image.getexif()


@pytest.mark.django_db
def test_transparency_becomes_white() -> None:
    file = picture_file("a.png", size=(50, 50), mode="RGBA", color=(255, 0, 0, 0), format="PNG")
    image = stored(added(file).name)
    assert image.convert("RGB").getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("format", darkroom.UPLOAD_FORMATS)
def test_common_formats_are_accepted(format: str) -> None:
    darkroom.validate_upload(picture_file(format=format))


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (picture_file(size=(599, 900)), "599 × 900 pixels; the shorter side"),
        (picture_file(size=(900, 900), format="GIF", mode="P", color=1), "Only pictures"),
        (ContentFile(b"<svg/>", name="a.svg"), "Only pictures"),
        (ContentFile(b"", name="a.jpg"), "Only pictures"),
        (picture_file(size=(7000, 6000), mode="1", color=0, format="PNG"), "40 million"),
    ],
    ids=["small", "gif", "svg", "empty", "huge"],
)
def test_what_would_make_no_good_picture_is_refused_with_the_reason(
    file: Any, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        darkroom.validate_upload(file)


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
def test_a_picture_that_breaks_off_is_refused(format: str) -> None:
    whole = picture_file(format=format).read()
    with pytest.raises(ValidationError, match=r"damaged|formats"):
        darkroom.validate_upload(ContentFile(whole[: len(whole) // 2], name=f"half.{format}"))


def test_a_picture_whose_decoder_gives_up_is_refused() -> None:
    whole = picture_file(format="avif").read()
    for content in (whole.replace(b"pitm", b"junk"), whole[:300] + b"\0" * (len(whole) - 300)):
        with pytest.raises(ValidationError, match=r"damaged|formats"):
            darkroom.validate_upload(ContentFile(content, name="gone.avif"))


def test_a_color_profile_that_cannot_be_read_is_ignored() -> None:
    buffer = BytesIO()
    Image.new("RGB", (700, 700), "teal").save(buffer, "JPEG", icc_profile=b"no profile" * 20)
    assert darkroom.develop(ContentFile(buffer.getvalue())).size == (700, 700)


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    file = ContentFile(b"", name="a.jpg")
    file.size = 21 * 1024 * 1024
    with pytest.raises(ValidationError, match="21 MB"):
        darkroom.validate_upload(file)


@pytest.mark.django_db(transaction=True)
def test_a_photograph_takes_its_files_with_it_when_it_is_replaced_or_deleted() -> None:
    photograph = Photograph(product=vase(), alt="A vase")
    photograph.image.save("Front view!.JPG", picture_file())
    first = photograph.name
    assert default_storage.exists(first)
    assert default_storage.exists(pictures.rendition_name(first, 800, "avif"))
    assert (photograph.width, photograph.height) == (900, 700)

    photograph.image = picture_file("front.jpg")
    photograph.save()
    second = photograph.name
    assert second != first
    assert not default_storage.exists(first)
    assert not default_storage.exists(pictures.rendition_name(first, 800, "avif"))

    photograph.delete()
    assert not default_storage.exists(second)
    assert not default_storage.exists(pictures.rendition_name(second, 400, "webp"))


@pytest.mark.django_db
def test_a_name_of_a_file_becomes_harmless() -> None:
    photograph = Photograph(product=vase(ref="h5"), alt="A vase")
    photograph.image = picture_file("../../Böse <Datei>.JPG")
    photograph.save()
    assert photograph.name.startswith("products/h5/bose-datei-")
    assert photograph.name.endswith(".jpg")
