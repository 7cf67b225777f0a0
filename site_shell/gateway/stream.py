"""The body of a request as it comes in, and what becomes of one that nobody wants."""

import asyncio
from typing import Final

from ..composer.lane import Receive, Send
from ..composer.reply import Answer
from ..composer.request import PageRequest
from .content import TOO_LARGE, TOO_SLOW, Content, Spool, Unread, VisitorGone

# The first bytes may take this long, and all others at least this many bytes a second.
SECONDS: Final = 15.0
LEAST_RATE: Final = 32_768
# Of what is refused so much is read, so that browsers, which send all before they look, get to
# see the answer; then the connection is closed.
_DISCARDED_BYTES: Final = 33_554_432
_DISCARDED_SECONDS: Final = 2.0


async def send_after(stream: "Stream", answer: Answer, send: Send) -> None:
    """Send a whole answer, when the rest of what came with its request is out of the way."""
    if not stream.is_read:
        await stream.discard()
        answer.also([("connection", "close")])
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


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
