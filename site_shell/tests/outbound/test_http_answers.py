"""The default transport over real sockets: what a well-behaved service gets and gives."""

import asyncio
import gzip
import zlib

import pytest

from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.http import HttpTransport

from .fetching import fetch
from .hostile_server import (
    hostile,
    response,
    says,
)


async def test_a_response_comes_whole_with_its_headers_in_order(transport: HttpTransport) -> None:
    got = await fetch(transport, says(response(b"<p>x</p>", "X-B: 1", "X-A: 2", "X-B: 3")))
    assert got.status == 200
    assert got.body == b"<p>x</p>"
    assert [pair for pair in got.headers if pair[0].startswith("x-")] == [
        ("x-b", "1"),
        ("x-a", "2"),
        ("x-b", "3"),
    ]


async def test_a_request_asks_for_the_path_and_query_with_its_headers(
    transport: HttpTransport,
) -> None:
    async with hostile(says(response())) as server:
        await transport.fetch(
            FetchRequest(
                f"{server.url}/list?a=1&b=%C3%A9#top", (("podium-locale", "en"),), timeout=10
            )
        )
    assert server.requests == [
        b"GET /list?a=1&b=%C3%A9 HTTP/1.1\r\n"
        b"host: " + server.url.removeprefix("http://").encode() + b"\r\n"
        b"podium-locale: en\r\n"
        b"accept-encoding: identity\r\n\r\n"
    ]


async def test_a_url_that_is_not_ascii_is_quoted(transport: HttpTransport) -> None:
    async with hostile(says(response())) as server:
        await transport.fetch(FetchRequest(f"{server.url}/naïve path?q=a b%20c", timeout=10))
    assert server.requests[0].startswith(b"GET /na%C3%AFve%20path?q=a%20b%20c HTTP/1.1\r\n")


async def test_a_chunked_response_is_joined(transport: HttpTransport) -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p>x\r\n4\r\n</p>\r\n0\r\n"
    )
    got = await fetch(transport, says(chunked, b"X-Trailer: ignored\r\n\r\n"))
    assert got.body == b"<p>x</p>"
    assert got.header("x-trailer") is None


async def test_connections_are_used_again(transport: HttpTransport) -> None:
    async with hostile(says(response())) as server:
        for _ in range(3):
            await transport.fetch(FetchRequest(server.url, timeout=10))
        assert server.connections == 1


async def test_parallel_fetches_use_connections_of_their_own(transport: HttpTransport) -> None:
    async with hostile(says(response(b"a")), says(response(b"b")), says(response(b"c"))) as server:
        got = await asyncio.gather(
            *(transport.fetch(FetchRequest(server.url, timeout=10)) for _ in range(3))
        )
        assert sorted(one.body for one in got) == [b"a", b"b", b"c"]
        assert server.connections == 3


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "304 Not Modified"])
async def test_a_connection_the_service_will_close_is_not_used_again(
    transport: HttpTransport, status: str
) -> None:
    script = says(response(b"", "Connection: close", status=status))
    async with hostile(script) as server:
        for _ in range(2):
            await transport.fetch(FetchRequest(server.url, timeout=10))
        assert server.connections == 2


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "raw deflate"])
async def test_bodies_compressed_unasked_are_decoded(
    transport: HttpTransport, encoding: str
) -> None:
    html = b"<p>hello</p>" * 1000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(html),
        "x-gzip": gzip.compress(html),
        "deflate": zlib.compress(html),
        "raw deflate": raw.compress(html) + raw.flush(),
    }[encoding]
    name = encoding.removeprefix("raw ")
    got = await fetch(transport, says(response(packed, f"Content-Encoding: {name}")))
    assert got.body == html


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
async def test_responses_without_a_body_are_whole(transport: HttpTransport, status: str) -> None:
    script = says(f"HTTP/1.1 {status}\r\nETag: x\r\n\r\n".encode())
    async with hostile(script) as server:
        for _ in range(2):
            got = await transport.fetch(FetchRequest(server.url, timeout=10))
            assert (got.status, got.body) == (int(status[:3]), b"")
        assert server.connections == 1


async def test_a_304_that_tells_the_length_of_what_it_leaves_out_is_whole(
    transport: HttpTransport,
) -> None:
    script = says(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n")
    assert (await fetch(transport, script)).status == 304


async def test_early_hints_are_not_the_answer(transport: HttpTransport) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n"
    got = await fetch(transport, says(hints, response(b"x")))
    assert (got.status, got.header("link")) == (200, None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_handed_over_and_never_followed(
    transport: HttpTransport, status: int
) -> None:
    async with hostile(says(response(b"", "Location: /elsewhere", status=f"{status} X"))) as server:
        got = await transport.fetch(FetchRequest(server.url, timeout=10))
    assert (got.status, got.header("location")) == (status, "/elsewhere")
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 404, 410, 500, 503])
async def test_an_error_status_is_a_response_with_its_body(
    transport: HttpTransport, status: int
) -> None:
    got = await fetch(transport, says(response(b"why", status=f"{status} X")))
    assert (got.status, got.body) == (status, b"why")


async def test_a_body_is_posted_with_its_length(transport: HttpTransport) -> None:
    async with hostile(says(response(status="303 See Other"))) as server:
        request = FetchRequest(server.url, (("content-type", "text/plain"),), "POST", b"a=1", 10)
        assert (await transport.fetch(request)).status == 303
    assert server.requests[0].endswith(
        b"content-length: 3\r\nconnection: close\r\n\r\na=1",
    )
