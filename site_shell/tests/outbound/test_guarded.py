import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from site_shell.composer.errors import (
    CircuitOpen,
    ConnectFailed,
    Disconnected,
    FetchError,
    FetchTimeout,
    MalformedResponse,
    Overloaded,
    RegistryError,
    ResponseTooLarge,
)
from site_shell.composer.release import Release
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.credentials import Credentials
from site_shell.composer.transport.guarded import GuardedTransport

URL = "http://reviews.internal/list"
RELEASE = Release("reviews/list", "1.0.0", URL)
REQUEST = FetchRequest(URL, timeout=10)
Answer = int | Exception | Callable[[], object]


class Service:
    """A transport that answers as told, the last answer for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[FetchRequest] = []

    async def fetch(self, request: FetchRequest) -> FetchResponse:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return FetchResponse(answer, (), b"")
        await asyncio.Event().wait()
        raise AssertionError

    async def aclose(self) -> None: ...


def forever() -> None: ...


async def break_down(guarded: GuardedTransport, request: FetchRequest = REQUEST) -> None:
    for _ in range(5):
        with suppress(FetchError):
            await guarded.fetch(RELEASE, request)


@pytest.mark.parametrize(
    "failure",
    [
        500,
        503,
        FetchTimeout("x"),
        Disconnected("x"),
        MalformedResponse("x"),
        ResponseTooLarge("x"),
        ConnectFailed("x"),
    ],
    ids=str,
)
async def test_a_service_that_keeps_failing_is_not_asked_any_more(failure: Answer) -> None:
    service = Service(failure)
    guarded = GuardedTransport(service)
    await break_down(guarded)
    asked = len(service.requests)
    assert guarded.state(RELEASE) == "open"
    with pytest.raises(CircuitOpen, match=r"reviews/list 1\.0\.0"):
        await guarded.fetch(RELEASE, REQUEST)
    assert len(service.requests) == asked


@pytest.mark.parametrize("status", [200, 204, 301, 304, 400, 403, 404, 410, 422, 429])
async def test_answers_below_500_are_no_failures(status: int) -> None:
    guarded = GuardedTransport(Service(status))
    for _ in range(20):
        assert (await guarded.fetch(RELEASE, REQUEST)).status == status
    assert guarded.state(RELEASE) == "closed"


async def test_a_timeout_too_short_to_be_fair_is_no_failure() -> None:
    guarded = GuardedTransport(Service(FetchTimeout("x")))
    await break_down(guarded, replace(REQUEST, timeout=0.01))
    assert guarded.state(RELEASE) == "closed"


async def test_releases_do_not_suffer_from_each_other() -> None:
    guarded = GuardedTransport(Service(*[500] * 5, 200))
    await break_down(guarded)
    other = replace(RELEASE, version="2.0.0", url="http://reviews-2.internal/list")
    assert (await guarded.fetch(other, REQUEST)).status == 200
    with pytest.raises(CircuitOpen):
        await guarded.fetch(RELEASE, REQUEST)


async def test_a_release_whose_traffic_is_shifted_keeps_its_breaker() -> None:
    guarded = GuardedTransport(Service(500))
    await break_down(guarded)
    assert guarded.state(replace(RELEASE, traffic=10.0, default=False)) == "open"


async def test_more_requests_at_once_than_the_release_allows_are_turned_away() -> None:
    guarded = GuardedTransport(Service(forever))
    release = replace(RELEASE, concurrency=2)
    running = [asyncio.create_task(guarded.fetch(release, REQUEST)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded, match="2 requests in flight"):
        await guarded.fetch(release, REQUEST)
    for task in running:
        task.cancel()
    await asyncio.wait(running)


async def test_places_are_free_again_however_a_request_ends() -> None:
    service = Service(200, Disconnected("x"), forever, 200)
    guarded = GuardedTransport(service)
    release = replace(RELEASE, concurrency=1)
    await guarded.fetch(release, REQUEST)
    with pytest.raises(Disconnected):
        await guarded.fetch(release, REQUEST)
    task = asyncio.create_task(guarded.fetch(release, REQUEST))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await guarded.fetch(release, REQUEST)).status == 200


async def test_requests_turned_away_say_nothing_about_the_service() -> None:
    guarded = GuardedTransport(Service(forever))
    release = replace(RELEASE, concurrency=1)
    running = asyncio.create_task(guarded.fetch(release, REQUEST))
    await asyncio.sleep(0)
    for _ in range(20):
        with pytest.raises(Overloaded):
            await guarded.fetch(release, REQUEST)
    assert guarded.state(release) == "closed"
    running.cancel()
    await asyncio.wait([running])


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_where_nothing_was_sent_it_is_tried_once_more_in_what_time_is_left(
    method: str,
) -> None:
    service = Service(ConnectFailed("x"), 200)
    request = replace(REQUEST, method=method, timeout=5.0)  # type: ignore[arg-type]
    assert (await GuardedTransport(service).fetch(RELEASE, request)).status == 200
    assert len(service.requests) == 2
    assert service.requests[1].timeout < 5.0


async def test_it_is_tried_once_more_only() -> None:
    service = Service(ConnectFailed("x"))
    with pytest.raises(ConnectFailed):
        await GuardedTransport(service).fetch(RELEASE, REQUEST)
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    "error", [Disconnected("x"), FetchTimeout("x"), MalformedResponse("x"), ResponseTooLarge("x")]
)
async def test_where_something_was_sent_it_is_not_tried_again(error: FetchError) -> None:
    service = Service(error)
    with pytest.raises(type(error)):
        await GuardedTransport(service).fetch(RELEASE, REQUEST)
    assert len(service.requests) == 1


async def test_without_time_for_a_second_try_the_first_error_stands() -> None:
    service = Service(ConnectFailed("x"))
    with pytest.raises(ConnectFailed):
        await GuardedTransport(service).fetch(RELEASE, replace(REQUEST, timeout=0.001))
    assert len(service.requests) == 1


async def test_the_release_s_credentials_are_added() -> None:
    service = Service(200)
    release = replace(RELEASE, credentials="ApiKey", secret="env:KEY")
    await GuardedTransport(service, credentials=Credentials({"KEY": "k"})).fetch(release, REQUEST)
    assert service.requests[0].headers == (("x-api-key", "k"),)


async def test_missing_credentials_ask_nothing_and_blame_nobody() -> None:
    service = Service(200)
    guarded = GuardedTransport(service, credentials=Credentials({}))
    release = replace(RELEASE, credentials="ApiKey", secret="env:KEY")
    for _ in range(10):
        with pytest.raises(RegistryError, match="KEY"):
            await guarded.fetch(release, REQUEST)
    assert service.requests == []
    assert guarded.state(release) == "closed"
