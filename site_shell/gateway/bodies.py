"""Reads request bodies before Django does, because Django reads them without limit.

Django's ASGI handler takes in a whole body, however large and however slow, before it calls any
view: https://docs.djangoproject.com/en/5.2/ref/request-response/ says nothing about it, its
``ASGIHandler.read_body`` does. Actions do not get as far as this: ``app`` is in front of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from .content import TOO_LARGE, TOO_SLOW, VisitorGone

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# Every ASGI framework has types of its own for these three.
App: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]

MAX_BODY_BYTES: Final = 1_048_576
BODY_SECONDS: Final = 15.0


class BoundedBodies:
    """An ASGI application around another one, which gets each body whole and small, or not.

    What is too large or too slow is not read to its end, and answered with a plain sentence.
    """

    def __init__(
        self, app: App, *, max_bytes: int = MAX_BODY_BYTES, seconds: float = BODY_SECONDS
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection of the server."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body, problem = await self._read(scope, receive)
        except VisitorGone:
            return
        if problem:
            await _refuse(send, problem)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> tuple[bytes, int]:
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        # The server has made sure that it is a number, and the only one.
        if any(int(length) > self._max_bytes for length in lengths):
            return b"", TOO_LARGE
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read_all(receive)
        except TimeoutError:
            return b"", TOO_SLOW
        return (body, 0) if len(body) <= self._max_bytes else (b"", TOO_LARGE)

    async def _read_all(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        while size <= self._max_bytes:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise VisitorGone
            part = message.get("body", b"")
            parts.append(part)
            size += len(part)
            if not message.get("more_body", False):
                break
        return b"".join(parts)


async def _refuse(send: Send, status: int) -> None:
    sentence = HTTPStatus(status).phrase.encode() + b"\n"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(sentence)).encode()),
        (b"cache-control", b"no-store"),
        # What is left of the body is in the way of the next request.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence})


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, then whatever the server still has to say."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await _disconnect(receive)

    return replay


async def _disconnect(receive: Receive) -> MutableMapping[str, Any]:
    """The rest of a body that is not wanted is nothing that the application should see."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return message
