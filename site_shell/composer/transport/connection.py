"""One HTTP/1.1 connection that carries one exchange at a time.

llhttp (through httptools, which uvicorn brings along) does the parsing, in its strict mode;
what it leaves open is decided here: how large a head may be, that the end of a body is always
known, and that a connection on which anything unexpected arrived is never used again.
"""

import asyncio
import select
from functools import lru_cache
from typing import Final, cast

import httptools

from ..errors import (
    ConnectFailed,
    Disconnected,
    FetchError,
    FetchTimeout,
    MalformedResponse,
    ResponseTooLarge,
)
from . import FetchResponse
from .client_tls import refuses_our_certificate
from .decoding import Body, body_for
from .uploading import Upload, Valve, pour

MAX_HEADERS: Final = 100
MAX_HEAD_BYTES: Final = 32_768

# These have no body, whatever their headers say.
BODILESS: Final = frozenset({204, 304})
_FIRST_FINAL: Final = 200
_AFTER_LAST: Final = 600
# Bytes; longer headers are seldom sent twice.
_MAX_REMEMBERED: Final = 128
# What tells where a body ends, and what it is packed in.
_FRAMING: Final = frozenset({"content-length", "transfer-encoding", "content-encoding"})


# Services say the same in most headers of most responses.
@lru_cache(maxsize=1024)
def _header(name: bytes, value: bytes) -> tuple[str, str] | None:
    """A header as text, its name in lower case; None if it holds a control character."""
    text = value.decode("latin-1")
    if not text.isprintable() and any((c < " " and c != "\t") or c == "\x7f" for c in text):
        return None
    return name.decode("latin-1").lower(), text


class Connection(asyncio.Protocol):
    """Made by a pool; ``exchange`` is all that is called from outside."""

    def __init__(self, origin: str, loop: asyncio.AbstractEventLoop) -> None:
        self._origin = origin
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiter: asyncio.Future[FetchResponse] | None = None
        self._arrivals = select.poll()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = self._deadline = 0.0
        self._valve = Valve()
        self.idle_since = 0.0
        self._prepare(0)

    def _prepare(self, max_bytes: int) -> None:
        self.has_answered = False
        self._max_bytes = max_bytes
        # Framing, chunk extensions and trailers are no part of the body, but must end too:
        # one-byte chunks have the worst honest ratio, six bytes for one.
        self._max_wire_bytes = MAX_HEAD_BYTES + 8 * max_bytes
        self._received = 0
        self._head_bytes = 0
        self._headers: list[tuple[str, str]] = []
        self._framing: dict[str, list[str]] = {}
        self._body: Body | None = None
        self._is_complete = False
        self._error: FetchError | None = None
        self._keep_alive = True

    @property
    def is_open(self) -> bool:
        """Whether the last exchange left the connection fit for another one."""
        transport = self._transport
        return self._keep_alive and transport is not None and not transport.is_closing()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits unread in the socket. Costs a system call (1 µs).

        It would be the end of the connection, or bytes that nobody asked for, which must not
        answer the next request; the event loop may not have come to tell yet.
        """
        return self.is_open and not self._arrivals.poll(0)

    async def exchange(
        self, request: bytes, *, max_bytes: int, deadline: float, upload: Upload | None = None
    ) -> FetchResponse:
        """Send a request and return the whole response, or raise a FetchError.

        ``deadline`` is in the loop's time. After any failure the connection is closed. ``upload``
        follows the request, until all is sent or the response is there.
        """
        self._prepare(max_bytes)
        transport = self._transport
        if transport is None or transport.is_closing():
            raise Disconnected(f"{self._origin} closed the connection")
        waiter: asyncio.Future[FetchResponse] = self._loop.create_future()
        self._waiter = waiter
        self._expire_at(deadline)
        transport.write(request)
        pouring = upload and self._loop.create_task(pour(upload, transport, self._valve))
        try:
            return await waiter
        except BaseException:
            self.abort()
            if waiter.done() and not waiter.cancelled():
                waiter.exception()  # cancelled in the moment it failed: nobody else will look
            raise
        finally:
            self._waiter = None
            if pouring:
                # Cut off in the middle of a body, the connection is good for nothing else.
                self._keep_alive = self._keep_alive and pouring.done()
                pouring.cancel()

    def abort(self) -> None:
        """Drop the connection at once, with whatever is still in flight."""
        self._keep_alive = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._arrivals.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def pause_writing(self) -> None:
        self._valve.close()

    def resume_writing(self) -> None:
        self._valve.open()

    def data_received(self, data: bytes) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            # Nobody asked. Were it kept, it would answer the next request.
            self.abort()
            return
        self.has_answered = True
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._refuse(MalformedResponse(f"this is not HTTP: {error}"))
        self._check_sizes()
        if self._error is not None:
            waiter.set_exception(self._error)
        elif self._is_complete:
            self._resolve(waiter)

    def connection_lost(self, exc: Exception | None) -> None:
        self.abort()
        self._transport = None
        self._valve.open()
        if self._waiter is not None and not self._waiter.done():
            if not self.has_answered and refuses_our_certificate(exc):
                refusal = f"{self._origin} refuses our part of TLS: {exc}"
                self._waiter.set_exception(ConnectFailed(refusal))
                return
            how_far = "in the middle of" if self.has_answered else "before"
            reason = f": {exc}" if exc else ""
            self._waiter.set_exception(
                Disconnected(f"{self._origin} hung up {how_far} its response{reason}")
            )

    # What the parser calls. Errors are kept, not raised: httptools would wrap them.

    def on_message_begin(self) -> None:
        if self._is_complete:
            self._refuse(MalformedResponse("a second response follows the first"))

    def on_header(self, name: bytes, value: bytes) -> None:
        size = len(name) + len(value)
        self._head_bytes += size + 4
        if self._body is not None:
            return  # a trailer: counted, not kept
        header = (_header if size <= _MAX_REMEMBERED else _header.__wrapped__)(name, value)
        if header is None:
            self._refuse(MalformedResponse(f"header {name[:80]!r} holds a control character"))
            return
        if header[0] in _FRAMING:
            self._framing.setdefault(header[0], []).append(header[1])
        self._headers.append(header)

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < _FIRST_FINAL:
            # 100, 102, 103: the answer is still to come. Their size still counts.
            self._headers.clear()
            self._framing.clear()
            return
        if status >= _AFTER_LAST:
            self._refuse(MalformedResponse(f"status {status} does not exist"))
        lengths = self._framing.get("content-length", [])
        codings = self._framing.get("transfer-encoding", [])
        if status in BODILESS:
            self._body = Body(0)
            self._is_complete = True
            is_bare = not codings and lengths in ([], ["0"])
            self._keep_alive = is_bare and bool(self._parser.should_keep_alive())
            return
        self._check_framing(lengths, codings)
        try:
            self._body = body_for(self._content_encoding(), self._max_bytes)
        except FetchError as error:
            self._refuse(error)

    def on_body(self, data: bytes) -> None:
        if self._body is None or self._error is not None:
            return
        try:
            self._body.feed(data)
        except FetchError as error:
            self._refuse(error)

    def on_message_complete(self) -> None:
        if self._body is not None and not self._is_complete:
            self._is_complete = True
            self._keep_alive = self._keep_alive and bool(self._parser.should_keep_alive())

    # Decisions.

    def _check_framing(self, lengths: list[str], codings: list[str]) -> None:
        """A body that ends where the connection ends looks whole when the service has died."""
        if codings and [coding.strip().lower() for coding in codings] != ["chunked"]:
            self._refuse(MalformedResponse(f"transfer-encoding {codings!r:.80} is not chunked"))
        if not codings and not lengths:
            self._refuse(MalformedResponse("neither content-length nor chunks tell the body's end"))

    def _content_encoding(self) -> str | None:
        values = self._framing.get("content-encoding")
        return ", ".join(values) if values else None

    def _check_sizes(self) -> None:
        # httptools collects an unfinished header line without telling: count what came.
        head_bytes = self._received if self._body is None else self._head_bytes
        if len(self._headers) > MAX_HEADERS:
            self._refuse(ResponseTooLarge(f"there are more than {MAX_HEADERS} headers"))
        if head_bytes > MAX_HEAD_BYTES:
            self._refuse(ResponseTooLarge(f"the headers are larger than {MAX_HEAD_BYTES} bytes"))
        if self._received > self._max_wire_bytes:
            self._refuse(ResponseTooLarge("framing and trailers are larger than any body"))

    def _resolve(self, waiter: asyncio.Future[FetchResponse]) -> None:
        try:
            body = self._body.finish() if self._body else b""
        except FetchError as error:
            waiter.set_exception(error)
            return
        waiter.set_result(FetchResponse(self._parser.get_status_code(), tuple(self._headers), body))

    def _refuse(self, error: FetchError) -> None:
        """The first complaint is the one to tell."""
        self._keep_alive = False
        if self._error is None:
            self._error = type(error)(f"{self._origin}: {error}")

    def _expire_at(self, deadline: float) -> None:
        """Let ``_expire`` look at the deadline, or before it.

        A timer costs as much as parsing a response does, and most exchanges end long before
        their deadline: the timer of an earlier one is left to look whether it still applies.
        """
        self._deadline = deadline
        if self._timer is not None and self._timer_at <= deadline:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._expire)
        self._timer_at = deadline

    def _expire(self) -> None:
        self._timer = None
        if self._waiter is None or self._waiter.done():
            return
        if self._loop.time() < self._deadline:
            self._expire_at(self._deadline)
            return
        how_far = "the rest of its response" if self.has_answered else "a response"
        self._waiter.set_exception(
            FetchTimeout(f"{self._origin} did not send {how_far} within the deadline")
        )
