"""Bodies of requests that are too large for memory: sent as fast as the other side reads them."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

logger = logging.getLogger(__name__)


class Upload(Protocol):
    """A body that is somewhere else than in memory, and whose length is known."""

    @property
    def size(self) -> int: ...

    def parts(self) -> AsyncGenerator[bytes, None]:
        """The body in parts, from its beginning at each call."""


class Valve:
    """Closed while the socket takes no more, as the event loop tells a protocol."""

    def __init__(self) -> None:
        self._waiter: asyncio.Future[None] | None = None
        self._is_closed = False

    def close(self) -> None:
        self._is_closed = True

    def open(self) -> None:
        """Let whoever waits go on."""
        self._is_closed = False
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self) -> None:
        """Return when there is room. Also lets the loop read: an answer may have come early."""
        await asyncio.sleep(0)
        while self._is_closed:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter


async def pour(upload: Upload, transport: asyncio.Transport, valve: Valve) -> None:
    """Write a body. What is wrong with it ends the connection, so that nobody takes it for whole.

    The service may answer before it has read all: whoever waits for that cancels this.
    """
    sent = 0
    try:
        async with aclosing(upload.parts()) as parts:
            async for part in parts:
                sent += len(part)
                if transport.is_closing():
                    return
                transport.write(part)
                await valve.wait()
    except OSError as error:
        logger.error("an upload cannot be read: %s", error)
        transport.abort()
        return
    if sent != upload.size:
        logger.error("an upload of %d bytes has become %d", upload.size, sent)
        transport.abort()
