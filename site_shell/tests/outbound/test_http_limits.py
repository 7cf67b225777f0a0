"""The default transport over real sockets: answers that are too much, or no HTTP at all."""

import asyncio
import gzip
import zlib

import pytest

from site_shell.composer.errors import (
    ConnectFailed,
    MalformedResponse,
    ResponseTooLarge,
)
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.http import HttpTransport

from .fetching import fetch
from .hostile_server import (
    CHUNKED,
    Script,
    hostile,
    repeats,
    response,
    says,
)

MANY = 1_000_000


BOMB = gzip.compress(b"\0" * 50 * MANY)


@pytest.mark.parametrize(
    "script",
    [
        repeats(CHUNKED, b"6\r\n<html>\r\n" * 1000),
        repeats(CHUNKED, b"1\r\nx\r\n" * 1000),
        repeats(CHUNKED + b"1;", b"extension" * 1000),
        repeats(CHUNKED + b"0\r\n", b"X-Trailer: x\r\n" * 1000),
        repeats(CHUNKED + b"0\r\nX-Trailer: ", b"x" * 1000),
        repeats(f"HTTP/1.1 200 OK\r\nContent-Length: {10**12}\r\n\r\n".encode(), b"x" * 1000),
        repeats(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 1000),
        repeats(b"HTTP/1.1 200 OK\r\n", b"X-Many: x\r\n" * 10),
        repeats(b"HTTP/1.1 200 ", b"OK " * 1000),
        repeats(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>\r\n\r\n" * 10),
        says(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"Content-Length: 0\r\n\r\n"),
        says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 40_000 + b"\r\nContent-Length: 0\r\n\r\n"),
        says(response(BOMB, "Content-Encoding: gzip")),
        says(response(zlib.compress(b"\0" * 50 * MANY), "Content-Encoding: deflate")),
    ],
    ids=[
        "html without end",
        "one-byte chunks without end",
        "chunk extensions without end",
        "trailers without end",
        "one trailer without end",
        "a terabyte announced",
        "one header without end",
        "headers without end",
        "a reason without end",
        "early hints without end",
        "101 headers",
        "a 40 kB header",
        "a gzip bomb",
        "a deflate bomb",
    ],
)
async def test_a_response_without_end_is_too_large(
    transport: HttpTransport, script: Script
) -> None:
    with pytest.raises(ResponseTooLarge):
        await fetch(transport, script, max_bytes=100_000)


async def test_a_body_exactly_as_large_as_allowed_is_taken(transport: HttpTransport) -> None:
    assert len((await fetch(transport, says(response(b"x" * 1000)), max_bytes=1000)).body) == 1000
    packed = response(gzip.compress(b"x" * 1000), "Content-Encoding: gzip")
    assert len((await fetch(transport, says(packed), max_bytes=1000)).body) == 1000
    with pytest.raises(ResponseTooLarge, match="999 bytes"):
        await fetch(transport, says(packed), max_bytes=999)


@pytest.mark.parametrize(
    "raw",
    [
        b"hello, I am not a web server\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nrubbish",
        b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\x1bb\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX Y: a\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\n\r\nwhere does this end?",
        CHUNKED + b"zz\r\nx\r\n0\r\n\r\n",
        CHUNKED + b"-1\r\nx\r\n0\r\n\r\n",
        CHUNKED + b"2\r\nxxxxx\r\n0\r\n\r\n",
        CHUNKED + b"FFFFFFFFFFFFFFFFFF\r\nx",
        response(b"longer than announced").replace(b"Length: 21", b"Length: 5"),
        response(b"one") + response(b"two"),
        response(b"x", "Content-Encoding: br"),
        response(b"x", "Content-Encoding: zstd"),
        response(b"x", "Content-Encoding: gzip"),
        response(gzip.compress(gzip.compress(b"x" * MANY)), "Content-Encoding: gzip, gzip"),
        response(gzip.compress(b"x"), "Content-Encoding: gzip", "Content-Encoding: gzip"),
        response(gzip.compress(b"x" * 1000)[:-9], "Content-Encoding: gzip"),
        response(gzip.compress(b"x") * 2, "Content-Encoding: gzip"),
        response(gzip.compress(b"x") + b"rubbish", "Content-Encoding: gzip"),
        response(b"", "Content-Encoding: gzip"),
    ],
)
async def test_what_is_not_sound_http_is_malformed(transport: HttpTransport, raw: bytes) -> None:
    with pytest.raises(MalformedResponse):
        await fetch(transport, says(raw))


async def test_bytes_that_nobody_asked_for_never_answer_the_next_request(
    transport: HttpTransport,
) -> None:
    sent = asyncio.Event()
    may_send = asyncio.Event()

    async def twice(writer: asyncio.StreamWriter) -> None:
        writer.write(response(b"right"))

        async def later() -> None:
            await may_send.wait()
            writer.write(response(b"poison"))
            await writer.drain()
            sent.set()

        tasks.append(asyncio.create_task(later()))

    tasks: list[asyncio.Task[None]] = []
    async with hostile(twice, says(response(b"right"))) as server:
        assert (await transport.fetch(FetchRequest(server.url, timeout=10))).body == b"right"
        may_send.set()
        await sent.wait()
        for _ in range(3):
            assert (await transport.fetch(FetchRequest(server.url, timeout=10))).body == b"right"
        assert server.connections == 2
        await asyncio.gather(*tasks)


async def test_header_values_can_always_be_sent_on(transport: HttpTransport) -> None:
    raw = response().replace(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nX: \xe3\x83\x84\xff\r\n")
    value = (await fetch(transport, says(raw))).header("x")
    assert value
    assert value.encode("latin-1") == b"\xe3\x83\x84\xff"


@pytest.mark.parametrize(
    "header",
    [
        ("x-a", "1\r\nx-b: 2"),
        ("x-a", "1\nx-b: 2"),
        ("x-a: 1\r\nx-b", "2"),
        ("x-a", "\0"),
        ("x-a", "\u30c4"),
        ("host", "elsewhere"),
        ("transfer-encoding", "chunked"),
        ("content-length", "0"),
    ],
)
async def test_a_header_that_would_break_the_request_is_not_sent(
    transport: HttpTransport, header: tuple[str, str]
) -> None:
    async with hostile(says(response())) as server:
        with pytest.raises(ConnectFailed, match="nothing was sent"):
            await transport.fetch(FetchRequest(server.url, (header,), timeout=10))
    assert server.requests == []
