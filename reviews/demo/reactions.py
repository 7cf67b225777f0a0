"""What happened to the demonstration's reviews: votes, answers, photos and reports.

Like the reviews themselves it follows from the product's reference, and so is the same everywhere
but for the names of files.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from random import Random
from secrets import token_hex
from typing import Final

from django.core.files.storage import default_storage

from .. import darkroom
from ..models import Photo, Report, Review, Vote
from . import snapshots
from .grammar import phrases
from .plan import LATEST
from .products import HOSTILE, KINDS

_ANSWERED: Final = {1: 0.4, 2: 0.35, 3: 0.1, 4: 0.02, 5: 0.02}
# What the shop answers in.
_SPOKEN: Final = ("en", "de")
_PHOTOGRAPHED: Final = 0.12
# Of one product, so that more than the most popular one has some.
_MOST_PHOTOGRAPHED: Final = 4
_VOTERS: Final = 400


def answer(reviews: Iterable[Review]) -> None:
    """Let the shop answer some of them, mostly those who are not happy."""
    random = Random("answers")
    for review in reviews:
        if review.language not in _SPOKEN or random.random() >= _ANSWERED[review.rating]:
            continue
        mood = "good" if review.rating > 3 else "poor"
        words: Sequence[str] = phrases("answers")[review.language][mood]
        review.answer = random.choice(words).format(name=review.author.split()[0])
        after = timedelta(hours=random.randint(5, 90))
        review.answered_at = min(review.created_at + after, LATEST)


def count_votes(reviews: Iterable[Review]) -> None:
    """Decide how many find each helpful: a few many, most nobody."""
    random = Random("votes")
    for review in reviews:
        if review.state != Review.State.PUBLISHED:
            continue
        weight = min(1.0, len(review.body) / 300) * (1.4 if review.rating < 3 else 1.0)
        review.helpful = min(60, int(random.paretovariate(1.1) * weight))


def votes(reviews: Iterable[Review]) -> Iterator[Vote]:
    """The votes that were counted, each of another shopper."""
    random = Random("voters")
    for review in reviews:
        for number in random.sample(range(_VOTERS), review.helpful):
            yield Vote(review=review, subject=f"user:demo-{number}", created_at=review.created_at)


def photos(reviews: Iterable[Review]) -> Iterator[Photo]:
    """Photos, with their files in the storage."""
    random = Random("photos")
    shown = [r for r in reviews if r.language == "en" and r.product != HOSTILE]
    left = Counter(dict.fromkeys(KINDS, _MOST_PHOTOGRAPHED))
    for review in shown:
        if random.random() >= _PHOTOGRAPHED or not left[review.product]:
            continue
        left[review.product] -= 1
        kind = KINDS[review.product]
        for number in range(random.choice((1, 1, 1, 2))):
            contents = snapshots.files(snapshots.shape_of(kind), random.randrange(9))
            name = f"{review.product}/{token_hex(16)}"
            darkroom.store(default_storage, name, contents)
            yield Photo(
                review=review,
                name=name,
                width=snapshots.SIZE[0] - 48,
                height=snapshots.SIZE[1] - 48,
                digest=hashlib.sha256(f"{name} {number}".encode()).hexdigest(),
                alt=snapshots.alt_of(kind) if number == 0 else "",
            )


def reports(reviews: Iterable[Review]) -> Iterator[Report]:
    """Reports that await a moderator, and some that are decided."""
    random = Random("reports")
    published = [r for r in reviews if r.state == Review.State.PUBLISHED]
    known: Sequence[dict[str, str]] = phrases("reports")["report"]
    for entry, review in zip(known, random.sample(published, len(known)), strict=True):
        yield Report(
            review=review,
            subject=f"anon:demo-{random.randrange(_VOTERS)}",
            reason=entry["reason"],
            note=entry["note"],
            state=entry["state"],
            created_at=LATEST - timedelta(hours=random.randint(1, 200)),
        )
