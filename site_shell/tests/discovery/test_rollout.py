"""Shares: exact, the same everywhere, and nobody is taken from a release that grows."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.registry.rollout import SCHEDULES, position, share, split
from site_shell.composer.registry.schema import Registered, parse_fragments
from site_shell.composer.release import Release, Rollout, StrategyName
from site_shell.composer.rollouts import Rollouts

NAME = "reviews/list"
START = 1_700_000_000.0
VISITORS = 1_000_000
STRATEGIES: tuple[StrategyName, ...] = get_args(StrategyName)
ALL = [f"{number:03}" for number in range(1000)]


def one(
    version: str,
    *,
    fragment: str = NAME,
    traffic: float = 0,
    strategy: StrategyName | None = None,
    start: float | None = START,
    group: str = "",
) -> Release:
    rollout = Rollout(strategy, start) if strategy else None
    return Release(
        fragment, version, "http://x", traffic=traffic, default=False, rollout=rollout, group=group
    )


def default(**options: Any) -> Release:
    made = one("1.0.0", **options)
    return Release(made.fragment, made.version, made.url, traffic=100, group=made.group)


class Fixed:
    """A registry of given releases."""

    def __init__(self, releases: dict[str, tuple[Release, ...]]) -> None:
        self.contents = releases
        self.generation = 1

    def fragments(self) -> tuple[str, ...]:
        return tuple(self.contents)

    def releases(self, fragment: str) -> tuple[Release, ...]:
        return self.contents[fragment]


def shares(releases: Sequence[Release], now: float) -> dict[str, int]:
    """How many of the thousand cohorts get each version."""
    found = split(releases, now)
    return Counter(found.release(cohort).version for cohort in ALL)


@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name.startswith("Linear")])
def test_linear_moves_ten_percent_at_once_and_then_at_each_step(strategy: StrategyName) -> None:
    minutes = int("".join(letter for letter in strategy[15:] if letter.isdigit()))
    release = one("2.0.0", strategy=strategy)
    for step in range(10):
        begins = START + step * minutes * 60
        assert share(release, begins - 0.001) == 10 * step
        assert share(release, begins) == 10 * (step + 1)
    assert share(release, START + 10**9) == 100


@pytest.mark.parametrize("minutes", [5, 10, 15, 30])
def test_canary_moves_ten_percent_and_the_rest_after_its_minutes(minutes: int) -> None:
    release = one("2.0.0", strategy=cast(StrategyName, f"Canary10Percent{minutes}Minutes"))
    moments = [START - 1, START, START + minutes * 60 - 0.001, START + minutes * 60]
    assert [share(release, now) for now in moments] == [0, 10, 10, 100]


@pytest.mark.parametrize("strategy", ["AllAtOnce", "BlueGreen"])
def test_all_at_once_is_nobody_and_then_everybody(strategy: StrategyName) -> None:
    release = one("2.0.0", strategy=strategy)
    assert [share(release, now) for now in (START - 1, START, START + 1)] == [0, 100, 100]


def test_green_waits_without_traffic_and_can_be_looked_at() -> None:
    green = one("2.0.0", strategy="BlueGreen", start=None)
    found = split([default(), green], START)
    assert shares([default(), green], START + 10**9) == {"1.0.0": 1000}
    assert found.canary is green


def test_there_is_a_schedule_for_every_strategy() -> None:
    assert set(SCHEDULES) == set(STRATEGIES)
    assert all(schedule[-1][1] == 100 for schedule in SCHEDULES.values())


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


# How the record is read.


def parse(**extras: Any) -> Registered:
    return parse_fragments(
        {
            NAME: [
                {
                    "url": "http://x",
                    "metadata": {"version": "1.0.0"},
                    "deployment": {"traffic": 100, "default": True},
                },
                {
                    "url": "http://x",
                    "metadata": {"version": "2.0.0"},
                    "deployment": {"traffic": 0, "default": False},
                    "extras": extras,
                },
            ],
            "cart/mini": [{"url": "http://y", "metadata": {"version": "1"}}],
        }
    )


@pytest.mark.parametrize(
    "start",
    [
        "2026-11-21T13:00:00Z",
        "2026-11-21T13:00:00+00:00",
        "2026-11-21T18:45:00+05:45",
        "2026-11-22T03:00:00+14:00",
        "2026-11-21T01:00:00-12:00",
        "20261121T130000Z",
    ],
)
def test_a_start_means_the_same_moment_in_every_zone(start: str) -> None:
    (_, release) = parse(strategy="AllAtOnce", start=start).releases[NAME]
    assert release.rollout is not None
    assert release.rollout.start == datetime(2026, 11, 21, 13, tzinfo=UTC).timestamp()


def test_a_change_to_summer_time_stretches_no_schedule() -> None:
    """An hour before clocks in Berlin go forward, in Berlin's time of before."""
    (_, release) = parse(
        strategy="Linear10PercentEvery10Minutes", start="2026-03-29T01:30:00+01:00"
    ).releases[NAME]
    after = datetime.fromisoformat("2026-03-29T03:00:00+02:00").timestamp()
    assert share(release, after) == 40


@pytest.mark.parametrize(
    ("extras", "field", "legal"),
    [
        ({"strategy": "Linear10Percent", "start": "2026-11-21T13:00:00Z"}, "strategy", "AllAtOnce"),
        (
            {"strategy": "Linear10PercentEvery1Minutes", "start": "2026-11-21T13:00:00Z"},
            "strategy",
            "Linear10PercentEvery1Minute,",
        ),
        ({"strategy": ["AllAtOnce"]}, "strategy", "BlueGreen"),
        ({"strategy": "AllAtOnce"}, "start", "2026-11-21T13:00:00Z"),
        ({"strategy": "AllAtOnce", "start": "2026-11-21T13:00:00"}, "start", "with an offset"),
        ({"strategy": "AllAtOnce", "start": "now"}, "start", "ISO 8601"),
        ({"strategy": "AllAtOnce", "start": 1_700_000_000}, "start", "ISO 8601"),
        ({"strategy": "AllAtOnce", "start": "0001-01-01T00:00:00+14:00"}, "start", "ISO 8601"),
        ({"strategy": "BlueGreen", "start": None}, "start", "ISO 8601"),
        ({"start": "2026-11-21T13:00:00Z"}, "start", "without a strategy"),
        ({"group": "A B"}, "group", "lower case"),
        ({"group": 1}, "group", "lower case"),
        ({"canary": {"samples": 1}}, "canary.samples", "sample, errors, slowdown"),
        ({"canary": {"sample": 1}}, "canary.sample", "from 10"),
        ({"canary": {"errors": -1}}, "canary.errors", "from 0"),
        ({"canary": {"slowdown": 0.5}}, "canary.slowdown", "from 1"),
        ({"canary": 1}, "canary", "an object"),
        ({"halted": "yes"}, "halted", "an object"),
        ({"halted": {"at": "yesterday", "reason": "x"}}, "halted.at", "ISO 8601"),
        ({"halted": {"at": "2026-11-21T13:00:00Z"}}, "halted.reason", "printable"),
    ],
)
def test_a_wrong_field_is_named_with_the_legal_values_and_concerns_no_other_fragment(
    extras: dict[str, Any], field: str, legal: str
) -> None:
    registered = parse(**extras)
    assert registered.refused == {NAME}
    (problem,) = registered.problems
    assert problem.startswith(f"{NAME}: [1].extras.{field} is ") and legal in problem
    assert [release.version for release in registered.releases["cart/mini"]] == ["1"]


def release_entry(version: str, traffic: float, **extras: Any) -> dict[str, Any]:
    return {
        "url": "http://x",
        "metadata": {"version": version},
        "deployment": {"traffic": traffic, "default": version == "1.0.0"},
        "extras": extras,
    }


NOW: dict[str, Any] = {"strategy": "AllAtOnce", "start": "2026-11-21T13:00:00Z"}


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        (
            [
                release_entry("1.0.0", 100),
                release_entry("2", 0, **NOW),
                release_entry("3", 0, **NOW),
            ],
            "extras.strategy is ['2', '3']; it must be in one release at a time",
        ),
        (
            [release_entry("1.0.0", 90), release_entry("2", 0, **NOW), release_entry("3", 10)],
            "deployment.traffic is 10.0; it must be 0 beside the default while 2 has a strategy",
        ),
        (
            [release_entry("1.0.0", 100, **NOW), release_entry("2", 0)],
            "extras.strategy is 'AllAtOnce'; it must be left out in the default release",
        ),
        (
            [release_entry("1.0.0", 100, group="a"), release_entry("2", 0, group="b")],
            "extras.group is ['a', 'b']; it must be the same in all releases",
        ),
    ],
)
def test_releases_that_do_not_fit_together_are_refused(entries: list[Any], says: str) -> None:
    assert parse_fragments({NAME: entries}).problems == (f"{NAME}: {says}",)


def test_the_group_of_one_release_is_that_of_all() -> None:
    assert [release.group for release in parse(group="reviews").releases[NAME]] == ["reviews"] * 2


# What follows from registry and clock for a visit.


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(-3600, 7200), min_size=1, max_size=8), st.sampled_from(STRATEGIES))
def test_the_plan_follows_a_clock_that_jumps_either_way(
    offsets: list[float], strategy: StrategyName
) -> None:
    releases = (default(), one("2.0.0", strategy=strategy))
    clock = Clock(START - 10_000)
    rollouts = Rollouts(Fixed({NAME: releases}), clock=clock)
    for offset in offsets:
        clock.now = START + offset
        fresh = split(releases, clock.now)
        cohort = random.choice(ALL)
        assert rollouts.choose(NAME, cohort=cohort) == fresh.release(cohort)


def test_outside_of_a_rollout_there_are_no_cohorts() -> None:
    releases = (default(), one("2.0.0", strategy="Canary10Percent5Minutes"))
    clock = Clock(START - 1)
    rollouts = Rollouts(Fixed({NAME: releases}), clock=clock)
    digits = []
    for clock.now in (START - 1, START, START + 299, START + 300, START + 10**6):
        digits.append(rollouts.current().digits)
    assert digits == [0, 1, 1, 0, 0]
    assert rollouts.choose(NAME).version == "2.0.0"


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
