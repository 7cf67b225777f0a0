"""Photos with reviews: what is taken, what becomes of it, and what is refused."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.test import Client
from fragment_contract.testing import parse
from PIL import Image

from reviews import darkroom
from reviews.models import Draft, Photo, Review

from .factories import ReviewFactory
from .photographs import encoded, from_a_phone, photograph, picture, upload
from .shopper import HERE, Shopper

pytestmark = pytest.mark.django_db


def stored(settings: LazySettings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def opened(photo: Photo, file: str) -> Image.Image:
    with default_storage.open(f"{photo.name}/{file}") as content:
        return Image.open(BytesIO(content.read()))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_is_stored_small_in_two_formats_and_large(format: str) -> None:
    sent = upload(encoded(picture((2000, 1500)), format), "x", "application/octet-stream")
    assert (
        Shopper("user:1").sends(**{"photo-1": sent, "photo-1-alt": "On the table"}).status_code
        == 200
    )
    photo = Photo.objects.get()
    assert (photo.width, photo.height, photo.alt) == (1600, 1200, "On the table")
    assert opened(photo, "large.webp").size == (1600, 1200)
    for file, kind in (("thumb.avif", "AVIF"), ("thumb.webp", "WEBP")):
        small = opened(photo, file)
        assert (small.size, small.format) == ((240, 180), kind)


def test_nothing_of_the_uploaded_file_is_kept_but_the_picture(settings: LazySettings) -> None:
    evil = from_a_phone((800, 600)) + b"<script>alert(1)</script>PK\x03\x04"
    Shopper("user:1").sends(**{"photo-1": upload(evil, "../../etc/<b>.php")})
    photo = Photo.objects.get()
    assert len(stored(settings)) == 3
    for path in stored(settings):
        content = path.read_bytes()
        for secret in (b"Spyphone", b"<script", b"PK\x03\x04", b"Exif", b"GPS"):
            assert secret not in content
        assert path.suffix in (".avif", ".webp")
        assert not Image.open(BytesIO(content)).getexif()
    assert photo.name.startswith("h1001/") and "php" not in photo.name


def test_a_photo_stands_upright_as_it_was_taken() -> None:
    sent = upload(from_a_phone((800, 600), turned=True))
    Shopper("user:1").sends(**{"photo-1": sent})
    photo = Photo.objects.get()
    assert (photo.width, photo.height) == (600, 800)


def test_transparent_pixels_become_white() -> None:
    glass = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    Shopper("user:1").sends(**{"photo-1": upload(encoded(glass, "PNG"))})
    assert opened(Photo.objects.get(), "large.webp").getpixel((5, 5)) == (255, 255, 255)


def svg() -> bytes:
    return b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def bomb(side: int) -> bytes:
    """A small file of very many pixels."""
    return encoded(Image.new("1", (side, side)), "PNG")


def avif(*, without: bytes = b"", torn: bool = False) -> bytes:
    """One whose decoder finds out late that it is none."""
    content = encoded(picture(), "AVIF").replace(without or b"\0" * 99, b"junk")
    return content[:300] + b"\0" * (len(content) - 300) if torn else content


def lying() -> bytes:
    """A JPEG with a camera's name that claims to be a number."""
    tag = b"\x01\x10\x00"
    return from_a_phone(turned=True).replace(tag + b"\x02", tag + b"\x0b")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (avif(without=b"pitm"), "cannot be read as a photo"),
        (avif(torn=True), "cannot be read as a photo"),
        (lying(), "cannot be read as a photo"),
        (svg(), "cannot be read as a photo"),
        (b"GIF89a" + b"\0" * 400, "cannot be read as a photo"),
        (b"%PDF-1.7 not a picture", "cannot be read as a photo"),
        (b"<html><script>alert(1)</script>", "cannot be read as a photo"),
        (encoded(picture())[:900], "cannot be read as a photo"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "cannot be read as a photo"),
        (bomb(40_000), "far too many pixels"),
        (bomb(6_000), "6000 × 6000 pixels: 30 million are the most"),
        (encoded(picture((60, 60))), "too small or too narrow"),
        (encoded(picture((2000, 90))), "too small or too narrow"),
        (b"", "empty"),
    ],
    ids=[
        "item",
        "frame",
        "tag",
        "svg",
        "gif",
        "pdf",
        "html",
        "torn",
        "header",
        "bomb",
        "huge",
        "tiny",
        "bar",
        "empty",
    ],
)
def test_what_is_no_usable_photo_is_a_mistake_of_its_field(
    content: bytes, words: str, settings: LazySettings
) -> None:
    response = Shopper("user:1").sends(**{"photo-1": upload(content, "<b>evil</b>.jpg")})
    assert response.status_code == 422
    page = parse(response.content)
    (link,) = page.one(css="error-summary").all("a")
    assert link.attributes["href"] == "#review-photo-1"
    assert words in link.text
    assert page.by_id("review-photo-1").attributes["aria-invalid"] == "true"
    assert not Review.objects.exists() and not stored(settings)


def test_a_file_that_is_too_large_is_refused_before_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(darkroom, "MOST_BYTES", 1000)
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("it was looked at"))
    response = Shopper("user:1").sends(**{"photo-1": upload(b"x" * 1001)})
    assert "too large" in parse(response.content).one(css="error-summary").text


def test_a_mistake_elsewhere_loses_no_photo() -> None:
    ada = Shopper("user:1")
    response = ada.sends(title="", **{"photo-1": photograph(), "photo-1-alt": "Soup"})
    assert response.status_code == 422
    page = parse(response.content)
    photo = Photo.objects.get()
    assert photo.draft == Draft.objects.get()
    assert page.by_id(f"review-alt-{photo.pk}").attributes["value"] == "Soup"
    assert page.one("img").attributes["alt"] == "Soup"
    response = ada.sends(**{f"alt-{photo.pk}": "Tomato soup"})
    assert response.status_code == 200
    photo.refresh_from_db()
    assert (photo.review, photo.alt) == (Review.objects.get(), "Tomato soup")
    assert not Draft.objects.exists()


def test_one_bad_photo_leaves_the_good_ones_with_the_form() -> None:
    response = Shopper("user:1").sends(**{"photo-1": photograph(), "photo-2": upload(b"bad")})
    page = parse(response.content)
    assert "cannot be read" in page.one(css="error-summary").text
    assert Photo.objects.count() == 1
    assert len(page.all("img")) == 1


def test_three_photos_are_the_most_and_no_more_are_offered() -> None:
    ada = Shopper("user:1")
    ada.sends(**{f"photo-{n}": photograph(n) for n in (1, 2, 3)})
    assert Photo.objects.count() == 3
    response = ada.sends(revision="1", **{"photo-1": photograph(4)})
    assert response.status_code == 422
    assert "3 photos at most" in parse(response.content).text
    assert Photo.objects.count() == 3


def test_the_same_photo_twice_is_one(settings: LazySettings) -> None:
    ada = Shopper("user:1")
    ada.sends(**{"photo-1": photograph(), "photo-2": photograph()})
    assert (Photo.objects.count(), len(stored(settings))) == (1, 3)
    # A retry of the whole form finds the review there, and its photo.
    assert ada.sends(**{"photo-1": photograph()}).status_code == 200
    assert (Review.objects.get().revision, len(stored(settings))) == (1, 3)


def test_the_author_describes_and_removes_photos(
    settings: LazySettings, django_capture_on_commit_callbacks: Any
) -> None:
    ada = Shopper("user:1")
    ada.sends(**{"photo-1": photograph(1), "photo-2": photograph(2)})
    first, second = Photo.objects.all()
    with django_capture_on_commit_callbacks(execute=True):
        ada.sends(revision="1", **{f"alt-{first.pk}": "The first", f"remove-{second.pk}": "on"})
    assert [(p.pk, p.alt) for p in Photo.objects.all()] == [(first.pk, "The first")]
    assert len(stored(settings)) == 3
    assert Review.objects.get().revision == 2


def test_nobody_touches_the_photos_of_another() -> None:
    Shopper("user:1").sends(**{"photo-1": photograph()})
    photo = Photo.objects.get()
    Shopper("user:2").sends(**{f"remove-{photo.pk}": "on", f"alt-{photo.pk}": "Hers"})
    photo.refresh_from_db()
    assert (photo.alt, photo.review) == ("", Review.objects.get(subject="user:1"))


@pytest.mark.django_db(transaction=True)
def test_files_go_with_the_review(settings: LazySettings) -> None:
    ada = Shopper("user:1")
    ada.sends(**{"photo-1": photograph()})
    ada.acts("form", "withdraw", product="h1001", return_to=HERE)
    assert stored(settings) == []


@pytest.mark.django_db(transaction=True)
def test_a_storage_that_fails_leaves_neither_rows_nor_files(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = default_storage.save

    def failing(name: str, content: Any) -> str:
        if name.endswith("large.webp"):
            raise OSError("no space left")
        return str(save(name, content))

    monkeypatch.setattr(default_storage, "save", failing)
    with pytest.raises(OSError, match="no space left"):
        Shopper("user:1").sends(**{"photo-1": photograph()})
    assert not Review.objects.exists() and stored(settings) == []


def test_photos_are_seen_with_their_review_and_not_before(client: Client) -> None:
    Shopper("user:1").sends(**{"photo-1": photograph(), "photo-1-alt": "A <b>bowl</b>"})

    def shown() -> list[Any]:
        return parse(client.get("/fragments/list/?product=h1001").content).all("img")

    assert shown() == []
    Review.objects.update(state="published")
    (img,) = shown()
    assert img.attributes["alt"] == "A <b>bowl</b>"
    assert (img.attributes["width"], img.attributes["height"]) == ("240", "180")
    assert img.attributes["src"].startswith("/media/reviews/h1001/")
    assert img.attributes["loading"] == "lazy"


def test_a_photo_without_a_description_is_named_after_its_author(client: Client) -> None:
    Shopper("user:1").sends(author="Ada", **{"photo-1": photograph()})
    Review.objects.update(state="published")
    img = parse(client.get("/fragments/list/?product=h1001").content).one("img")
    assert img.attributes["alt"] == "Photo 1 by Ada"


def test_a_review_without_photos_shows_no_empty_list(client: Client) -> None:
    ReviewFactory.create()
    assert b"reviews-photos" not in client.get("/fragments/list/?product=h1001").content
