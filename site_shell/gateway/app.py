"""Actions as an ASGI application, in front of Django: which would read a whole body into memory.

What is no action, or comes for a foreign host, is Django's to answer.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Final

from fragment_contract import wire

from ..composer.lane import App, Receive, Scope, Send, request_of
from ..composer.reply import Answer
from ..composer.request import PageRequest, trace_of
from ..composer.site import Site
from ..composer.whole import WholePages
from .content import TOO_LARGE, TOO_SLOW, Body, Content, Spool, Unread, VisitorGone
from .forwarding import Post
from .handling import Gateway

logger = logging.getLogger(__name__)

_PREFIX: Final = wire.ACTION_PREFIX.encode()
_NAME: Final = rb"[-a-zA-Z0-9_]+"
_PATH: Final = re.compile(_PREFIX + rb"(%b/%b)/(%b)(/.*)?" % (_NAME, _NAME, _NAME), re.DOTALL)
# The first bytes may take this long, and all others at least this many bytes a second.
SECONDS: Final = 15.0
LEAST_RATE: Final = 32_768
# Of what is refused so much is read, so that browsers, which send all before they look, get to
# see the answer; then the connection is closed.
_DISCARDED_BYTES: Final = 33_554_432
_DISCARDED_SECONDS: Final = 2.0


class Actions:
    """Answers actions itself and hands all other requests to ``app``.

    ``gateway`` is asked for at each action. ``seconds`` is the time for a small body.
    """

    def __init__(
        self,
        app: App,
        *,
        gateway: Callable[[], Gateway],
        site: Site,
        pages: WholePages,
        seconds: float = SECONDS,
    ) -> None:
        self._app = app
        self._gateway = gateway
        self._site = site
        self._pages = pages
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection of the server."""
        found = _PATH.fullmatch(scope["raw_path"]) if scope["type"] == "http" else None
        request = request_of(scope) if found else None
        if found is None or request is None or not self._site.is_host(request.host):
            await self._app(scope, receive, send)
            return
        stream = Stream(receive, request, self._seconds)
        post = Post(
            fragment=found[1].decode(),
            action=found[2].decode(),
            request=request,
            trace=trace_of(request.headers),
            body=Body(stream),
            address=(scope.get("client") or ("",))[0],
            rest=(found[3] or b"").decode("latin-1"),
        )
        try:
            answer = await self._answer(post)
        except VisitorGone:
            return
        finally:
            post.body.close()
        if not stream.is_read:
            await stream.discard()
            answer.also([("connection", "close")])
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        )
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, post: Post) -> Answer:
        try:
            # Whoever clicks twice goes away from the first click: what was begun is finished.
            return await self._gateway().handle(post)
        except VisitorGone:
            raise
        except Exception:
            logger.exception("action %.500s", post.request.path)
            return await self._pages.error(post.request, post.trace, 500)


class Stream:
    """The body of a request as the server hands it out."""

    def __init__(self, receive: Receive, request: PageRequest, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        # The server has made sure that it is a number, and the only one.
        self._announced = int(request.headers.get("content-length") or 0)
        self._content_type = request.headers.get("content-type", "")
        self.is_read = not self._announced and "transfer-encoding" not in request.headers

    async def read(self, max_bytes: int) -> Content:
        """See Source."""
        if self._announced > max_bytes:
            raise Unread(TOO_LARGE)
        spool = Spool(self._content_type)
        started = asyncio.get_running_loop().time()
        try:
            while not self.is_read:
                async with asyncio.timeout_at(started + self._seconds + spool.size / LEAST_RATE):
                    part = await self._part()
                await spool.add(part)
                if spool.size > max_bytes:
                    raise Unread(TOO_LARGE)
            return await spool.finish()
        except TimeoutError:
            spool.close()
            raise Unread(TOO_SLOW) from None
        except BaseException:
            spool.close()
            raise

    async def discard(self) -> None:
        """Read on for a while, without keeping anything."""
        if self._announced > _DISCARDED_BYTES:
            return
        size = 0
        try:
            async with asyncio.timeout(min(_DISCARDED_SECONDS, self._seconds)):
                while not self.is_read and size <= _DISCARDED_BYTES:
                    size += len(await self._part())
        except (TimeoutError, VisitorGone):
            pass

    async def _part(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise VisitorGone
        self.is_read = not message.get("more_body", False)
        part: bytes = message.get("body", b"")
        return part
