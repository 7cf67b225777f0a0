"""The demonstration's reviews: how many each product has, of which rating, state and age.

Everything follows from the product's reference, so every machine gets the same reviews.
"""

import math
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from ..models import BEST, Review
from .grammar import Writer, phrases
from .products import HOSTILE, KINDS, RIGHT_TO_LEFT
from .texts import Text, write

LATEST: Final = datetime(2026, 11, 15, 18, 0, tzinfo=UTC)
MOST: Final = 300
_EXPONENT: Final = 1.15
_WITHOUT_REVIEWS: Final = 5
# The share of each rating from 1 to 5 at a usual product, in percent: the J that shops see,
# since those who are delighted or angry write and the others do not.
_SHARES: Final = (8, 4, 8, 20, 60)


def demo_reviews() -> Iterator[Review]:
    """All reviews of the demonstration, unsaved and in a fixed order."""
    yield from _owned(_all())


def _all() -> Iterator[Review]:
    others = list(range(2, len(KINDS) + 1))
    Random("ranks").shuffle(others)
    for (product, kind), rank in zip(KINDS.items(), [1, *others], strict=True):
        yield from _written(product, kind, _count(rank))
    yield from _special()


def _owned(reviews: Iterator[Review]) -> Iterator[Review]:
    """Each by another account, of which the cart has nothing to say."""
    for number, review in enumerate(reviews, start=1):
        review.subject = f"user:demo-{number}"
        review.purchase_asked_at = review.created_at
        yield review


def _count(rank: int) -> int:
    """A power law: few products have most of the reviews, and the last have none."""
    if rank > len(KINDS) - _WITHOUT_REVIEWS:
        return 0
    return round(MOST * math.pow(rank, -_EXPONENT))


def _written(product: str, kind: str, count: int) -> Iterator[Review]:
    random = Random(product)
    writer = Writer(random, kind)
    shares = _shares(random)
    for _ in range(count):
        rating = random.choices(range(1, BEST + 1), shares)[0]
        text = write(writer, random, rating, kind)
        # Denser towards today, over about two and a half years.
        age = timedelta(days=900 * random.random() ** 1.8 + 0.4, minutes=random.randrange(1440))
        fresh = age < timedelta(days=12) and random.random() < 0.6
        state = Review.State.PENDING if fresh else Review.State.PUBLISHED
        yield _review(product, rating, text, age, state, verified=random.random() < 0.7)


def _shares(random: Random) -> list[float]:
    """A product's own J: some are loved, some have a flaw that more people meet."""
    bad = random.choice((0.3, 0.6, 1.0, 1.0, 1.6, 2.6))
    return [share * (bad if rating < 3 else 1.0) for rating, share in enumerate(_SHARES)]


def _special() -> Iterator[Review]:
    """The reviews that are given word for word: other languages, attacks, and spam."""
    random = Random("special")
    busy = sorted(KINDS)[: len(KINDS) // 2]
    for entry in phrases("languages")["review"]:
        is_rtl = unicodedata.bidirectional(entry["title"][0]) in ("R", "AL")
        product = entry.get("product") or (RIGHT_TO_LEFT if is_rtl else random.choice(busy))
        yield _given(entry, product, Review.State.PUBLISHED, random)
    for entry in phrases("hostile")["review"]:
        yield _given(entry, HOSTILE, Review.State.PUBLISHED, random)
        yield _given(entry, random.choice(busy), Review.State.PENDING, random)
    for entry in phrases("refused")["review"]:
        yield _given(entry, random.choice(busy), Review.State.REJECTED, random)


def _given(entry: dict[str, Any], product: str, state: Review.State, random: Random) -> Review:
    text = Text(entry["title"], entry["body"], entry["author"], entry.get("language", ""))
    days = 0.5 + 10 * random.random() if state == Review.State.PENDING else 500 * random.random()
    return _review(product, entry["rating"], text, timedelta(days=days), state, verified=False)


def _review(
    product: str, rating: int, text: Text, age: timedelta, state: Review.State, *, verified: bool
) -> Review:
    return Review(
        product=product,
        rating=rating,
        title=text.title,
        body=text.body,
        author=text.author,
        language=text.language,
        created_at=(LATEST - age).replace(microsecond=0),
        verified=verified,
        state=state,
        synthetic=True,
    )
