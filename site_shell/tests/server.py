"""Uvicorn for tests, which start and end thousands of it."""

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Final

import uvicorn

_TICK_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 0.002


class PromptServer(uvicorn.Server):
    """Ends when it is told to. Uvicorn's own looks around every tenth of a second, twice."""

    _told: asyncio.Event
    _loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> threading.Thread:
        """Run in a thread, which is over after ``stop``."""
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """From any thread: answer what is being answered, and end."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        """Renew the date of answers each second until the end."""
        self._told, self._loop = asyncio.Event(), asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's without ``timeout_graceful_shutdown``: nothing that is going on is cut."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        # Who has his answer does not wait for its end, in which Django closes its files.
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(_LOOK_SECONDS)
        for server in self.servers:
            await server.wait_closed()
        await self.lifespan.shutdown()
