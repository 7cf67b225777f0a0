"""Cache-Control as a shared cache reads it; in doubt, less is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.policy import MAX_SECONDS, CachePolicy, parse_cache_control

names = st.sampled_from(
    ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error", "private", "no-store"]
)
soup = st.lists(
    st.sampled_from(["max-age", "s-maxage", "private", "=", ",", ";", '"', "\\", " ", "60", "-1"]),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("value", "policy"),
    [
        (
            "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400",
            CachePolicy(60, 600, 86_400),
        ),
        ("max-age=60, s-maxage=5", CachePolicy(5)),
        ("s-maxage=5, stale-while-revalidate=9, max-age=60", CachePolicy(5, 9)),
        ("MAX-AGE=60,Stale-If-Error=9", CachePolicy(60, 0, 9)),
        ('max-age="60"', CachePolicy(60)),
        ("  max-age=60 ,, ,x-new=1, y", CachePolicy(60)),
        ('x="a, max-age=9", max-age=60', CachePolicy(60)),
        (r'x="\", max-age=9", max-age=60', CachePolicy(60)),
        ("private, max-age=60", CachePolicy(60, private=True)),
        ('private="set-cookie", max-age=60', CachePolicy(60, private=True)),
        ("no-store", CachePolicy(no_store=True)),
        ("no-cache, max-age=60, stale-if-error=9", CachePolicy()),
        ('no-cache="a", max-age=60', CachePolicy()),
        ("max-age=60, must-revalidate, stale-while-revalidate=9", CachePolicy(60)),
        ("max-age=60, proxy-revalidate, stale-if-error=9", CachePolicy(60)),
        (None, CachePolicy()),
        ("", CachePolicy()),
    ],
)
def test_directives_are_read_as_a_shared_cache_reads_them(
    value: str | None, policy: CachePolicy
) -> None:
    assert parse_cache_control(value) == policy


@pytest.mark.parametrize(
    "value",
    [
        "max-age",
        "max-age=",
        "max-age=-1",
        "max-age=+60",
        "max-age=6 0",
        "max-age=6.5",
        "max-age=1e3",
        "max-age=٦٠",
        "max-age=sixty",
        "max-age 60",
        "max-age = 60",
        "max-age=60;",
        "max-age=60, max-age=no",
        "s-maxage=x, max-age=60",
    ],
)
def test_a_malformed_lifetime_is_no_lifetime(value: str) -> None:
    assert parse_cache_control(value).max_age == 0


def test_of_repeated_lifetimes_the_shortest_counts() -> None:
    assert parse_cache_control("max-age=60, max-age=5, max-age=90") == CachePolicy(5)


def test_an_endless_lifetime_is_bounded() -> None:
    assert parse_cache_control("max-age=" + "9" * 5000).max_age == MAX_SECONDS
    assert parse_cache_control(f"max-age={2**40}").max_age == MAX_SECONDS


@pytest.mark.parametrize(
    ("age", "lifetime"), [(None, 60), ("0", 60), ("20", 40), ("70", 0), ("soon", 0), ("-3", 0)]
)
def test_time_spent_in_other_caches_counts(age: str | None, lifetime: int) -> None:
    assert parse_cache_control("max-age=60", age).lifetime == lifetime


@given(st.dictionaries(names, st.integers(0, MAX_SECONDS), min_size=1))
def test_well_formed_directives_survive_the_way_there_and_back(directives: dict[str, int]) -> None:
    value = ", ".join(f"{name}={seconds}" for name, seconds in directives.items())
    policy = parse_cache_control(value)
    assert policy.max_age == directives.get("s-maxage", directives.get("max-age", 0))
    assert policy.stale_while_revalidate == directives.get("stale-while-revalidate", 0)
    assert policy.stale_if_error == directives.get("stale-if-error", 0)
    assert policy.private == ("private" in directives)
    assert policy.no_store == ("no-store" in directives)


@given(st.text() | soup, st.none() | st.text())
def test_any_text_is_read_without_an_error(value: str, age: str | None) -> None:
    policy = parse_cache_control(value, age)
    assert 0 <= policy.max_age <= MAX_SECONDS
    assert 0 <= policy.lifetime <= 2 * MAX_SECONDS


@given(st.text() | soup, st.sampled_from(["no-store", "private", "No-Store", "private=x"]))
def test_junk_before_it_never_hides_a_prohibition(junk: str, prohibition: str) -> None:
    # An open quotation mark swallows what follows in any reading of the grammar.
    junk = junk.replace('"', "").replace("\\", "")
    assert not parse_cache_control(f"{junk}, {prohibition}").storable
