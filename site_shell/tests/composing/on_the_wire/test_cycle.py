"""Answers behind the shell's end of HTTP: the same as uvicorn's, in fewer writes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from site_shell.composer.field_lines import FieldLines, Header
from site_shell.cycle import MAX_HELD_BYTES
from site_shell.protocol import StrictProtocol

from .serving import received, served

Send = Callable[[dict[str, Any]], Awaitable[None]]
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
SIZED = [(b"x-a", b"b"), (b"content-length", b"6")]
PLAIN = [(b"x-a", b"b")]


class Answering:
    """An application that gives the same answer to everybody."""

    def __init__(
        self, headers: Sequence[Header], parts: Sequence[bytes], *, status: int = 200
    ) -> None:
        self._start = {"type": "http.response.start", "status": status, "headers": headers}
        self._parts = parts

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        await send(self._start)
        for part in self._parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})


def told(app: Any, asked: bytes, http: type[HttpToolsProtocol] = StrictProtocol) -> bytes:
    with served(app, http=http, lifespan="off") as connect, connect() as connection:
        connection.sendall(asked)
        return received(connection)


def in_parts(answer: bytes) -> list[tuple[list[bytes], bytes]]:
    """Each answer of a connection: its lines in any order, and its body."""
    found = []
    for one in answer.split(b"HTTP/1.1 ")[1:]:
        head, _, body = one.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"date: ")]
        found.append((sorted(lines), body))
    return found


@pytest.mark.parametrize(
    ("headers", "parts", "status"),
    [
        pytest.param(SIZED, [b"abc", b"def"], 200, id="of known length"),
        pytest.param([(b"content-length", b"0")], [], 200, id="empty"),
        pytest.param(PLAIN, [b"abc", b"", b"def"], 200, id="in chunks"),
        pytest.param(PLAIN, [], 404, id="in no chunk"),
        pytest.param(PLAIN, [], 304, id="not modified"),
        pytest.param(PLAIN, [], 204, id="no content"),
    ],
)
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", id="close"),
        pytest.param(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", id="head"),
        pytest.param(b"GET / HTTP/1.0\r\n\r\n", id="1.0"),
        pytest.param(
            GET + GET + b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", id="pipelined"
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
            id="post",
        ),
    ],
)
def test_answers_are_those_of_uvicorn(
    headers: list[Header], parts: list[bytes], status: int, asked: bytes
) -> None:
    ours = told(Answering(FieldLines(headers), parts, status=status), asked)
    plain = told(Answering(headers, parts, status=status), asked, HttpToolsProtocol)
    assert ours.count(b"HTTP/1.1 ") == asked.count(b"HTTP/1.")
    assert in_parts(ours) == in_parts(plain)


class Transport(asyncio.Transport):
    """Keeps what is written, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class Conversation:
    """One connection to an application, without sockets: what is written when."""

    def __init__(self, app: Any) -> None:
        config = Config(app, http=StrictProtocol, ws="none", log_config=None, access_log=False)
        config.load()
        self._state = ServerState()
        self.transport = Transport()
        self.protocol = StrictProtocol(config, self._state, {})
        self.protocol.connection_made(self.transport)

    async def ask(self) -> list[bytes]:
        """Ask, and let the application end."""
        self.protocol.data_received(GET)
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        return self.transport.written


def conversing(app: Any) -> list[bytes]:
    async def converse() -> list[bytes]:
        return await Conversation(app).ask()

    with asyncio.Runner() as runner:
        return runner.run(converse())


def test_an_answer_that_is_there_is_one_write() -> None:
    (written,) = conversing(Answering(FieldLines(SIZED), [b"abc", b"def"]))
    assert written.startswith(b"HTTP/1.1 200 OK\r\nx-a: b\r\n")
    assert written.endswith(b"\r\n\r\nabcdef")


def test_what_is_sent_in_one_step_is_one_write_and_waits_for_nothing() -> None:
    async def app(scope: Any, receive: Any, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": FieldLines(PLAIN)})
        for part in (b"head", b"body"):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        # What comes later, comes later.
        await asyncio.sleep(0)
        steps.append(len(conversations[0].transport.written))
        await send({"type": "http.response.body", "body": b"late", "more_body": True})
        await send({"type": "http.response.body"})

    async def converse() -> list[bytes]:
        conversations.append(Conversation(app))
        return await conversations[0].ask()

    steps: list[int] = []
    conversations: list[Conversation] = []
    with asyncio.Runner() as runner:
        first, last = runner.run(converse())
    assert steps == [1]
    assert first.endswith(b"\r\n\r\n4\r\nhead\r\n4\r\nbody\r\n")
    assert last == b"4\r\nlate\r\n0\r\n\r\n"


def test_nothing_is_held_back_without_end() -> None:
    part = b"a" * 30_000
    written = conversing(Answering(FieldLines(PLAIN), [part] * 30))
    assert max(map(len, written)) < MAX_HELD_BYTES + len(part) + 1_000
    assert sum(piece.count(part) for piece in written) == 30


def test_whoever_reads_slowly_is_waited_for() -> None:
    async def converse() -> tuple[int, int]:
        conversation = Conversation(app)
        conversation.protocol.pause_writing()
        asked = asyncio.create_task(conversation.ask())
        while not asked.done() and conversation.protocol.flow.write_paused:
            await asyncio.sleep(0)
            before = len(conversation.transport.written)
            if has_begun.is_set():
                conversation.protocol.resume_writing()
        return before, b"".join(await asked).count(b"abc")

    async def app(scope: Any, receive: Any, send: Send) -> None:
        has_begun.set()
        await Answering(FieldLines(PLAIN), [b"abc"] * 5)(scope, receive, send)

    has_begun = asyncio.Event()
    with asyncio.Runner() as runner:
        assert runner.run(converse()) == (0, 5)


@pytest.mark.parametrize(
    ("parts", "problem"), [([b"abcdefg"], "longer"), ([b"abc"], "shorter"), ([], "shorter")]
)
def test_a_wrong_length_is_an_error_and_ends_the_connection(
    parts: list[bytes], problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def converse() -> Transport:
        conversation = Conversation(Answering(FieldLines(SIZED), parts))
        await conversation.ask()
        return conversation.transport

    with asyncio.Runner() as runner:
        transport = runner.run(converse())
    assert transport.is_closed
    assert f"{problem} than Content-Length" in caplog.text


def test_nothing_is_written_to_who_has_gone() -> None:
    async def converse() -> list[bytes]:
        conversation = Conversation(app)
        conversation.protocol.data_received(GET)
        await has_begun.wait()
        conversation.protocol.connection_lost(None)
        may_go_on.set()
        await asyncio.gather(*conversation._state.tasks)
        return conversation.transport.written

    async def app(scope: Any, receive: Any, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": FieldLines(PLAIN)})
        has_begun.set()
        await may_go_on.wait()
        await send({"type": "http.response.body", "body": b"late", "more_body": True})
        await send({"type": "http.response.body"})

    has_begun, may_go_on = asyncio.Event(), asyncio.Event()
    with asyncio.Runner() as runner:
        assert runner.run(converse()) == []


def test_a_second_head_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": FieldLines(SIZED)}
        await send(start)
        await send({"type": "http.response.body", "body": b"abcdef"})
        await send(start)

    (written,) = conversing(app)
    assert written.count(b"HTTP/1.1") == 1
    assert "Unexpected ASGI message 'http.response.start'" in caplog.text
