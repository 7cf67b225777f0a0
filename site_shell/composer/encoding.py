"""Content codings: which one a browser wants, and bodies in it (RFC 9110, 8.4 and 12.5.3).

A page that is compressed as a whole tells by its length how much of a visitor's secret repeats in
what somebody else put into the address (the BREACH attack). So what may be a secret is never
compressed: it goes out in blocks that are stored as they are, and what stands before and after it
is compressed without looking at it.
"""

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Literal

Coding = Literal["identity", "gzip", "br"]

# Optional: without it there is one coding less.
_brotli: Any = import_module("brotli") if find_spec("brotli") else None

# What fits into one packet arrives no sooner for being shorter.
SMALL: Final = 1400
# The product page: gzip 4 costs 125 us and gives 31 %, 6 costs 156 and 30 %; brotli 5 costs 162 and
# gives 28 %, 11 gives 25 % for 12,800.
_STREAMED_LEVEL: Final = 4
_GZIP_LEVEL: Final = 6
_BROTLI_QUALITY: Final = 5
_GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK: Final = b"\x03\x00"
_LONGEST_BLOCK: Final = 0xFFFF
_WEIGHT: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_ALIASES: Final = {"x-gzip": "gzip"}
# What we would rather send, where the browser does not care.
_OURS: Final[tuple[Coding, ...]] = ("br", "gzip", "identity")


class Secret(bytes):
    """A part of a page that nobody but its visitor may know."""

    __slots__ = ()


@lru_cache(maxsize=1024)
def accepted(accept_encoding: str) -> tuple[Coding, ...]:
    """The codings a browser takes, best first. Never empty: identity is the last resort.

    >>> accepted("gzip;q=0.5, br"), accepted("*;q=0.1, identity"), accepted("gzip, identity;q=0")
    (('br', 'gzip', 'identity'), ('identity', 'br', 'gzip'), ('gzip',))
    """
    weights = _weights(accept_encoding)
    others = weights.get("*", 0.0)
    wanted = {
        "br": weights.get("br", others) if _brotli else 0.0,
        "gzip": weights.get("gzip", others),
        # Taken unless it is refused, and after all that is asked for by name.
        "identity": weights.get("identity", weights.get("*", 0.0005)),
    }
    # A sort is stable: what weighs the same stays in our order.
    ordered = sorted(_OURS, key=lambda coding: -wanted[coding])
    return tuple([coding for coding in ordered if wanted[coding] > 0]) or ("identity",)


def _weights(accept_encoding: str) -> dict[str, float]:
    """How much each coding is wanted; one whose weight is malformed is not."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.partition(";")
        match = _WEIGHT.fullmatch(parameter.strip())
        weight = float(match[1]) if match else (0.0 if parameter.strip() else 1.0)
        name = name.strip()
        if name:
            weights.setdefault(_ALIASES.get(name, name), weight)
    return weights


def codings() -> tuple[Coding, ...]:
    """The codings in which a page is kept."""
    return ("gzip", "br") if _brotli else ("gzip",)


def compressed(body: bytes, coding: Coding) -> bytes:
    """A whole public body in a coding; the same bytes give the same bytes."""
    if coding == "br":
        data: bytes = _brotli.compress(body, mode=_brotli.MODE_TEXT, quality=_BROTLI_QUALITY)
        return data
    return zlib.compress(body, _GZIP_LEVEL, wbits=31) if coding == "gzip" else body


class PlainStream:
    """Parts of a page on their way, as they are. ``sent`` counts bytes."""

    coding: Coding = "identity"
    sent = 0

    def parts(self, parts: Iterable[bytes]) -> bytes:
        """What is to be sent for these parts."""
        data = b"".join(parts)
        self.sent += len(data)
        return data

    def all(self, parts: Iterable[bytes]) -> bytes:
        """A page that has all its parts."""
        return self.parts(parts) + self.end()

    def end(self) -> bytes:
        """What is to be sent when nothing follows."""
        return b""


class GzipStream(PlainStream):
    """Parts of a page in one gzip member, each of which a browser can decode when it comes."""

    coding: Coding = "gzip"

    def __init__(self) -> None:
        self._deflate: Any = None
        self._check = 0
        self._length = 0
        self._begun = False

    def parts(self, parts: Iterable[bytes]) -> bytes:
        """What is to be sent for these parts; parts that are secret are stored as they are."""
        sent = [] if self._begun else [_GZIP_HEAD]
        self._begun = True
        for part in parts:
            self._check = zlib.crc32(part, self._check)
            self._length += len(part)
            if isinstance(part, Secret):
                sent += [self._flushed(), *_stored(part)]
                # The next one begins with an empty window, so it cannot refer to what is secret.
                self._deflate = None
            else:
                if self._deflate is None:
                    self._deflate = zlib.compressobj(_STREAMED_LEVEL, zlib.DEFLATED, -15)
                sent.append(self._deflate.compress(part))
        sent.append(self._flushed())
        return super().parts(sent)

    def end(self) -> bytes:
        """The last block, and what a browser checks the page by."""
        start = self.parts(())
        check = self._check.to_bytes(4, "little")
        length = (self._length & 0xFFFFFFFF).to_bytes(4, "little")
        return start + super().parts([_LAST_BLOCK, check, length])

    def _flushed(self) -> bytes:
        if self._deflate is None:
            return b""
        data: bytes = self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return data


def stream_for(accept_encoding: str) -> PlainStream:
    """The way in which a page that comes in parts is sent.

    By gzip or not at all: who takes brotli takes gzip, and brotli cannot leave secrets alone.
    """
    if not accept_encoding:
        return PlainStream()
    best = next((coding for coding in accepted(accept_encoding) if coding != "br"), "identity")
    return GzipStream() if best == "gzip" else PlainStream()


def _stored(data: bytes) -> Iterable[bytes]:
    """Stored blocks: RFC 1951, 3.2.4."""
    for start in range(0, len(data), _LONGEST_BLOCK):
        block = data[start : start + _LONGEST_BLOCK]
        size = len(block)
        yield b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + block
