"""Whether a process can serve: asks its ``/readyz`` until it says yes. And the first visit."""

import asyncio
import socket
from contextlib import suppress

READY_SECONDS = 60.0
VISIT_SECONDS = 10.0
PAUSE_SECONDS = 0.1
REQUEST = "GET {} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"


async def status(address: tuple[str, int], path: str = "/readyz") -> int | None:
    """The status of one answer, or None if none came."""
    try:
        reader, writer = await asyncio.open_connection(*address)
    except OSError:
        return None
    try:
        writer.write(REQUEST.format(path).encode())
        line = await reader.readline()
        await reader.read()
        return int(line.split()[1])
    except (OSError, IndexError, ValueError):
        return None
    finally:
        writer.close()


async def wait_ready(listener: socket.socket, timeout: float = READY_SECONDS) -> bool:
    """Until the process behind a listening socket says that it is ready. The socket accepts
    before the process runs, so usually the first request simply waits for its answer."""
    address = listener.getsockname()[:2]
    try:
        async with asyncio.timeout(timeout):
            while await status(address) != 200:
                await asyncio.sleep(PAUSE_SECONDS)
    except TimeoutError:
        return False
    return True


async def visit(listener: socket.socket, *paths: str) -> None:
    """Open pages before anybody else does. The first one is slow: every service loads its
    templates, and on a small machine that takes longer than the page waits."""
    address = listener.getsockname()[:2]
    with suppress(TimeoutError):
        async with asyncio.timeout(VISIT_SECONDS):
            for path in paths:
                await status(address, path)
