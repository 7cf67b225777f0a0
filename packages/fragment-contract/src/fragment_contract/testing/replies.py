"""What a fake fragment server can be told to answer, good and bad. No Django."""

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import parse_qsl

Headers = Mapping[str, str] | Iterable[tuple[str, str]]

_HTML: Final = "text/html; charset=utf-8"
_POLL_SECONDS: Final = 0.002


@dataclass(frozen=True, slots=True)
class Received:
    """One request as the server saw it. Header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query, decoded, in order and with duplicates."""
        return parse_qsl(self.query, keep_blank_values=True)


class Gate:
    """Holds answers back until a test opens it, so that no test has to sleep."""

    def __init__(self) -> None:
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    async def wait(self) -> None:
        while not self._opened.is_set():
            await asyncio.sleep(_POLL_SECONDS)


class Answer(Protocol):
    """Anything that can be written to a connection, piece by piece."""

    @property
    def closes(self) -> bool:
        """Whether the connection ends after the last piece."""

    def pieces(self, request: Received) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A correct answer; after ``delay`` seconds, and not before ``gate`` opens."""

    status: int = 200
    body: str | bytes = ""
    headers: Headers = ()
    content_type: str | None = _HTML
    delay: float = 0.0
    gate: Gate | None = None
    closes: bool = False

    async def pieces(self, request: Received) -> AsyncIterator[bytes]:
        await asyncio.sleep(self.delay)
        if self.gate:
            await self.gate.wait()
        body = _bytes(self.body)
        has_body = self.status >= 200 and self.status not in (204, 304)
        length = [("content-length", str(len(body)))] if has_body else []
        kind = [("content-type", self.content_type)] if has_body and self.content_type else []
        yield head(self.status, [*kind, *length, *_pairs(self.headers)])
        if has_body and request.method != "HEAD":
            yield body


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    """A correct answer in chunks with a pause before each: slow, but never silent for long."""

    chunks: tuple[str | bytes, ...]
    pause: float = 0.05
    headers: Headers = ()
    closes: bool = False

    async def pieces(self, request: Received) -> AsyncIterator[bytes]:
        yield _chunked_head(self.headers)
        for chunk in self.chunks:
            await asyncio.sleep(self.pause)
            yield _chunk(_bytes(chunk))
        yield b"0\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endless:
    """HTML without end, as fast as it is read."""

    chunk: str | bytes = "<p>and so on</p>" * 512
    headers: Headers = ()
    closes: bool = True

    async def pieces(self, request: Received) -> AsyncIterator[bytes]:
        yield _chunked_head(self.headers)
        while True:
            yield _chunk(_bytes(self.chunk))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Part of an answer (by default nothing at all), and then silence until the server stops."""

    first: bytes = b""
    closes: bool = True

    async def pieces(self, request: Received) -> AsyncIterator[bytes]:
        yield self.first
        await asyncio.Event().wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakOff:
    """An answer that ends before its announced length. ``sent`` may be empty."""

    sent: str | bytes = "<p>only a part of"
    missing: int = 100
    headers: Headers = ()
    closes: bool = True

    async def pieces(self, request: Received) -> AsyncIterator[bytes]:
        body = _bytes(self.sent)
        length = ("content-length", str(len(body) + self.missing))
        yield head(200, [("content-type", _HTML), length, *_pairs(self.headers)]) + body


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are: not HTTP, illegal headers, two lengths at once."""

    data: bytes
    closes: bool = True

    async def pieces(self, request: Received) -> AsyncIterator[bytes]:
        yield self.data


@dataclass(frozen=True, slots=True, kw_only=True)
class GzipBomb:
    """Few bytes on the wire that unpack to many."""

    megabytes: int = 64
    headers: Headers = ()
    closes: bool = False

    async def pieces(self, request: Received) -> AsyncIterator[bytes]:
        packed = _packed_spaces(self.megabytes)
        sent = [("content-encoding", "gzip"), ("content-length", str(len(packed)))]
        yield head(200, [("content-type", _HTML), *sent, *_pairs(self.headers)]) + packed


def head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """Status line and headers. Nothing is checked: a test may want illegal ones."""
    known = {int(item): item.phrase for item in HTTPStatus}
    lines = [f"HTTP/1.1 {status} {known.get(status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@lru_cache
def _packed_spaces(megabytes: int) -> bytes:
    return gzip.compress(b" " * (megabytes << 20), compresslevel=9)


def _chunked_head(headers: Headers) -> bytes:
    return head(200, [("content-type", _HTML), ("transfer-encoding", "chunked"), *_pairs(headers)])


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(headers.items() if isinstance(headers, Mapping) else headers)
