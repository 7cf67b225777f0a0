"""A page that is not complete yet, in lots of parts: the body in order, then what is late."""

import asyncio
from collections.abc import AsyncGenerator, Iterator

from .assembly import Assembly
from .filling import Filling
from .markup import tokens
from .page import Layout


def in_order(
    layout: Layout, filling: Filling, assembly: Assembly, head: bytes
) -> Iterator[list[bytes] | int]:
    """The head, then the body in order; what is there already goes out together.

    A number is the position of a slot that has to be waited for before this goes on. A deferred
    slot that is not there by its turn leaves its place open, and the body goes on.
    """
    ready = [head]
    # The next piece is the last one; a slot that is there puts its own pieces in its place.
    pieces = list(reversed(layout.body[:-1]))
    while pieces:
        piece = pieces.pop()
        if isinstance(piece, bytes):
            ready.append(piece)
        elif assembly.leaves_open(piece):
            ready.append(assembly.pending(piece))
        elif (outcome := filling.now(piece)) is not None:
            pieces += reversed(assembly.parts(piece, outcome))
        else:
            if any(ready):
                yield ready
                ready = []
            yield piece
            # Once more, now that it is there.
            pieces.append(piece)
    ready.append(around_the_end(layout)[0] if assembly.late else _tail(layout))
    yield ready


async def late(filling: Filling, assembly: Assembly) -> AsyncGenerator[list[bytes], None]:
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


def around_the_end(layout: Layout) -> tuple[bytes, bytes]:
    """The literal text behind the last slot, before and from ``</body>``."""
    text = _tail(layout).decode()
    ends = [token.start for token in tokens(text) if (token.kind, token.name) == ("end", "body")]
    end = ends[-1] if ends else len(text)
    return text[:end].encode(), text[end:].encode()
