"""Stops asking a service that keeps failing, and finds out gently when it is well again.

Pure state: no I/O, no event loop, clock and chance are given. Not thread-safe by itself; the
guard that owns it holds a lock.
"""

import random as _random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["closed", "open", "half-open"]
# A "neutral" end says nothing about the service: its caller went away or gave it no time.
Verdict = Literal["success", "failure", "neutral"]
Permit = Literal["normal", "trial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """When to stop, and for how long.

    The breaker opens when at least ``min_failures`` of the last ``window`` results, and at least
    half of them, are failures: a few bad pages of a busy service do not count as an outage.
    It stays open for ``open_seconds``, twice as long after each failed trial up to
    ``max_open_seconds``, give or take ``jitter`` so that processes do not try in step.
    """

    window: int = 20
    min_failures: int = 5
    open_seconds: float = 1.0
    max_open_seconds: float = 30.0
    jitter: float = 0.25


class Breaker:
    """closed -> open -> half-open, where one request at a time is let through as a trial."""

    def __init__(
        self,
        policy: BreakerPolicy | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._policy = policy or BreakerPolicy()
        self._clock = clock
        self._random = random
        self._failures: deque[bool] = deque(maxlen=self._policy.window)
        self._opened_times = 0
        self._retry_at = 0.0
        self._trial_runs = False

    @property
    def state(self) -> State:
        if not self._opened_times:
            return "closed"
        return "open" if self._clock() < self._retry_at else "half-open"

    def allow(self) -> Permit | None:
        """Leave to make one request now, or None. ``record`` must follow with the permit."""
        if not self._opened_times:
            return "normal"
        if self._trial_runs or self._clock() < self._retry_at:
            return None
        self._trial_runs = True
        return "trial"

    def record(self, permit: Permit, verdict: Verdict) -> None:
        """Tell how a permitted request ended."""
        if permit == "trial":
            self._end_trial(verdict)
        elif not self._opened_times and verdict != "neutral":
            # Requests that began before the breaker opened and end after it tell nothing new.
            self._failures.append(verdict == "failure")
            if verdict == "failure" and self._is_outage():
                self._open()

    def _end_trial(self, verdict: Verdict) -> None:
        self._trial_runs = False
        if verdict == "success":
            self._opened_times = 0
            self._failures.clear()
        elif verdict == "failure":
            self._open()

    def _is_outage(self) -> bool:
        failed = sum(self._failures)
        return failed >= self._policy.min_failures and failed * 2 >= len(self._failures)

    def _open(self) -> None:
        policy = self._policy
        seconds = min(policy.open_seconds * 2**self._opened_times, policy.max_open_seconds)
        self._opened_times = min(self._opened_times + 1, 32)
        spread = policy.jitter * (2 * self._random() - 1)
        self._retry_at = self._clock() + seconds * (1 + spread)
