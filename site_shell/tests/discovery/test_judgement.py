"""A canary that is worse than the default release is told why; one that only looks so is not."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.judgement import SIGNIFICANCE, binomial, fisher, why_worse
from site_shell.composer.latency import bucket_of
from site_shell.composer.measures import Tally
from site_shell.composer.release import CanaryLimits

LIMITS = CanaryLimits()


def tally(requests: int, failures: int = 0, ms: float = 20.0, slow: int = 0) -> Tally:
    """So many answers of which some failed and some took a second."""
    buckets = {bucket_of(ms): requests - slow, bucket_of(1000): slow}
    return requests, failures, buckets


@pytest.mark.parametrize(
    ("canary", "default", "says"),
    [
        (tally(100, 20), tally(900, 2), "20.0 % of 100 answers failed, against 0.2 % of 900"),
        (tally(100, 100), tally(5, 0), "100.0 % of 100 answers failed, against 0.0 % of 5"),
        (tally(100, 30), tally(0), "30.0 % of 100 answers failed, against 0.0 % of 0"),
        (tally(100, slow=20), tally(900), "the p95 of 100 answers is 987 ms, against 20 ms"),
        (tally(1000, ms=90), tally(9000, ms=20), "the p95 of 1000 answers is 91 ms, against 20 ms"),
        (tally(100, slow=100), tally(20), "the p95 of 100 answers is 987 ms, against 20 ms"),
    ],
)
def test_a_canary_that_is_worse_is_told_why(canary: Tally, default: Tally, says: str) -> None:
    assert says in why_worse(canary, default, LIMITS)


@pytest.mark.parametrize(
    ("canary", "default"),
    [
        (tally(99, 99), tally(900)),
        (tally(100, 2), tally(900, 1)),
        (tally(100, 20), tally(900, 180)),
        (tally(100_000, 600), tally(900_000, 100)),
        (tally(100, slow=9), tally(900)),
        (tally(1000, ms=35), tally(9000, ms=20)),
        (tally(100, slow=100), tally(19)),
        (tally(100, slow=15), tally(20)),
        (tally(100, 12), tally(0)),
        (tally(100, 40), tally(20, 8)),
        (tally(0), tally(0)),
    ],
    ids=[
        "too few",
        "by chance",
        "both fail",
        "certain but too little to matter",
        "slow by chance",
        "slower by what nobody notices",
        "nothing to compare durations with",
        "too little to compare a few slow answers with",
        "too little to compare failures with",
        "as bad as the little there is to compare with",
        "nothing",
    ],
)
def test_a_canary_that_only_looks_worse_is_left_alone(canary: Tally, default: Tally) -> None:
    assert why_worse(canary, default, LIMITS) == ""


def test_limits_are_those_of_the_release() -> None:
    worse = tally(100, 20), tally(900, 2)
    assert why_worse(*worse, CanaryLimits(errors=30)) == ""
    assert why_worse(*worse, CanaryLimits(sample=200)) == ""
    assert why_worse(tally(1000, ms=90), tally(9000, ms=20), CanaryLimits(slowdown=10)) == ""


def test_an_equal_canary_survives_hours_of_looks() -> None:
    """Two equal releases that fail once in twenty, looked at every few answers."""
    dice = random.Random(7)
    halted = 0
    for _ in range(30):
        failures, others = 0, 0
        for step in range(1, 200):
            failures += sum(dice.random() < 0.05 for _ in range(10))
            others += sum(dice.random() < 0.05 for _ in range(90))
            if why_worse(tally(10 * step, failures), tally(90 * step, others), LIMITS):
                halted += 1
                break
    assert halted == 0


def test_an_equal_canary_survives_a_default_release_that_is_hardly_fetched() -> None:
    """Durations of two equal releases, spread widely, one of them well cached."""
    dice = random.Random(11)
    halted = 0
    for _ in range(300):
        canary, default = (
            Counter(bucket_of(dice.lognormvariate(3, 1)) for _ in range(count))
            for count in (500, dice.randrange(20, 100))
        )
        halted += bool(
            why_worse((500, 0, dict(canary)), (default.total(), 0, dict(default)), LIMITS)
        )
    assert halted == 0


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_probabilities_are_probabilities(k: int, n: int, m: int, rest: int) -> None:
    k, m = min(k, n), min(m, rest)
    assert 0 <= fisher(k, n, m, rest) <= 1
    assert fisher(0, n, m, rest) == pytest.approx(1)
    assert fisher(k, n, m, rest) >= fisher(min(k + 1, n), n, m, rest) - 1e-9 or k == n
    assert binomial(0, n, 0.05) == pytest.approx(1)


def test_the_tests_agree_with_the_textbook() -> None:
    # Fisher's tea: all of four cups right; and the coin that shows heads nine times out of ten.
    assert fisher(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert fisher(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert binomial(9, 10, 0.5) == pytest.approx(11 / 1024)
    assert fisher(5_000, 100_000, 45_000, 900_000) == pytest.approx(0.5, abs=0.01)
    assert SIGNIFICANCE < 0.001
