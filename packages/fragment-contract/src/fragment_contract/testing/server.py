"""A fragment service that a test programs, on a real socket. No Django."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

from .. import wire
from ..errors import MalformedRequest
from ..manifest import NO_PARAMETERS, FragmentInfo, Manifest, podium_name
from .http11 import read_request
from .replies import Answer, Received, Reply

Handler = Callable[[Received], Answer]

_NOT_PROGRAMMED: Final = Reply(status=404, body="nothing is programmed for this path")
_WAIT_SECONDS: Final = 60.0
_TURNS_TO_ACCEPT: Final = 4


class FakeFragmentServer:
    """Answers every path as it was told, and remembers what it was asked.

    >>> with FakeFragmentServer() as server:
    ...     base = server.add_fragment("reviews/list", html="<p>Lovely.</p>")
    ...     server.respond("/fragments/list/", Hang())

    The listening socket is bound when the server is made; ``refuse`` closes it, and ``accept``
    opens it again on the same port.
    """

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = 0
        self._answers: dict[str, list[Answer | Handler]] = {}
        self._requests: list[Received] = []
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[Any] | None] = {}
        self._accepted = 0
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.accept()

    # What the server is told.

    @property
    def url(self) -> str:
        """The origin, without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    def respond(self, path: str, *answers: Answer | Handler) -> None:
        """Answer a path; several answers are given in turn, the last of them from then on.

        An answer may be a function of the request. The path ``*`` is for all other paths.
        """
        if not answers:
            raise ValueError("respond needs at least one answer")
        self._answers[path] = list(answers)

    def add_fragment(
        self,
        name: str,
        *,
        html: str = "<p>fake</p>",
        version: str = "1.0.0",
        headers: Mapping[str, str] | None = None,
        fallback: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        **manifest: Any,
    ) -> str:
        """Serve manifest, content and fallback of a healthy fragment; returns its base URL.

        ``headers`` are those of the content. Everything else goes into the manifest.
        """
        base = f"/fragments/{name.partition('/')[2]}"
        info = FragmentInfo(name=name, parameters=parameters or NO_PARAMETERS)
        document = Manifest(
            name=podium_name(name),
            version=version,
            fallback="/fallback" if fallback is not None else "",
            **{"fragment": info, **manifest},
        )
        sent = {wire.VERSION: version, "cache-control": "public, max-age=60", **(headers or {})}
        self.respond(f"{base}/", Reply(body=html, headers=sent))
        self.respond(
            f"{base}{wire.MANIFEST_PATH}",
            Reply(body=document.to_json(), content_type=wire.JSON),
        )
        if fallback is not None:
            self.respond(f"{base}/fallback", Reply(body=fallback))
        return f"{self.url}{base}"

    def accept(self) -> None:
        """Listen; on the same port as before, if there was one."""
        if self._server is None:
            self._server = self._do(asyncio.start_server(self._serve, self.host, self.port))
            self.port = self._server.sockets[0].getsockname()[1]

    def refuse(self) -> None:
        """Refuse new connections and drop the present ones, as a service that is down."""
        if self._server is not None:
            server, self._server = self._server, None
            self._do(_close(server))
        self.drop_connections()

    def drop_connections(self) -> None:
        """Close all connections, busy or idle, without a word."""
        self._do(self._drop())

    def close(self) -> None:
        """Stop for good."""
        if self._loop.is_closed():
            return
        self.refuse()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # What the server has seen.

    @property
    def requests(self) -> tuple[Received, ...]:
        """All requests so far, in the order in which their last byte arrived."""
        with self._changed:
            return tuple(self._requests)

    @property
    def connections(self) -> int:
        """How many connections were ever accepted."""
        with self._changed:
            return self._accepted

    def requests_for(self, path: str) -> tuple[Received, ...]:
        return tuple(request for request in self.requests if request.path == path)

    def wait_for_requests(self, count: int, *, timeout: float = _WAIT_SECONDS) -> None:
        """Block until so many requests came in all; TimeoutError if they do not."""
        end = time.monotonic() + timeout
        with self._changed:
            while len(self._requests) < count:
                if not self._changed.wait(end - time.monotonic()):
                    raise TimeoutError(f"{len(self._requests)} requests, not {count}")

    # How it is done.

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT_SECONDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections[writer] = asyncio.current_task()
        with self._changed:
            self._accepted += 1
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.CancelledError):
            pass  # the other side went away, or the test ends: both are everyday here
        finally:
            writer.close()
            try:
                await writer.wait_closed()
            except (ConnectionError, asyncio.CancelledError):
                pass  # it is closed all the same
            finally:
                del self._connections[writer]

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; False when the connection is over."""
        try:
            request = await read_request(reader)
        except MalformedRequest as error:
            answer = Reply(status=400, body=str(error), closes=True)
            return await _write(writer, answer, Received("GET", "", "", {}))
        if request is None:
            return False
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()
        kept = await _write(writer, self._find(request), request)
        return kept and request.headers.get("connection", "").lower() != "close"

    def _find(self, request: Received) -> Answer:
        answers = self._answers.get(request.path) or self._answers.get("*") or [_NOT_PROGRAMMED]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer(request) if callable(answer) else answer

    async def _drop(self) -> None:
        await _take_turns()
        busy = [task for task in self._connections.values() if task is not None]
        for writer in self._connections:
            writer.transport.abort()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


async def _write(writer: asyncio.StreamWriter, answer: Answer, request: Received) -> bool:
    async for piece in answer.pieces(request):
        writer.write(piece)
        await writer.drain()
    return not answer.closes


async def _close(server: asyncio.Server) -> None:
    # A connection that is just being accepted may find its server closed: then asyncio drops it
    # half made, and open. So first nobody is accepted any more.
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # of Windows' event loop
        for listener in server.sockets:
            loop.remove_reader(listener.fileno())
    await _take_turns()
    server.close()


async def _take_turns() -> None:
    """What was accepted in this moment is a connection of ours a few turns later."""
    for _ in range(_TURNS_TO_ACCEPT):
        await asyncio.sleep(0)
