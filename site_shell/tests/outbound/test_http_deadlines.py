"""The default transport over real sockets: services that do not answer, or not in time."""

import asyncio
import socket
from contextlib import ExitStack

import pytest

from site_shell.composer.errors import (
    ConnectFailed,
    FetchTimeout,
)
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.http import HttpTransport

from .fetching import fetch
from .hostile_server import (
    hostile,
    never_answers,
    repeats,
    response,
    says,
)


async def test_a_refused_connection_is_connect_failed(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectFailed, match=f"127.0.0.1:{port}"):
        await transport.fetch(FetchRequest(f"http://127.0.0.1:{port}/", timeout=10))


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
        await transport.fetch(FetchRequest(server.url, timeout=1.5))
        second = asyncio.create_task(transport.fetch(FetchRequest(server.url, timeout=30)))
        # Longer than the first one had.
        await asyncio.wait((second,), timeout=1.6)
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
        await transport.fetch(FetchRequest(server.url, timeout=1.5))
        with pytest.raises(FetchTimeout):
            await transport.fetch(FetchRequest(server.url, timeout=1.6))
        assert server.connections == 1


async def test_no_time_left_is_a_timeout_that_asks_nothing(transport: HttpTransport) -> None:
    async with hostile(says(response())) as server:
        with pytest.raises(FetchTimeout):
            await transport.fetch(FetchRequest(server.url, timeout=0))
    assert server.requests == []
