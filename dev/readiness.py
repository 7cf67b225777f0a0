"""Whether a process can serve: asks its ``/readyz`` until it says yes."""

import asyncio
import socket

READY_SECONDS = 60.0
PAUSE_SECONDS = 0.1
REQUEST = b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"


async def status(address: tuple[str, int]) -> int | None:
    """The status of one ``/readyz``, or None if no answer came."""
    try:
        reader, writer = await asyncio.open_connection(*address)
    except OSError:
        return None
    try:
        writer.write(REQUEST)
        line = await reader.readline()
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
