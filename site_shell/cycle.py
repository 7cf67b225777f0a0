"""A request and its answer, with fewer writes to the socket than uvicorn's.

A write is a system call of five microseconds or more, so what an application sends in one step of
the loop goes out in one: the head with the beginning of the body, the last of the body with its
end. Headers that are FieldLines are on the wire already; answers with any others are uvicorn's.
"""

import asyncio
from collections.abc import Awaitable, Generator, MutableMapping
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from .composer.field_lines import FieldLines

Message = MutableMapping[str, Any]

# What is held back is written at the end of a step, or when it is more than this.
MAX_HELD_BYTES: Final = 65_536
# RFC 9110, 15.3.5 and 15.4.5: their end is that of their head.
_WITHOUT_CONTENT: Final = frozenset({204, 304})


class Cycle(RequestResponseCycle):
    """For uvicorn's protocol: one per request."""

    _held: list[bytes] | None = None
    _held_bytes = 0

    def send(self, message: Message) -> Awaitable[None]:  # type: ignore[override]
        """ASGI's ``send``: https://asgi.readthedocs.io/en/latest/specs/www.html"""
        is_body = message["type"] == "http.response.body"
        if self._held is None:
            headers = message.get("headers")
            is_ours = not (is_body or self.response_started or self._is_unusual)
            if type(headers) is FieldLines and is_ours:
                self._begin(message["status"], headers)
                return _SENT
        elif is_body and not (self.response_complete or self.disconnected):
            if self.flow.write_paused:
                return self._send_when_drained(message)
            self._continue(message.get("body", b""), is_last=not message.get("more_body", False))
            return _SENT
        return super().send(message)  # type: ignore[arg-type] # uvicorn has a type for each kind

    @property
    def _is_unusual(self) -> bool:
        return self.disconnected or self.access_log or self.scope["method"] == "HEAD"

    async def _send_when_drained(self, message: Message) -> None:
        await self.flow.drain()
        await self.send(message)

    def _begin(self, status: int, headers: FieldLines) -> None:
        """Nothing is sent before there is something of the body, says ASGI, too."""
        self.response_started = True
        self.waiting_for_100_continue = False
        self.chunked_encoding = headers.length is None and status not in _WITHOUT_CONTENT
        self.expected_content_length = headers.length or 0
        self._held = [STATUS_LINE[status], headers.lines]
        self._held += [b"%b: %b\r\n" % header for header in self.default_headers]
        if not self.keep_alive:
            self._held.append(b"connection: close\r\n")
        if self.chunked_encoding:
            self._held.append(b"transfer-encoding: chunked\r\n")
        self._held.append(b"\r\n")

    def _continue(self, body: bytes, *, is_last: bool) -> None:
        assert self._held is not None
        if not self.chunked_encoding:
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0:
                raise RuntimeError("Response content longer than Content-Length")
            if is_last and self.expected_content_length:
                raise RuntimeError("Response content shorter than Content-Length")
            self._held.append(body)
        elif body:
            # RFC 9112, 7.1.
            self._held += (b"%x\r\n" % len(body), body, b"\r\n")
        if is_last:
            self._end()
            return
        if not self._held_bytes:
            asyncio.get_running_loop().call_soon(self._write)
        self._held_bytes += len(body) + 1
        if self._held_bytes > MAX_HELD_BYTES:
            self._write()

    def _end(self) -> None:
        assert self._held is not None
        if self.chunked_encoding:
            self._held.append(b"0\r\n\r\n")
        self._write()
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    def _write(self) -> None:
        if self._held and not self.disconnected:
            self.transport.write(b"".join(self._held))
        self._held = []
        self._held_bytes = 0


class _Sent:
    """What has happened already, for whoever awaits it."""

    def __await__(self) -> Generator[Any, None, None]:
        yield from ()


_SENT: Final = _Sent()
