"""The one way from synchronous code to the composer: a background thread with an event loop.

Connections, breakers and single-flight live as long as a loop does. A loop per call, which is
what ``async_to_sync`` gives outside of an ASGI server, would begin with none of them each time.
"""

import asyncio
import os
import threading
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class _Thread:
    """The one background loop of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=_run_loop, args=(self._loop,), name="composer-bridge", daemon=True
                ).start()
            return self._loop

    def stop(self) -> None:
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def forget(self) -> None:
        # Threads do not survive a fork, so the child of a preloading server starts its own.
        self._lock, self._loop = threading.Lock(), None


_thread = _Thread()


def run(awaitable: Awaitable[T]) -> T:
    """Wait for something in the background loop. Blocks the thread that calls it."""
    return asyncio.run_coroutine_threadsafe(_await(awaitable), _thread.loop()).result()


async def run_async(awaitable: Awaitable[T]) -> T:
    """The same for a coroutine that runs in a loop of its own, as async views do under WSGI."""
    future = asyncio.run_coroutine_threadsafe(_await(awaitable), _thread.loop())
    return await asyncio.wrap_future(future)


def stop() -> None:
    """End the thread, if it runs; the next call starts another."""
    _thread.stop()


async def _await(awaitable: Awaitable[T]) -> T:
    return await awaitable


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


os.register_at_fork(after_in_child=_thread.forget)
