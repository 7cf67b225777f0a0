"""What share of the visitors each strategy gives to a new release, at every moment."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.registry.rollout import SCHEDULES, share, split
from site_shell.composer.release import Release, StrategyName
from site_shell.composer.rollouts import Rollouts

from .conftest import NAME
from .releases import ALL, START, STRATEGIES, Fixed, default, one


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
