import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.breaker import Breaker, BreakerPolicy, Verdict


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock=clock, random=lambda: 0.5)


def ask(breaker: Breaker, verdict: Verdict) -> bool:
    permit = breaker.allow()
    if permit:
        breaker.record(permit, verdict)
    return permit is not None


def state(breaker: Breaker) -> str:
    return breaker.state


def fail(breaker: Breaker, times: int = 5) -> None:
    for _ in range(times):
        ask(breaker, "failure")


def test_five_failures_open_it_and_four_do_not(breaker: Breaker) -> None:
    fail(breaker, 4)
    assert state(breaker) == "closed"
    fail(breaker, 1)
    assert state(breaker) == "open"
    assert breaker.allow() is None


def test_a_busy_service_with_some_failures_stays_closed(breaker: Breaker) -> None:
    for verdict in itertools.islice(itertools.cycle(["success", "success", "failure"]), 300):
        assert ask(breaker, verdict)  # type: ignore[arg-type]
    assert state(breaker) == "closed"


def test_old_successes_do_not_hide_an_outage(breaker: Breaker) -> None:
    for _ in range(1000):
        ask(breaker, "success")
    fail(breaker, 10)
    assert state(breaker) == "open"


def test_neutral_ends_say_nothing(breaker: Breaker) -> None:
    fail(breaker, 4)
    for _ in range(100):
        ask(breaker, "neutral")
    assert state(breaker) == "closed"
    fail(breaker, 1)
    assert state(breaker) == "open"


def test_one_trial_at_a_time_is_let_through_when_the_pause_is_over(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker)
    clock.now += 1
    assert state(breaker) == "half-open"
    assert breaker.allow() == "trial"
    assert breaker.allow() is None


def test_a_trial_that_succeeds_closes_it_with_a_clean_slate(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 1
    assert ask(breaker, "success")
    assert state(breaker) == "closed"
    fail(breaker, 4)
    assert state(breaker) == "closed"


def test_each_trial_that_fails_doubles_the_pause_up_to_half_a_minute(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker)
    for pause in (1, 2, 4, 8, 16, 30, 30, 30):
        clock.now += pause - 0.01
        assert breaker.allow() is None
        clock.now += 0.01
        assert ask(breaker, "failure")


def test_a_trial_without_a_verdict_lets_the_next_one_try(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 1
    assert ask(breaker, "neutral")
    assert breaker.allow() == "trial"


@pytest.mark.parametrize("verdict", ["success", "failure", "neutral"])
def test_requests_that_began_before_it_opened_change_nothing(
    breaker: Breaker, clock: Clock, verdict: Verdict
) -> None:
    straggler = breaker.allow()
    assert straggler
    fail(breaker)
    clock.now += 1
    assert breaker.allow() == "trial"
    breaker.record(straggler, verdict)
    assert state(breaker) == "half-open"
    assert breaker.allow() is None


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 0.75), (0.5, 1.0), (1.0, 1.25)])
def test_pauses_are_spread(clock: Clock, chance: float, pause: float) -> None:
    breaker = Breaker(clock=clock, random=lambda: chance)
    fail(breaker)
    clock.now += pause - 0.01
    assert state(breaker) == "open"
    clock.now += 0.02
    assert state(breaker) == "half-open"


@given(st.lists(st.tuples(st.sampled_from(["success", "failure", "neutral"]), st.floats(0, 60))))
def test_it_always_lets_a_service_that_is_well_come_back(
    history: list[tuple[Verdict, float]],
) -> None:
    clock = Clock()
    breaker = Breaker(BreakerPolicy(max_open_seconds=30), clock=clock)
    for verdict, seconds in history:
        ask(breaker, verdict)
        clock.now += seconds
    clock.now += 30 * 1.25
    assert ask(breaker, "success")
