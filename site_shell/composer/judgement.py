"""Is a release that is tried out worse than the default one, or does it only look so?

Both questions are asked with tests that need no assumption about how durations are distributed,
and that stay right for small samples:

- failures: Fisher's exact test, one-sided. How likely is it that so many of all failures fell to
  the canary, if it fails no more often than the default? Where the default release was asked too
  seldom to be compared with, it is taken to fail once in twenty times, or as often as it did
- slowness: an exact binomial test. If its p95 were within the limit, each of its answers would be
  slower than the limit with a probability of 5 %; how likely are as many as there were? Where
  the default release was asked seldom, its p95 is no more than a guess, so that by Fisher's test
  its own answers have to be faster, too

A canary is asked about every few seconds for minutes, so by chance alone something unlikely comes
along at times. Hence a threshold of one in ten thousand, and a difference that matters besides.
"""

from collections.abc import Callable, Mapping
from math import exp, inf, lgamma, log, log1p
from typing import Final

from .latency import bucket_of, percentile
from .measures import Tally
from .release import CanaryLimits

SIGNIFICANCE: Final = 1e-4
# What is slower by less than this nobody notices, however many times it is slower.
NOTICEABLE_MS: Final = 20.0
# Percentage of failed answers that a release has at most of which too little is known.
_ASSUMED_RATE: Final = 5.0
_P95_TAIL: Final = 0.05
# With fewer durations none of them is beyond their p95.
_LEAST_DURATIONS: Final = 20
_NEGLIGIBLE: Final = 1e-12


def why_worse(canary: Tally, default: Tally, limits: CanaryLimits) -> str:
    """Why a canary has to be halted, in words; empty if nothing speaks against it."""
    if canary[0] < limits.sample:
        return ""
    return _more_failures(canary, default, limits) or _slower(canary, default, limits)


def _more_failures(canary: Tally, default: Tally, limits: CanaryLimits) -> str:
    (requests, failures, _), (others, other_failures, _) = canary, default
    rate = 100 * failures / requests
    other_rate = 100 * other_failures / others if others else 0.0
    if rate - other_rate <= limits.errors:
        return ""
    chance = fisher(failures, requests, other_failures, others)
    if others < limits.sample:
        # What is in the cache is not fetched, so the default release may have been asked for
        # little or nothing. It gets the benefit of the doubt, and so does the canary.
        assumed = max(other_rate, _ASSUMED_RATE) + limits.errors
        chance = min(chance, binomial(failures, requests, min(assumed / 100, 1 - 1e-9)))
    if chance >= SIGNIFICANCE:
        return ""
    return (
        f"{rate:.1f} % of {requests} answers failed, against {other_rate:.1f} % of {others} "
        "of the default release"
    )


def _slower(canary: Tally, default: Tally, limits: CanaryLimits) -> str:
    durations, others = canary[2], default[2]
    answers, other_answers = sum(durations.values()), sum(others.values())
    if other_answers < min(limits.sample, _LEAST_DURATIONS):
        return ""
    p95, other_p95 = percentile(durations, 0.95), percentile(others, 0.95)
    bound = max(other_p95 * limits.slowdown, other_p95 + NOTICEABLE_MS)
    if p95 <= bound:
        return ""
    slow = _above(durations, bound)
    chance = binomial(slow, answers, _P95_TAIL)
    if other_answers < limits.sample:
        chance = max(chance, fisher(slow, answers, _above(others, bound), other_answers))
    if chance >= SIGNIFICANCE:
        return ""
    return (
        f"the p95 of {answers} answers is {p95:.0f} ms, against {other_p95:.0f} ms "
        "of the default release"
    )


def _above(durations: Mapping[int, int], ms: float) -> int:
    """How many durations are certainly longer; those in the bucket of the bound are not."""
    edge = bucket_of(ms)
    return sum(count for bucket, count in durations.items() if bucket > edge)


def fisher(failures: int, requests: int, other_failures: int, others: int) -> float:
    """The probability of at least ``failures`` of all failures among ``requests`` by chance.

    >>> fisher(1, 10, 0, 90)
    0.1
    """
    total, failed = requests + others, failures + other_failures
    whole = _log_choose(total, failed)
    return _tail(
        failures,
        min(failed, requests),
        lambda k: _log_choose(requests, k) + _log_choose(others, failed - k) - whole,
    )


def binomial(successes: int, trials: int, probability: float) -> float:
    """The probability of at least so many successes.

    >>> binomial(2, 2, 0.5)
    0.25
    """
    return _tail(
        successes,
        trials,
        lambda k: (
            _log_choose(trials, k) + k * log(probability) + (trials - k) * log1p(-probability)
        ),
    )


def _tail(first: int, last: int, log_probability: Callable[[int], float]) -> float:
    """The sum of probabilities from ``first`` to ``last``, as far as they matter."""
    total, before = 0.0, 0.0
    for k in range(first, last + 1):
        part = exp(log_probability(k))
        total += part
        # Behind the peak the rest is smaller than what was added last.
        if part < before and part < total * _NEGLIGIBLE:
            break
        before = part
    return min(1.0, round(total, 15))


def _log_choose(n: int, k: int) -> float:
    if not 0 <= k <= n:
        return -inf
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
