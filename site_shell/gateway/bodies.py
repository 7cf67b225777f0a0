"""Reads request bodies before Django does, because Django reads them without limit.

Django's ASGI handler takes in a whole body, however large and however slow, before it calls any
view: https://docs.djangoproject.com/en/5.2/ref/request-response/ says nothing about it, its
``ASGIHandler.read_body`` does. Actions do not get as far as this: ``app`` is in front of it.
"""

from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any, Final

from ..composer.headers import NO_STORE, encode
from ..composer.lane import App, Receive, Scope, Send, request_of
from ..composer.reply import Answer
from ..composer.request import PageRequest, trace_of
from ..composer.site import Site
from ..composer.whole import WholePages
from .content import Unread, VisitorGone
from .stream import SECONDS, Stream, send_after

MAX_BODY_BYTES: Final = 1_048_576
NO_ROOM: Final = 503


class BoundedBodies:
    """An ASGI application around another one, which gets each body whole and small, or not.

    What is too large or too slow is not kept, and answered with a page for people, and with a plain
    sentence for programs. ``seconds`` is the time for a small body.
    """

    def __init__(
        self,
        app: App,
        *,
        site: Site,
        pages: WholePages,
        max_bytes: int = MAX_BODY_BYTES,
        seconds: float = SECONDS,
    ) -> None:
        self._app = app
        self._site = site
        self._pages = pages
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection of the server."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = request_of(scope)
        stream = Stream(receive, request, self._seconds)
        try:
            content = await stream.read(self._max_bytes)
            body = await content.whole()
            content.close()
        except VisitorGone:
            return
        except (Unread, OSError) as error:
            # What is too large has gone to the disk for a moment, and that may be full.
            status = error.status if isinstance(error, Unread) else NO_ROOM
            await send_after(stream, await self._refusal(request, status), send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _refusal(self, request: PageRequest, status: int) -> Answer:
        is_for_people = "text/html" in request.headers.get("accept", "")
        if is_for_people and self._site.is_host(request.host):
            return await self._pages.error(request, trace_of(request.headers), status)
        sentence = HTTPStatus(status).phrase.encode() + b"\n"
        headers = [
            ("content-type", "text/plain; charset=utf-8"),
            ("content-length", str(len(sentence))),
            ("cache-control", NO_STORE),
        ]
        return Answer(status, encode(headers), sentence)


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
