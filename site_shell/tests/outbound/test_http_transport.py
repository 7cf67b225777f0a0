"""The default transport against real sockets and services that break every rule."""

import asyncio
import gc
import gzip
import socket
import zlib
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
from asgiref.sync import async_to_sync

from site_shell.composer.errors import (
    ConnectFailed,
    Disconnected,
    FetchError,
    FetchTimeout,
    MalformedResponse,
    ResponseTooLarge,
)
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.http import HttpTransport

from .hostile_server import (
    Script,
    hostile,
    never_answers,
    repeats,
    resets,
    response,
    says,
)

MANY = 1_000_000


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    transport = HttpTransport()
    yield transport
    await transport.aclose()


async def fetch(transport: HttpTransport, script: Script, **request: object) -> FetchResponse:
    async with hostile(script) as server:
        # A generous deadline: only tests of deadlines may end by it.
        return await transport.fetch(FetchRequest(server.url, **{"timeout": 10, **request}))  # type: ignore[arg-type]


# What a well-behaved service gets.


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
            FetchRequest(f"{server.url}/list?a=1&b=%C3%A9#top", (("podium-locale", "en"),))
        )
    assert server.requests == [
        b"GET /list?a=1&b=%C3%A9 HTTP/1.1\r\n"
        b"host: " + server.url.removeprefix("http://").encode() + b"\r\n"
        b"podium-locale: en\r\n"
        b"accept-encoding: identity\r\n\r\n"
    ]


async def test_a_url_that_is_not_ascii_is_quoted(transport: HttpTransport) -> None:
    async with hostile(says(response())) as server:
        await transport.fetch(FetchRequest(f"{server.url}/naïve path?q=a b%20c"))
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
            await transport.fetch(FetchRequest(server.url))
        assert server.connections == 1


async def test_parallel_fetches_use_connections_of_their_own(transport: HttpTransport) -> None:
    async with hostile(says(response(b"a")), says(response(b"b")), says(response(b"c"))) as server:
        got = await asyncio.gather(*(transport.fetch(FetchRequest(server.url)) for _ in range(3)))
        assert sorted(one.body for one in got) == [b"a", b"b", b"c"]
        assert server.connections == 3


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "304 Not Modified"])
async def test_a_connection_the_service_will_close_is_not_used_again(
    transport: HttpTransport, status: str
) -> None:
    script = says(response(b"", "Connection: close", status=status))
    async with hostile(script) as server:
        for _ in range(2):
            await transport.fetch(FetchRequest(server.url))
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
            got = await transport.fetch(FetchRequest(server.url))
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
        got = await transport.fetch(FetchRequest(server.url))
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
        request = FetchRequest(server.url, (("content-type", "text/plain"),), "POST", b"a=1")
        assert (await transport.fetch(request)).status == 303
    assert server.requests[0].endswith(
        b"content-length: 3\r\nconnection: close\r\n\r\na=1",
    )


# What nobody answers.


async def test_a_refused_connection_is_connect_failed(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectFailed, match=f"127.0.0.1:{port}"):
        await transport.fetch(FetchRequest(f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "http:///path",
        "//127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "http://[::1/",
        "http://a b/",
        "http://a\r\nhost: b/",
        "http://ho\u0161t.example/",
        "",
    ],
)
async def test_what_is_no_service_url_is_connect_failed(transport: HttpTransport, url: str) -> None:
    with pytest.raises(ConnectFailed):
        await transport.fetch(FetchRequest(url))


async def test_a_password_in_a_url_is_refused_and_not_repeated(transport: HttpTransport) -> None:
    with pytest.raises(ConnectFailed) as caught:
        await transport.fetch(FetchRequest("http://user:hunter2@127.0.0.1/"))
    assert "hunter2" not in str(caught.value)


async def test_a_host_that_cannot_be_looked_up_is_connect_failed(transport: HttpTransport) -> None:
    with pytest.raises(ConnectFailed):
        await transport.fetch(FetchRequest(f"http://{'long' * 20}.invalid/", timeout=10))


async def test_a_service_that_speaks_no_tls_is_connect_failed(transport: HttpTransport) -> None:
    def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(response(status="400 Bad Request"))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(ConnectFailed):
            await transport.fetch(FetchRequest(f"https://127.0.0.1:{port}/", timeout=10))


async def test_a_service_that_never_answers_is_a_timeout(transport: HttpTransport) -> None:
    with pytest.raises(FetchTimeout, match="did not send a response"):
        await fetch(transport, never_answers, timeout=0.05)


async def test_the_deadline_covers_a_connection_that_is_never_accepted(
    transport: HttpTransport,
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as waiting:
        for _ in range(8):  # fills the queue of those to be accepted
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        port = listener.getsockname()[1]
        with pytest.raises(FetchTimeout, match="accept"):
            await transport.fetch(FetchRequest(f"http://127.0.0.1:{port}/", timeout=0.05))


async def test_the_deadline_covers_a_body_that_drips(transport: HttpTransport) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    with pytest.raises(FetchTimeout, match="rest of its response"):
        await fetch(transport, repeats(head, b"x", pause=0.005), timeout=0.1)


async def test_the_deadline_covers_headers_that_drip(transport: HttpTransport) -> None:
    with pytest.raises(FetchTimeout):
        await fetch(transport, repeats(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause=0.005), timeout=0.1)


async def test_each_fetch_over_a_kept_connection_has_its_own_deadline(
    transport: HttpTransport,
) -> None:
    may_answer = asyncio.Event()

    async def answers_when_let(writer: asyncio.StreamWriter) -> None:
        await may_answer.wait()
        writer.write(response(b"late"))

    async with hostile(says(response()), answers_when_let) as server:
        await transport.fetch(FetchRequest(server.url, timeout=0.5))
        second = asyncio.create_task(transport.fetch(FetchRequest(server.url, timeout=10)))
        # Longer than the first one had.
        await asyncio.wait((second,), timeout=0.7)
        may_answer.set()
        assert (await second).body == b"late"
        assert server.connections == 1


async def test_a_short_deadline_counts_after_a_long_one(transport: HttpTransport) -> None:
    async with hostile(says(response()), never_answers) as server:
        await transport.fetch(FetchRequest(server.url, timeout=10))
        with pytest.raises(FetchTimeout):
            await transport.fetch(FetchRequest(server.url, timeout=0.05))
        assert server.connections == 1


async def test_a_deadline_counts_after_one_that_was_not_needed(transport: HttpTransport) -> None:
    async with hostile(says(response()), never_answers) as server:
        await transport.fetch(FetchRequest(server.url, timeout=0.5))
        with pytest.raises(FetchTimeout):
            await transport.fetch(FetchRequest(server.url, timeout=0.6))
        assert server.connections == 1


async def test_no_time_left_is_a_timeout_that_asks_nothing(transport: HttpTransport) -> None:
    async with hostile(says(response())) as server:
        with pytest.raises(FetchTimeout):
            await transport.fetch(FetchRequest(server.url, timeout=0))
    assert server.requests == []


# What breaks off.


@pytest.mark.parametrize(
    "script",
    [
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<p>half", close=True),
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>ha\r\n", close=True),
        says(b"HTTP/1.1 200 OK\r\nContent-Le", close=True),
        says(close=True),
        resets,
    ],
    ids=["in the body", "between chunks", "in the headers", "before a byte", "by a reset"],
)
async def test_a_connection_that_breaks_is_disconnected(
    transport: HttpTransport, script: Script
) -> None:
    with pytest.raises(Disconnected):
        await fetch(transport, script)


async def test_a_kept_connection_that_died_is_replaced_unnoticed(transport: HttpTransport) -> None:
    async with hostile(says(response(b"1")), resets, says(response(b"2"))) as server:
        await transport.fetch(FetchRequest(server.url))
        assert (await transport.fetch(FetchRequest(server.url))).body == b"2"
        assert server.connections == 2


async def test_a_fresh_connection_that_dies_is_not_tried_again(transport: HttpTransport) -> None:
    async with hostile(resets) as server:
        with pytest.raises(Disconnected):
            await transport.fetch(FetchRequest(server.url))
        assert len(server.requests) == 1


async def test_a_response_that_breaks_on_a_kept_connection_is_not_tried_again(
    transport: HttpTransport,
) -> None:
    half = says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha", close=True)
    async with hostile(says(response()), half) as server:
        await transport.fetch(FetchRequest(server.url))
        with pytest.raises(Disconnected):
            await transport.fetch(FetchRequest(server.url))
        assert len(server.requests) == 2


async def test_a_post_is_never_sent_over_a_kept_connection_nor_twice(
    transport: HttpTransport,
) -> None:
    async with hostile(says(response()), resets) as server:
        await transport.fetch(FetchRequest(server.url))
        with pytest.raises(Disconnected):
            await transport.fetch(FetchRequest(server.url, method="POST", body=b"x"))
        assert (len(server.requests), server.connections) == (2, 2)


# What is too much.

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
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


# What is wrong.


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
        assert (await transport.fetch(FetchRequest(server.url))).body == b"right"
        may_send.set()
        await sent.wait()
        for _ in range(3):
            assert (await transport.fetch(FetchRequest(server.url))).body == b"right"
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
            await transport.fetch(FetchRequest(server.url, (header,)))
    assert server.requests == []


# How it lives and ends.


async def test_a_cancelled_fetch_drops_its_connection(transport: HttpTransport) -> None:
    async with hostile(never_answers, says(response(b"new"))) as server:
        task = asyncio.create_task(transport.fetch(FetchRequest(server.url, timeout=10)))
        while not server.requests:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await transport.fetch(FetchRequest(server.url))).body == b"new"
        assert server.connections == 2


def test_each_event_loop_has_connections_of_its_own_which_close_with_it() -> None:
    transport = HttpTransport()

    async def one_page() -> int:
        async with hostile(says(response())) as server:
            for _ in range(2):
                await transport.fetch(FetchRequest(server.url))
            return server.connections

    # Warnings are errors: a socket left open by one of the loops would be told by the collection.
    assert [asyncio.run(one_page()) for _ in range(2)] == [1, 1]
    assert [async_to_sync(one_page)() for _ in range(2)] == [1, 1]
    gc.collect()
    assert not transport._lifetimes


async def test_every_failure_is_a_fetch_error_that_names_the_service(
    transport: HttpTransport,
) -> None:
    for script in (resets, says(b"rubbish\r\n\r\n"), repeats(CHUNKED, b"1\r\nx\r\n" * 1000)):
        async with hostile(script) as server:
            with pytest.raises(FetchError, match=server.url):
                await transport.fetch(FetchRequest(server.url, timeout=10))


async def test_a_transport_can_be_used_again_after_it_was_closed(transport: HttpTransport) -> None:
    async with hostile(says(response())) as server:
        await transport.fetch(FetchRequest(server.url))
        await transport.aclose()
        await transport.fetch(FetchRequest(server.url))
        assert server.connections == 2
