"""Cache-Control and tags."""

import pytest
from fragment_contract import Cache, InvalidDeclaration, InvalidTag
from fragment_contract.caching import check_tags


@pytest.mark.parametrize(
    ("cache", "header", "negative"),
    [
        (
            Cache(max_age=60, stale_while_revalidate=600, stale_if_error=86_400),
            "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400",
            "public, max-age=10",
        ),
        (Cache(), "public, max-age=0", "public, max-age=10"),
        (Cache(max_age=5, negative_max_age=0), "public, max-age=5", "no-store"),
        (Cache.private(30), "private, max-age=30", "private, max-age=10"),
        (Cache.no_store(), "no-store", "no-store"),
    ],
)
def test_a_cache_policy_becomes_a_header(cache: Cache, header: str, negative: str) -> None:
    assert cache.header() == header
    assert cache.negative_header() == negative


@pytest.mark.parametrize("value", [-1, 1.5, "60"])
def test_ages_are_whole_seconds(value: int) -> None:
    with pytest.raises(InvalidDeclaration, match="max_age is whole seconds"):
        Cache(max_age=value)


def test_tags_are_kept_once_and_in_order() -> None:
    assert check_tags(["b", "a", "b"]) == ("b", "a")


@pytest.mark.parametrize("tag", ["", "A", "a b", "a,b", "a\n", "ü", "x" * 129])
def test_a_tag_that_cannot_travel_is_refused(tag: str) -> None:
    with pytest.raises(InvalidTag, match="a tag must match"):
        check_tags([tag])
