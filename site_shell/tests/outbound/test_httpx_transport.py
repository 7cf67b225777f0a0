"""Any httpx transport keeps the promises of the Transport protocol."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import httpx
import pytest

from site_shell.composer.errors import (
    ConnectFailed,
    Disconnected,
    FetchError,
    FetchTimeout,
    MalformedResponse,
    ResponseTooLarge,
)
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.httpx import HttpxTransport

from .hostile_server import Script, hostile, never_answers, repeats, resets, response, says

URL = "http://reviews.internal/list?page=2"


async def fetch(answer: httpx.Response | Exception, **request: int) -> FetchResponse:
    def handler(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    transport = HttpxTransport(httpx.MockTransport(handler))
    return await transport.fetch(FetchRequest(URL, **request))  # type: ignore[arg-type]


async def test_a_mock_sees_the_request_and_its_response_comes_whole() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(404, headers=[("X-A", "1"), ("X-A", "2")], html="<p>")

    transport = HttpxTransport(httpx.MockTransport(handler))
    got = await transport.fetch(FetchRequest(URL, (("podium-locale", "en"),), "POST", b"body"))
    assert (got.status, got.body) == (404, b"<p>")
    assert got.headers[:2] == (("x-a", "1"), ("x-a", "2"))
    assert (seen[0].method, str(seen[0].url), seen[0].content) == ("POST", URL, b"body")
    assert seen[0].headers["podium-locale"] == "en"
    assert seen[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [301, 302])
async def test_redirects_are_handed_over(status: int) -> None:
    got = await fetch(httpx.Response(status, headers={"location": "/elsewhere"}))
    assert (got.status, got.header("location")) == (status, "/elsewhere")


async def test_compressed_bodies_are_decoded_within_the_limit() -> None:
    headers = {"content-encoding": "gzip"}
    packed = gzip.compress(b"x" * 1000)
    stream = httpx.ByteStream(packed)
    assert (await fetch(httpx.Response(200, headers=headers, stream=stream))).body == b"x" * 1000
    with pytest.raises(ResponseTooLarge):
        await fetch(httpx.Response(200, headers=headers, stream=stream), max_bytes=999)


async def test_a_304_has_no_body_to_decode() -> None:
    got = await fetch(httpx.Response(304, headers={"content-encoding": "gzip"}))
    assert (got.status, got.body) == (304, b"")


@pytest.mark.parametrize(
    "headers", [[("x", "y")] * 101, [("x", "y" * 40_000)]], ids=["many", "large"]
)
async def test_too_many_or_too_large_headers_are_refused(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(ResponseTooLarge):
        await fetch(httpx.Response(200, headers=headers))


def _subclasses(kind: type[Exception]) -> list[type[Exception]]:
    return [kind, *(below for one in kind.__subclasses__() for below in _subclasses(one))]


@pytest.mark.parametrize("kind", [*_subclasses(httpx.RequestError), httpx.InvalidURL])
async def test_no_error_of_httpx_leaks(kind: type[Exception]) -> None:
    with pytest.raises(FetchError):
        await fetch(kind("what httpx says"))


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("x"), ConnectFailed),
        (httpx.ConnectTimeout("x"), FetchTimeout),
        (httpx.ReadTimeout("x"), FetchTimeout),
        (httpx.ReadError("x"), Disconnected),
        (httpx.RemoteProtocolError("x"), MalformedResponse),
        (httpx.LocalProtocolError("x"), ConnectFailed),
    ],
)
async def test_errors_keep_their_meaning(raised: Exception, expected: type[FetchError]) -> None:
    with pytest.raises(expected):
        await fetch(raised)


async def test_a_header_that_cannot_be_written_is_connect_failed() -> None:
    transport = HttpxTransport(httpx.MockTransport(lambda _: httpx.Response(200)))
    with pytest.raises(ConnectFailed):
        await transport.fetch(FetchRequest(URL, (("x", "\u30c4"),)))


@pytest.fixture
async def wire() -> AsyncIterator[HttpxTransport]:
    """httpx's own transport, on real sockets."""
    transport = HttpxTransport(httpx.AsyncHTTPTransport())
    yield transport
    await transport.aclose()


async def test_it_works_over_real_sockets(wire: HttpxTransport) -> None:
    async with hostile(says(response(b"<p>"))) as server:
        assert (await wire.fetch(FetchRequest(server.url, timeout=10))).body == b"<p>"


@pytest.mark.parametrize(
    ("script", "timeout", "expected"),
    [
        (never_answers, 0.05, FetchTimeout),
        (resets, 10, (Disconnected, MalformedResponse)),
        (says(b"rubbish\r\n\r\n"), 10, MalformedResponse),
        (
            repeats(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n" * 99),
            10,
            ResponseTooLarge,
        ),
        (
            repeats(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", pause=0.005),
            0.1,
            FetchTimeout,
        ),
    ],
    ids=["silent", "reset", "rubbish", "endless", "dripping"],
)
async def test_hostile_services_end_within_limits(
    wire: HttpxTransport,
    script: Script,
    timeout: float,
    expected: type[FetchError] | tuple[type[FetchError], ...],
) -> None:
    async with hostile(script) as server:
        with pytest.raises(expected):
            await wire.fetch(FetchRequest(server.url, timeout=timeout, max_bytes=10_000))


async def test_a_cancelled_fetch_is_cancelled(wire: HttpxTransport) -> None:
    async with hostile(never_answers) as server:
        task = asyncio.create_task(wire.fetch(FetchRequest(server.url, timeout=10)))
        while not server.requests:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
