"""The default transport over real sockets: connections that break, and those that live on."""

import asyncio
import gc

import pytest
from asgiref.sync import async_to_sync

from site_shell.composer.errors import (
    Disconnected,
    FetchError,
)
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.http import HttpTransport

from .fetching import fetch
from .hostile_server import (
    CHUNKED,
    Script,
    hostile,
    never_answers,
    repeats,
    resets,
    response,
    says,
)


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
        await transport.fetch(FetchRequest(server.url, timeout=10))
        assert (await transport.fetch(FetchRequest(server.url, timeout=10))).body == b"2"
        assert server.connections == 2


async def test_a_fresh_connection_that_dies_is_not_tried_again(transport: HttpTransport) -> None:
    async with hostile(resets) as server:
        with pytest.raises(Disconnected):
            await transport.fetch(FetchRequest(server.url, timeout=10))
        assert len(server.requests) == 1


async def test_a_response_that_breaks_on_a_kept_connection_is_not_tried_again(
    transport: HttpTransport,
) -> None:
    half = says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha", close=True)
    async with hostile(says(response()), half) as server:
        await transport.fetch(FetchRequest(server.url, timeout=10))
        with pytest.raises(Disconnected):
            await transport.fetch(FetchRequest(server.url, timeout=10))
        assert len(server.requests) == 2


async def test_a_post_is_never_sent_over_a_kept_connection_nor_twice(
    transport: HttpTransport,
) -> None:
    async with hostile(says(response()), resets) as server:
        await transport.fetch(FetchRequest(server.url, timeout=10))
        with pytest.raises(Disconnected):
            await transport.fetch(FetchRequest(server.url, method="POST", body=b"x", timeout=10))
        assert (len(server.requests), server.connections) == (2, 2)


async def test_a_cancelled_fetch_drops_its_connection(transport: HttpTransport) -> None:
    async with hostile(never_answers, says(response(b"new"))) as server:
        task = asyncio.create_task(transport.fetch(FetchRequest(server.url, timeout=10)))
        while not server.requests:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await transport.fetch(FetchRequest(server.url, timeout=10))).body == b"new"
        assert server.connections == 2


def test_each_event_loop_has_connections_of_its_own_which_close_with_it() -> None:
    transport = HttpTransport()

    async def one_page() -> int:
        async with hostile(says(response())) as server:
            for _ in range(2):
                await transport.fetch(FetchRequest(server.url, timeout=10))
            return server.connections

    # Warnings are errors: a socket left open by one of the loops would be told by the collection.
    assert [asyncio.run(one_page()) for _ in range(2)] == [1, 1]
    assert [async_to_sync(one_page)() for _ in range(2)] == [1, 1]
    gc.collect()
    assert not transport._lifetimes


async def test_what_was_under_way_when_all_was_closed_closes_when_it_ends(
    transport: HttpTransport,
) -> None:
    may_answer = asyncio.Event()
    closing: list[asyncio.Task[None]] = []

    async def slow(writer: asyncio.StreamWriter) -> None:
        await may_answer.wait()
        writer.write(response(b"late"))
        await writer.drain()
        closing.append(asyncio.create_task(writer.wait_closed()))

    async with hostile(slow) as server:
        task = asyncio.create_task(transport.fetch(FetchRequest(server.url, timeout=10)))
        while not server.requests:
            await asyncio.sleep(0)
        await transport.aclose()
        may_answer.set()
        assert (await task).body == b"late"
        # The server sees the end of the connection, instead of waiting for a next request.
        await asyncio.wait_for(closing[0], 10)


async def test_every_failure_is_a_fetch_error_that_names_the_service(
    transport: HttpTransport,
) -> None:
    for script in (resets, says(b"rubbish\r\n\r\n"), repeats(CHUNKED, b"1\r\nx\r\n" * 1000)):
        async with hostile(script) as server:
            with pytest.raises(FetchError, match=server.url):
                await transport.fetch(FetchRequest(server.url, timeout=10))


async def test_a_transport_can_be_used_again_after_it_was_closed(transport: HttpTransport) -> None:
    async with hostile(says(response())) as server:
        await transport.fetch(FetchRequest(server.url, timeout=10))
        await transport.aclose()
        await transport.fetch(FetchRequest(server.url, timeout=10))
        assert server.connections == 2
