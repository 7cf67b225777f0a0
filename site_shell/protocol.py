"""The shell's end of HTTP/1.1: uvicorn's own, with less trust in what comes.

httptools refuses what two parsers could read in two ways: a Content-Length beside a
Transfer-Encoding, two of either, folded lines, bare line feeds, control characters. What it lets
pass is bounded here:

- a head of any length: 64 KiB are enough for every browser and every proxy
- a head that never ends, or never begins: connections cost a visitor nothing, and us a socket
- trailers, which uvicorn appends to the headers: what a proxy took out of a request's head must
  not come back behind its body
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from .cycle import Cycle

MAX_HEAD_BYTES: Final = 65_536
MAX_HEADERS: Final = 200
# From the opening of a connection, or from the first byte of a later request, to a whole head.
HEAD_SECONDS: Final = 10.0
_LATE: Final = 408
# These answers come from no application that could add what all others have.
_HEADERS: Final = (
    b"content-type: text/plain; charset=utf-8\r\n"
    b"cache-control: no-store\r\n"
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"connection: close\r\n"
)


class StrictProtocol(HttpToolsProtocol):
    """For uvicorn's ``http``: one per connection."""

    head_seconds = HEAD_SECONDS
    _in_head = False
    _head_bytes = 0
    _unread = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connects, and may say nothing."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(self.head_seconds, self._is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Its head is there, and what follows cannot add to it."""
        self._in_head = False
        self._stop_timer()
        if len(self.headers) > MAX_HEADERS:
            raise ValueError(f"{len(self.headers)} headers, more than {MAX_HEADERS}")
        # A head that came in one piece was not counted yet; what came may be its body, too.
        if self._unread > MAX_HEAD_BYTES and self._size() > MAX_HEAD_BYTES:
            raise ValueError(f"a head of more than {MAX_HEAD_BYTES} bytes")
        super().on_headers_complete()
        if type(self.cycle) is RequestResponseCycle:
            # uvicorn takes no class for its cycles, and this one has not begun.
            self.cycle.__class__ = Cycle
        # The scope keeps the list that it has; trailers go into one that nobody reads.
        self.headers = []

    def data_received(self, data: bytes) -> None:
        """Bytes of a request, in any pieces. A head that is too long is answered 400."""
        self._unread = self._head_bytes + len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.send_400_response("The head of the request is too long.")
                return
        # uvicorn's own timer, for connections that are kept alive, has ended with these bytes.
        if self._timer is None and (self._in_head or self._is_idle()):
            self._timer = self.loop.call_later(self.head_seconds, self._is_late)

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read, and close."""
        self._refuse(400, msg)

    def _refuse(self, status: int, message: str) -> None:
        body = message.encode("ascii")
        length = b"content-length: %d\r\n\r\n" % len(body)
        self.transport.write(b"".join((STATUS_LINE[status], _HEADERS, length, body)))
        self.transport.close()

    def _size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _is_idle(self) -> bool:
        # uvicorn says None before the first request, and not to the type checker.
        return bool(getattr(self.cycle, "response_complete", True))

    def _is_late(self) -> None:
        self._timer = None
        if not self._is_idle():
            # An earlier request of this connection is still being answered.
            self._timer = self.loop.call_later(self.head_seconds, self._is_late)
        elif self._in_head:
            self._refuse(_LATE, "The head of the request took too long.")
        else:
            self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
