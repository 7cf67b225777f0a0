"""Collects a response body, undoing its content encoding, and never holds more than allowed.

The limit counts decoded bytes and is given to zlib itself, so a bomb stops at the limit instead
of being unpacked and then measured.
"""

import zlib
from typing import Final

from ..errors import MalformedResponse, ResponseTooLarge

# A body in a million one-byte chunks costs a callback each; honest servers send far fewer.
MAX_PIECES: Final = 20_000

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_RAW_DEFLATE: Final = -zlib.MAX_WBITS


class Body:
    """A body sent as it is."""

    __slots__ = ("_max_bytes", "_pieces", "_size")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._max_bytes:
            raise ResponseTooLarge(f"the body is larger than {self._max_bytes} bytes")
        if len(self._pieces) >= MAX_PIECES:
            raise ResponseTooLarge(f"the body comes in more than {MAX_PIECES} pieces")
        self._pieces.append(data)

    def finish(self) -> bytes:
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)


class InflatedBody(Body):
    """A body sent in one gzip, zlib or raw deflate stream."""

    __slots__ = ("_inflater",)

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self._inflater: zlib._Decompress | None = None

    def feed(self, data: bytes) -> None:
        if not data:
            return
        if self._inflater is None:
            self._inflater = zlib.decompressobj(_window_bits(data[0]))
        if self._inflater.eof:
            # More gzip members, or rubbish. Browsers decode only the first member too.
            raise MalformedResponse("bytes follow the end of the compressed body")
        try:
            # One byte more than is left, so that "exactly full" differs from "too much".
            inflated = self._inflater.decompress(data, self._max_bytes - self._size + 1)
        except zlib.error as error:
            raise MalformedResponse(f"the compressed body is broken: {error}") from None
        super().feed(inflated)
        if self._inflater.unused_data:
            raise MalformedResponse("bytes follow the end of the compressed body")

    def finish(self) -> bytes:
        if self._inflater is None or not self._inflater.eof:
            raise MalformedResponse("the compressed body ends early")
        return super().finish()


def body_for(content_encoding: str | None, max_bytes: int) -> Body:
    """The collector for a Content-Encoding header; raises MalformedResponse if it has none.

    The transport asks for ``identity``: a shell and its services share a network on which
    compressing costs both sides more than it saves. gzip and deflate are understood from
    services that compress unasked; other codings and stacked ones were never offered.
    """
    coding = (content_encoding or "identity").strip().lower()
    if coding in ("identity", ""):
        return Body(max_bytes)
    if coding in ("gzip", "x-gzip", "deflate"):
        return InflatedBody(max_bytes)
    raise MalformedResponse(
        f"content-encoding {coding[:80]!r} was not asked for; legal are identity, gzip, deflate"
    )


def _window_bits(first: int) -> int:
    """``deflate`` means a zlib stream, but some servers send a raw one, without its header."""
    deflate_method = 8
    is_framed = first == 0x1F or first & 0x0F == deflate_method
    return _GZIP_OR_ZLIB if is_framed else _RAW_DEFLATE
