"""What was sent with an action: in memory if it is small, else on disk until it is all there.

A visitor with a slow line would hold a thread of a service for as long as his upload takes; so a
service gets what is complete, from a file that has no name and is gone with its last reader.
"""

import asyncio
import errno
import os
import re
import tempfile
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import IO, Final, Protocol

# What forms send is less; only uploads get as far as the disk.
MEMORY_BYTES: Final = 1_048_576
_PART: Final = 262_144
# What a key in a form is looked for in.
_HEAD: Final = 65_536
# What stands for a boundary in the digest.
_MARK: Final = b"\0boundary\0"
# Browsers' have 30 letters and more. Of a short one a body could be full, and looking for it long.
_BOUNDARY: Final = re.compile(r';\s*boundary=(?:"([^"]{8,200})"|([^\s";,]{8,200}))', re.IGNORECASE)
TOO_SLOW: Final = 408
TOO_LARGE: Final = 413


class _Room:
    """How many bytes all uploads of a process may have in files: that may be memory, too."""

    def __init__(self, size: int) -> None:
        self.left = size
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Raises OSError if there is not so much."""
        with self._lock:
            if size > self.left:
                raise OSError(errno.ENOSPC, "too many uploads at a time")
            self.left -= size

    def give_back(self, size: int) -> None:
        with self._lock:
            self.left += size


ROOM: Final = _Room(268_435_456)


class Unread(Exception):
    """A body that was not read to its end. ``status`` is what it has earned."""

    def __init__(self, status: int) -> None:
        super().__init__(f"a body that was not read to its end ({status})")
        self.status = status


class VisitorGone(Exception):
    """Nobody is left to whom an answer would matter."""


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """A whole body. ``data`` is empty where it is in ``file``; ``digest`` is of all its bytes."""

    data: bytes = field(default=b"", repr=False)
    file: IO[bytes] | None = field(default=None, repr=False)
    size: int = 0
    digest: bytes = b""

    def __bool__(self) -> bool:
        return self.size > 0

    @property
    def head(self) -> bytes:
        """Where it begins."""
        if self.file is None:
            return self.data[:_HEAD]
        return os.pread(self.file.fileno(), _HEAD, 0)

    async def parts(self) -> AsyncGenerator[bytes, None]:
        """The body in parts, from its beginning at each call."""
        if self.file is None:
            yield self.data
            return
        at = 0
        while part := await asyncio.to_thread(os.pread, self.file.fileno(), _PART, at):
            at += len(part)
            yield part

    async def whole(self) -> bytes:
        """All of it in memory, for who cannot send it in parts."""
        return b"".join([part async for part in self.parts()])

    def close(self) -> None:
        """Give the disk back what it holds."""
        if self.file is not None and not self.file.closed:
            self.file.close()
            ROOM.give_back(self.size)


NO_CONTENT: Final = Content()


class Spool:
    """Takes the parts of a body as they come.

    ``content_type`` may name the boundary of its parts, which browsers invent each time: without
    it, a form that is sent twice has the same digest.
    """

    def __init__(self, content_type: str = "") -> None:
        self.size = 0
        self._parts: list[bytes] = []
        self._waiting = 0
        self._taken = 0
        self._file: IO[bytes] | None = None
        self._digest = _Digest(_boundary_of(content_type))

    async def add(self, part: bytes) -> None:
        """Take a part. Raises OSError if the disk is full."""
        self.size += len(part)
        self._digest.update(part)
        self._parts.append(part)
        self._waiting += len(part)
        if self.size > MEMORY_BYTES and self._waiting >= _PART:
            await self._write()

    async def finish(self) -> Content:
        """The body, now that all of it has come."""
        if self._file is not None:
            await self._write()
            return Content(file=self._file, size=self.size, digest=self._digest.digest())
        return Content(b"".join(self._parts), None, self.size, self._digest.digest())

    def close(self) -> None:
        """Forget what has come."""
        self._parts.clear()
        ROOM.give_back(self._taken)
        self._taken = 0
        if self._file is not None:
            self._file.close()

    async def _write(self) -> None:
        parts, size = self._parts, self._waiting
        ROOM.take(size)
        self._parts, self._waiting = [], 0
        self._taken += size
        if self._file is None:
            self._file = await asyncio.to_thread(_nameless_file)
        await asyncio.to_thread(_write_all, self._file, b"".join(parts))


class _Digest:
    """Of a body without its boundary, wherever the parts begin in which it comes."""

    def __init__(self, boundary: bytes) -> None:
        self._hash = blake2b(digest_size=32)
        self._boundary = boundary
        self._held = b""

    def update(self, part: bytes) -> None:
        if not self._boundary:
            self._hash.update(part)
            return
        *pieces, rest = (self._held + part).split(self._boundary)
        self._hash.update(_MARK.join([*pieces, b""]))
        # It may begin at the end of this part, and go on in the next one.
        end = max(0, len(rest) - len(self._boundary) + 1)
        self._hash.update(rest[:end])
        self._held = rest[end:]

    def digest(self) -> bytes:
        """When all has come."""
        self._hash.update(self._held)
        self._held = b""
        return self._hash.digest()


class Source(Protocol):
    """Where a body comes from."""

    async def read(self, max_bytes: int) -> Content:
        """Read all of it, once. Raises Unread, VisitorGone or OSError."""


class Body:
    """The body of one action: read when it is known how large it may be."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.content = NO_CONTENT

    async def read(self, max_bytes: int) -> Content:
        """Read it, once. Raises Unread, VisitorGone or OSError."""
        self.content = await self._source.read(max_bytes)
        return self.content

    def close(self) -> None:
        self.content.close()


def _boundary_of(content_type: str) -> bytes:
    found = _BOUNDARY.search(content_type)
    return (found[1] or found[2]).encode("latin-1") if found else b""


def _nameless_file() -> IO[bytes]:
    return tempfile.TemporaryFile(buffering=0)


def _write_all(file: IO[bytes], data: bytes) -> None:
    """Unbuffered files may write less than they are given."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
