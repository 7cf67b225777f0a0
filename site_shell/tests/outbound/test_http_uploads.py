"""Bodies that do not fit into memory, on real sockets: slow services, early answers, bad files."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from site_shell.composer.errors import Disconnected, FetchTimeout
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.http import HttpTransport
from site_shell.composer.transport.httpx import HttpxTransport

from .hostile_server import response

PART = b"0123456789abcdef" * 4096
PARTS = 160  # of 64 KiB: more than all buffers of two sockets together
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Photo:
    """A large body that counts how much of it was asked for; ``breaks`` after so many parts."""

    count: int = PARTS
    breaks: int = -1
    short: int = 0
    taken: int = 0
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = self.count * len(PART)

    async def parts(self) -> AsyncGenerator[bytes, None]:
        for number in range(self.count - self.short):
            if number == self.breaks:
                raise OSError("the disk is gone")
            self.taken += 1
            yield PART


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/photo"
    finally:
        server.close()


def send(
    transport: HttpTransport, url: str, photo: Photo, timeout: float = 10
) -> Awaitable[FetchResponse]:
    return transport.fetch(FetchRequest(url, method="POST", upload=photo, timeout=timeout))


async def head_of(reader: asyncio.StreamReader) -> bytes:
    return (await reader.readuntil(b"\r\n\r\n")).lower()


async def test_an_upload_arrives_whole_and_says_how_long_it_is(transport: HttpTransport) -> None:
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await head_of(reader))
        received.append(await reader.readexactly(PARTS * len(PART)))
        writer.write(response(b"thanks"))

    async with serving(serve) as url:
        assert (await send(transport, url, Photo())).body == b"thanks"
    assert f"content-length: {PARTS * len(PART)}\r\n".encode() in received[0]
    assert b"connection: close\r\n" in received[0]
    assert received[1] == PART * PARTS


async def test_no_more_is_read_of_a_file_than_the_service_takes(transport: HttpTransport) -> None:
    photo, go_on = Photo(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        await go_on.wait()
        await reader.readexactly(photo.size)
        writer.write(response(b"thanks"))

    async with serving(serve) as url:
        sending = asyncio.ensure_future(send(transport, url, photo))
        while not photo.taken:
            await asyncio.sleep(0.001)
        taken = -1
        while taken != photo.taken:
            taken = photo.taken
            await asyncio.sleep(0.05)
        assert 0 < taken < PARTS
        go_on.set()
        assert (await sending).status == 200
    assert photo.taken == PARTS


async def test_an_early_refusal_is_the_answer_and_ends_the_sending(
    transport: HttpTransport,
) -> None:
    photo = Photo()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nno!")
        await writer.drain()

    async with serving(serve) as url:
        answer = await send(transport, url, photo)
    assert (answer.status, answer.body) == (413, b"no!")
    assert photo.taken < PARTS
    await asyncio.sleep(0)
    taken = photo.taken
    await asyncio.sleep(0.05)
    assert photo.taken == taken


@pytest.mark.parametrize("photo", [Photo(breaks=3), Photo(short=1)], ids=["unreadable", "short"])
async def test_a_file_that_breaks_never_looks_whole(transport: HttpTransport, photo: Photo) -> None:
    whole: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        whole.append(await reader.readexactly(photo.size))

    async with serving(serve) as url:
        with pytest.raises(Disconnected):
            await send(transport, url, photo)
    assert whole == []


async def test_a_service_that_hangs_up_in_the_middle_is_disconnected(
    transport: HttpTransport,
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(100_000)
        writer.transport.abort()

    async with serving(serve) as url:
        with pytest.raises(Disconnected):
            await send(transport, url, Photo())


async def test_a_service_that_never_reads_is_given_up_at_the_deadline(
    transport: HttpTransport,
) -> None:
    photo = Photo()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with serving(serve) as url:
        with pytest.raises(FetchTimeout):
            await send(transport, url, photo, timeout=0.2)
    assert photo.taken < PARTS


async def test_whoever_goes_away_while_sending_leaves_nothing_behind(
    transport: HttpTransport,
) -> None:
    photo, gone = Photo(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        try:
            while await reader.read(4096):
                await asyncio.sleep(0.001)
        finally:
            gone.set()

    async with serving(serve) as url:
        sending = asyncio.ensure_future(send(transport, url, photo))
        while not photo.taken:
            await asyncio.sleep(0.001)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await asyncio.wait_for(gone.wait(), 10)
        taken = photo.taken
    assert taken == photo.taken < PARTS


async def test_httpx_is_given_the_same_upload() -> None:
    async def serve(request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        return httpx.Response(200, text=f"{len(body)} {request.headers['content-length']}")

    photo = Photo(count=2)
    transport = HttpxTransport(httpx.MockTransport(serve))
    request = FetchRequest("http://a.example/", method="POST", upload=photo, timeout=10)
    assert (await transport.fetch(request)).body == b"131072 131072"
