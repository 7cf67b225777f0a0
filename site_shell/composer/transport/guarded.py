"""A transport that knows releases: credentials, concurrency limit, breaker and one retry."""

import asyncio
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from ..breaker import Breaker, Permit, State, Verdict
from ..errors import (
    CircuitOpen,
    ConnectFailed,
    FetchError,
    FetchTimeout,
    Overloaded,
    RequestTooLarge,
)
from ..release import Release
from . import FetchRequest, FetchResponse, Transport
from .credentials import Credentials
from .echoes import hush, secrets_of, without_echo

# A service that restarts refuses connections for about this long.
_RETRY_AFTER: Final = (0.010, 0.050)
# A page that gave a fragment less time than this learns nothing about the service from a timeout.
_FAIR_TIMEOUT: Final = 0.050
_FIRST_SERVER_ERROR: Final = 500
_REFUSED: Final = (401, 403)
_MAX_GUARDS: Final = 4096


class ReleaseTransport(Protocol):
    """What the composer and the gateway ask for responses."""

    async def fetch(self, release: Release, request: FetchRequest) -> FetchResponse:
        """Return the response, whatever its status.

        Raises a FetchError, or RegistryError if the release's credentials are not there.
        """


@dataclass(slots=True)
class _Guard:
    """What is known about one release; event loops of several threads may share it."""

    breaker: Breaker
    in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class GuardedTransport:
    """Wraps a Transport. One per process: breakers and limits only work if all requests count."""

    def __init__(
        self,
        transport: Transport,
        *,
        credentials: Credentials | None = None,
        breaker: Callable[[], Breaker] = Breaker,
    ) -> None:
        self._transport = transport
        self._credentials = credentials or Credentials()
        self._breaker = breaker
        # By address, not by release: a registry that shifts traffic makes new Release values
        # for the same service.
        self._guards: dict[tuple[str, str], _Guard] = {}

    async def fetch(self, release: Release, request: FetchRequest) -> FetchResponse:
        """See ReleaseTransport."""
        secrets: tuple[str, ...] = ()
        if release.credentials != "None":
            request = await self._credentials.add(release, request)
            secrets = secrets_of(request)
        if release.events != "2.0":
            request = replace(request, events=release.events)
        guard = self._guard(release)
        permit = _enter(guard, release)
        verdict: Verdict = "neutral"
        started = time.monotonic()
        try:
            try:
                response = await self._transport.fetch(request)
            except ConnectFailed as error:
                response = await self._fetch_again(request, started, error)
            # 4xx: the service is well, it was the question that was wrong.
            verdict = "failure" if response.status >= _FIRST_SERVER_ERROR else "success"
            if response.status in _REFUSED:
                self._credentials.doubt(release)
            return without_echo(response, secrets) if secrets else response
        except RequestTooLarge:
            raise
        except FetchTimeout:
            verdict = "failure" if request.timeout >= _FAIR_TIMEOUT else "neutral"
            raise
        except FetchError as error:
            verdict = "failure"
            hush(error, secrets)
            raise
        finally:
            with guard.lock:
                guard.in_flight -= 1
                guard.breaker.record(permit, verdict)

    def state(self, release: Release) -> State:
        """The breaker's state, for logs and people."""
        return self._guard(release).breaker.state

    def states(self) -> dict[tuple[str, str], tuple[State, int]]:
        """Breaker and requests in flight of every service asked so far, by fragment and URL."""
        return {key: (g.breaker.state, g.in_flight) for key, g in list(self._guards.items())}

    def credentials_problem(self, release: Release) -> str | None:
        """What is wrong with what a release refers to, as far as that is known at once."""
        return self._credentials.problem(release)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _fetch_again(
        self, request: FetchRequest, started: float, error: ConnectFailed
    ) -> FetchResponse:
        """ConnectFailed promises that nothing was sent, so any method may be tried again."""
        pause = random.uniform(*_RETRY_AFTER)
        left = started + request.timeout - time.monotonic() - pause
        if left <= 0:
            raise error
        await asyncio.sleep(pause)
        return await self._transport.fetch(replace(request, timeout=left))

    def _guard(self, release: Release) -> _Guard:
        key = release.fragment, release.url
        guard = self._guards.get(key)
        if guard is None:
            if len(self._guards) >= _MAX_GUARDS:
                # Years of rollouts in one process: forget the one known longest.
                self._guards.pop(next(iter(self._guards)), None)
            guard = self._guards.setdefault(key, _Guard(self._breaker()))
        return guard


def _enter(guard: _Guard, release: Release) -> Permit:
    with guard.lock:
        if guard.in_flight >= release.concurrency:
            raise Overloaded(
                f"{release.fragment} {release.version} already has {release.concurrency} "
                "requests in flight"
            )
        permit = guard.breaker.allow()
        if permit is None:
            raise CircuitOpen(f"{release.fragment} {release.version} has failed too often of late")
        guard.in_flight += 1
        return permit
