"""Which made-up visitor saved what: few save much, and a few products are saved by many."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from ..models import Bookmark

VISITORS: Final = 60
PRODUCTS: Final = 60
# Synthetic on purpose: the catalogue's own names are the catalogue's.
_FIRST: Final = 1001
_BEGINNING: Final = datetime(2026, 9, 1, 9, tzinfo=UTC)


def demo_lists() -> Iterator[tuple[str, list[Bookmark]]]:
    """Subjects and what each of them saved; the shopper is filled in by who writes them."""
    chance = random.Random(20_261_121)
    for number in range(1, VISITORS + 1):
        many = min(12, 1 + int(chance.expovariate(0.4)))
        places = {int(PRODUCTS * chance.random() ** 2) for _ in range(many)}
        yield (
            f"anon:demo-{number:03}",
            [
                Bookmark(
                    ref=f"h{_FIRST + place}",
                    name=f"Product h{_FIRST + place}",
                    saved_at=_BEGINNING + timedelta(minutes=chance.randrange(100_000)),
                )
                for place in sorted(places)
            ],
        )
