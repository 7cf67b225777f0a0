"""Shares: exact, the same everywhere, and nobody is taken from a release that grows."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.registry.rollout import position, split
from site_shell.composer.release import StrategyName
from site_shell.composer.rollouts import Rollouts

from .conftest import NAME
from .releases import ALL, START, STRATEGIES, Fixed, default, one

VISITORS = 1_000_000


@given(
    st.text(st.characters(codec="ascii", categories=["Ll", "Nd"]), min_size=1, max_size=20),
    st.integers(1, 3),
)
def test_each_group_puts_every_cohort_at_a_place_of_its_own(group: str, digits: int) -> None:
    weight = 10 ** (3 - digits)
    places = [position(group, f"{number:0{digits}}") for number in range(10**digits)]
    assert sorted(places) == [weight * number for number in range(10**digits)]


@given(
    st.sampled_from(STRATEGIES),
    st.floats(-7200, 7200),
    st.floats(0, 7200),
    st.text("abc/", min_size=1, max_size=6),
)
def test_nobody_leaves_a_canary_while_its_share_grows(
    strategy: StrategyName, after: float, later: float, group: str
) -> None:
    releases = [default(group=group), one("2.0.0", strategy=strategy, group=group)]
    early, late = split(releases, START + after), split(releases, START + after + later)
    for cohort in ALL:
        if early.release(cohort).version == "2.0.0":
            assert late.release(cohort).version == "2.0.0"


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_weights_grow_at_the_cost_of_the_default_alone(first: int, more: int, second: int) -> None:
    first, second = min(first, 1000 - second), min(second, 1000)
    more = min(more, 1000 - first - second)

    def parts(weight: int) -> dict[str, str]:
        found = split(
            [default(), one("2.0.0", traffic=weight / 10), one("3.0.0", traffic=second / 10)], 0
        )
        return {cohort: found.release(cohort).version for cohort in ALL}

    before, after = parts(first), parts(first + more)
    assert Counter(after.values())["2.0.0"] == first + more
    assert Counter(after.values())["3.0.0"] == second
    for cohort in ALL:
        if before[cohort] != "1.0.0":
            # A second one that begins to take part may make room for the first one once.
            assert after[cohort] == before[cohort] or first == 0


def deal_many(rollouts: Rollouts) -> Counter[str]:
    """What a million visitors get, who come one after the other for the first time."""
    cohorts = Counter(rollouts.deal("") for _ in range(VISITORS))
    versions: Counter[str] = Counter()
    for cohort, visitors in cohorts.items():
        versions[rollouts.choose(NAME, cohort=cohort).version] += visitors
    return versions


def test_ten_percent_of_a_million_visitors_are_a_hundred_thousand() -> None:
    releases = (default(), one("2.0.0", strategy="Canary10Percent5Minutes"))
    rollouts = Rollouts(Fixed({NAME: releases}), clock=lambda: START + 1)
    assert deal_many(rollouts) == {"1.0.0": 900_000, "2.0.0": 100_000}


def test_weights_of_a_million_visitors_are_exact_to_the_tenth_of_a_percent() -> None:
    releases = (default(), one("2.0.0", traffic=12.3), one("3.0.0", traffic=0.5))
    rollouts = Rollouts(Fixed({NAME: releases}), clock=lambda: START)
    assert deal_many(rollouts) == {"1.0.0": 872_000, "2.0.0": 123_000, "3.0.0": 5_000}


@pytest.mark.parametrize(
    ("traffic", "digits"), [(10, 1), (90, 1), (25, 2), (1, 2), (12.5, 3), (33.333, 3), (0.04, 0)]
)
def test_a_cohort_has_as_many_values_as_the_shares_need(traffic: float, digits: int) -> None:
    assert split([default(), one("2.0.0", traffic=traffic)], START).digits == digits


def test_who_has_no_cohort_gets_the_default_release_even_if_it_has_no_share() -> None:
    found = split([default(), one("2.0.0", traffic=50), one("3.0.0", traffic=50)], START)
    assert found.release("").version == "1.0.0"


def test_a_finer_share_keeps_everybody_where_they_are() -> None:
    coarse = split([default(), one("2.0.0", traffic=20)], START)
    fine = split([default(), one("2.0.0", traffic=25)], START)
    for cohort in ALL:
        if coarse.release(cohort[:1]).version == "2.0.0":
            assert fine.release(cohort[:2]).version == "2.0.0"


def test_fragments_of_a_group_move_together_and_others_on_their_own() -> None:
    def canaries(fragment: str, group: str) -> set[str]:
        found = split(
            [
                default(fragment=fragment, group=group),
                one("2.0.0", fragment=fragment, traffic=10, group=group),
            ],
            START,
        )
        return {cohort for cohort in ALL if found.release(cohort).version == "2.0.0"}

    assert canaries("reviews/list", "reviews") == canaries("reviews/form", "reviews")
    alone = [frozenset(canaries(f"a/f{number}", "")) for number in range(40)]
    assert len(set(alone)) == 10


def test_processes_agree_without_a_shared_state() -> None:
    # Written down, because a hash that differs between versions would move every visitor.
    assert [position("reviews/list", f"{digit}") for digit in range(10)] == [
        400,
        600,
        300,
        500,
        0,
        900,
        700,
        200,
        100,
        800,
    ]


@pytest.mark.parametrize("given", ["", "x", "10", "-1", "٣", "3 ", "0x1", "3333"])
def test_a_cohort_that_is_none_is_dealt_anew(given: str) -> None:
    rollouts = Rollouts(Fixed({NAME: (default(), one("2.0.0", traffic=12.5))}))
    assert rollouts.cohort(given) == ""
    dealt = rollouts.deal(given)
    assert len(dealt) == 3 and dealt.isdigit()
    assert rollouts.cohort(dealt) == dealt


def test_a_longer_cohort_keeps_what_the_shorter_one_said() -> None:
    rollouts = Rollouts(Fixed({NAME: (default(), one("2.0.0", traffic=12.5))}))
    assert rollouts.deal("37")[:2] == "37"
    ten = Rollouts(Fixed({NAME: (default(), one("2.0.0", traffic=10))}))
    assert ten.cohort("371") == "3"
