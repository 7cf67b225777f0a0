"""The photos of a review or a draft: adding, describing, removing and handing them on."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_hex

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from PIL import Image

from . import darkroom
from .models import MOST_PHOTOS, Draft, Photo, Review


@dataclass(frozen=True)
class Exposure:
    """A photo that was sent and is good, but not stored."""

    image: Image.Image = field(repr=False)
    alt: str = ""

    @cached_property
    def digest(self) -> str:
        """The same for the same picture, whatever the file around it says."""
        size = repr(self.image.size).encode()
        return hashlib.sha256(size + self.image.tobytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a form does to the photos that its author has already, by their numbers."""

    alts: Mapping[int, str] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()

    def touch(self, photo: Photo) -> bool:
        """Whether this photo would be other than it is."""
        return photo.pk in self.removed or self.alts.get(photo.pk, photo.alt) != photo.alt


def of_author(product: str, subject: str) -> QuerySet[Photo]:
    """All photos that somebody sent of a product, in the review and in the draft."""
    return Photo.objects.filter(
        Q(review__product=product, review__subject=subject)
        | Q(draft__product=product, draft__subject=subject)
    )


def would_change(held: QuerySet[Photo], exposures: tuple[Exposure, ...], changes: Changes) -> bool:
    """Whether a form has anything to say about photos: one sent again is no new one."""
    known = {photo.digest for photo in held}
    return any(changes.touch(photo) for photo in held) or any(
        exposure.digest not in known for exposure in exposures
    )


@contextmanager
def printed(product: str, exposures: tuple[Exposure, ...]) -> Iterator[tuple[Photo, ...]]:
    """Photos with their files stored, unsaved; afterwards the files of those not saved are gone.

    Before the transaction, since encoding takes longer than a writer should keep others waiting.
    """
    prints: list[Photo] = []
    try:
        for exposure in exposures:
            name = f"{product}/{token_hex(16)}"
            darkroom.store(default_storage, name, darkroom.encode(exposure.image))
            width, height = exposure.image.size
            prints.append(
                Photo(
                    name=name,
                    width=width,
                    height=height,
                    alt=exposure.alt,
                    digest=exposure.digest,
                )
            )
        yield tuple(prints)
    finally:
        for name in _unsaved(prints):
            darkroom.delete(default_storage, name)


def arrange(
    owner: Review | Draft, held: QuerySet[Photo], prints: tuple[Photo, ...], changes: Changes
) -> None:
    """Give the owner the photos that its author has, as the form wants them, and the new ones.

    What a draft takes over from no review stays with the review: it may be shown already.
    """
    kept: list[Photo] = []
    for photo in held:
        if photo.pk in changes.removed:
            photo.delete()
            continue
        photo.alt = changes.alts.get(photo.pk, photo.alt)
        if isinstance(owner, Review):
            photo.review, photo.draft = owner, None
        photo.save()
        kept.append(photo)
    known = {photo.digest for photo in kept}
    # Each picture once, the first of equal ones.
    new = {made.digest: made for made in reversed(prints) if made.digest not in known}
    for made in [made for made in prints if made in new.values()][: MOST_PHOTOS - len(kept)]:
        if isinstance(owner, Review):
            made.review = owner
        else:
            made.draft = owner
        made.save()


def _unsaved(prints: list[Photo]) -> set[str]:
    names = {made.name for made in prints}
    if names:
        names -= set(Photo.objects.filter(name__in=names).values_list("name", flat=True))
    return names
