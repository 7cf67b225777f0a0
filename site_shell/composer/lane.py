"""The fast face: pages answered by an ASGI application in front of Django's.

Django's request handler costs many times what composing a page from the cache does; so pages do
not pass through it, and everything else does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from .conf import Runtime
from .reply import Answer
from .request import PageRequest, sane_request_id

logger = logging.getLogger(__name__)

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
# Frameworks differ in how narrowly they type the three arguments.
App: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]

_READS: Final = frozenset({"GET", "HEAD"})
_WATCH_AFTER: Final = 0.01  # seconds


class Companion(Protocol):
    """Something that works beside the lane, from the first visitor to the last."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Lane:
    """Answers requests for pages itself and hands all others to ``app``."""

    def __init__(self, app: App, runtime: Runtime, companions: Sequence[Companion] = ()) -> None:
        self._app = app
        self._companions = companions
        self._runtime = runtime
        self._composer = runtime.composer
        self._audiences = runtime.composer.audiences
        self._recorder = runtime.recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The hot path: what is on these lines is paid by every cached page.
        headers = dict(scope["headers"])
        raw_path: bytes = scope["raw_path"]
        cookie = headers.get(b"cookie")
        key = (
            raw_path,
            scope["query_string"],
            headers.get(b"host", b""),
            b"" if cookie is None else self._audiences.key(cookie),
        )
        # Of a header that was sent twice the key has the last; nobody remembers a page for both.
        is_plain = len(headers) == len(scope["headers"])
        page = self._composer.remembered(key) if is_plain else None
        if page is not None and scope["method"] in _READS:
            request_id = sane_request_id(_text(headers.get(b"x-request-id")))
            none_match = _text(headers.get(b"if-none-match"))
            accept_encoding = _text(headers.get(b"accept-encoding"))
            answer = page.answer(scope["method"], none_match, accept_encoding, request_id)
            if answer.again is not None:
                self._recorder.remembered(request_id, answer.again)
            await _send_whole(answer, send)
        elif self._composer.owns(raw_path.decode("latin-1")):
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compose, and stop composing when the visitor goes away."""
        watch = _Watch(receive)
        try:
            await self._compose_and_send(request_of(scope), send)
        except OSError:
            pass  # nobody is left to whom a failed send would matter
        except asyncio.CancelledError:
            if not watch.has_cancelled:
                raise
        finally:
            watch.end()

    async def _compose_and_send(self, request: PageRequest, send: Send) -> None:
        answer = await self._composer.answer(request)
        if isinstance(answer.body, bytes):
            await _send_whole(answer, send)
            return
        parts = answer.body
        try:
            # Only what has begun cleans up after itself, and sending the start may fail already.
            first = await anext(parts, b"")
            await send(_start(answer))
            await send(_part(first))
            async for part in parts:
                await send(_part(part))
            await send({"type": "http.response.body", "body": b""})
        finally:
            await parts.aclose()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Read templates and registry before the first visitor comes; close after the last."""
        await receive()
        self._runtime.library.current()
        for companion in self._companions:
            companion.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for companion in self._companions:
            companion.stop()
        await self._runtime.aclose()
        await send({"type": "lifespan.shutdown.complete"})


async def _send_whole(answer: Answer, send: Send) -> None:
    await send(_start(answer))
    await send({"type": "http.response.body", "body": answer.body})


def _start(answer: Answer) -> Message:
    return {"type": "http.response.start", "status": answer.status, "headers": answer.headers}


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


class _Watch:
    """Cancels the task that made it when its visitor goes away.

    Only where that saves something: a page that takes no longer than ``_WATCH_AFTER`` is spared
    the second task, which costs a twentieth of it.
    """

    def __init__(self, receive: Receive) -> None:
        self.has_cancelled = False
        self._receive = receive
        self._composing = asyncio.current_task()
        self._watching: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_WATCH_AFTER, self._begin)

    def end(self) -> None:
        """Stop watching. The task goes on, cancelled or not."""
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if self.has_cancelled and self._composing is not None:
            self._composing.uncancel()

    def _begin(self) -> None:
        self._watching = asyncio.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        # A body that he sends is not read.
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._composing is not None:
            self.has_cancelled = True
            self._composing.cancel()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def request_of(scope: Scope) -> PageRequest:
    """What a page, or an action, may know of an HTTP request."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        # Repeated headers are joined, cookies the way cookies are: RFC 9110, 5.3; RFC 9113, 8.2.3.
        glue = "; " if key == "cookie" else ", "
        headers[key] = f"{headers[key]}{glue}{text}" if key in headers else text
    return PageRequest(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
    )
