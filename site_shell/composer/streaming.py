"""A page that is sent before it is complete, in lots of parts: the body in order, then what is
late."""

import asyncio
from collections.abc import AsyncGenerator, Iterator

from .assembly import Assembly
from .filling import Filling
from .markup import tokens
from .page import Layout


async def stream(
    layout: Layout, filling: Filling, assembly: Assembly, head: bytes
) -> AsyncGenerator[list[bytes], None]:
    """The head, then the body in order; what is there already goes out together.

    A deferred slot that is not there by its turn leaves its place open, and the body goes on.
    """
    ready = [head]
    # Fragments with slots inside are bodies of their own, in the place of one piece.
    walks: list[Iterator[bytes | int]] = [iter(layout.body[:-1])]
    while walks:
        piece = next(walks[-1], None)
        if piece is None:
            walks.pop()
            continue
        if isinstance(piece, bytes):
            ready.append(piece)
            continue
        filling.gather_done()
        if assembly.leaves_open(piece):
            ready.append(assembly.pending(piece))
            continue
        if filling.outcomes[piece] is None and any(ready):
            yield ready
            ready = []
        walks.append(iter(assembly.parts(piece, await filling.outcome(piece))))
    tail = _tail(layout)
    if assembly.late:
        before, tail = _around_the_end(tail)
        yield [*ready, before]
        ready = []
        async for part in _late(filling, assembly):
            yield part
    yield [*ready, tail]


async def _late(filling: Filling, assembly: Assembly) -> AsyncGenerator[list[bytes], None]:
    """What was left open, as it comes in; some of it may leave something open again."""
    waiting: dict[asyncio.Task[object], int] = {}
    try:
        while waiting or assembly.late:
            for position in assembly.late:
                waiting[asyncio.create_task(filling.settled(position))] = position
            assembly.late.clear()
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            found = sorted(waiting.pop(task) for task in done)
            filling.gather_done()
            parts = [assembly.late_part(p, await filling.outcome(p)) for p in found]
            yield parts
    finally:
        for task in waiting:
            task.cancel()


def _tail(layout: Layout) -> bytes:
    """The literal text behind the last slot."""
    return b"".join([piece for piece in layout.body[-1:] if isinstance(piece, bytes)])


def _around_the_end(tail: bytes) -> tuple[bytes, bytes]:
    """The same, before and from ``</body>``."""
    text = tail.decode()
    ends = [token.start for token in tokens(text) if (token.kind, token.name) == ("end", "body")]
    end = ends[-1] if ends else len(text)
    return text[:end].encode(), text[end:].encode()
