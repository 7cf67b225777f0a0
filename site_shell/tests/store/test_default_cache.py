"""The cache that the shell has when nothing is configured."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

# Twice what the products of the demonstration need.
ENTRIES = 1_000


@pytest.fixture
def cache() -> Iterator[BaseCache]:
    cache = caches["default"]
    cache.clear()
    yield cache
    cache.clear()


def test_the_fragments_of_a_small_shop_stay_in_it(cache: BaseCache) -> None:
    cache.set_many({str(number): number for number in range(ENTRIES)})
    assert len(cache.get_many(str(number) for number in range(ENTRIES))) == ENTRIES
