"""One fetch per key: in this process by sharing a task, across processes by a lock."""

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from ..errors import CacheUnavailable, FetchTimeout
from .backend import Backend, add
from .entry import Entry

Fetch: TypeAlias = Callable[[], Coroutine[Any, Any, Entry]]
Flight: TypeAlias = tuple[str, int]

# How often a process looks whether another one has landed: often at first, fetches are short.
_FIRST_PAUSE = 0.005
_LONGEST_PAUSE = 0.05


@dataclass(slots=True)
class _Shared:
    """A fetch and how many wait for it."""

    task: asyncio.Task[Entry]
    waiting: int = 0


class Flights:
    """The fetches under way.

    ``look`` finds a fresh entry that another process may have left meanwhile.
    """

    def __init__(self, backend: Backend, *, look: Callable[[str], Awaitable[Entry | None]]) -> None:
        self._backend = backend
        self._look = look
        # Tasks belong to an event loop, and a WSGI process has one per thread.
        self._tasks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Flight, _Shared]] = (
            WeakKeyDictionary()
        )

    async def share(
        self, key: str, generation: int, fetch: Fetch, *, timeout: float
    ) -> tuple[Entry, bool]:
        """The entry of the one fetch under way, begun if there is none, and whether it is ours.

        Who comes after a purge (another ``generation``) does not join a fetch from before it. A
        fetch goes on when the one who began it is cancelled, as long as others wait for it; and
        when time is up for all of them, because its result is kept. It has the time of the one
        who began it: who has more begins another.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            shared, ours = self._take_off((key, generation), fetch, timeout)
            try:
                return await self._wait(shared, (key, generation), deadline, timeout), ours
            except FetchTimeout:
                if ours or loop.time() >= deadline:
                    raise

    def _take_off(self, flight: Flight, fetch: Fetch, timeout: float) -> tuple[_Shared, bool]:
        """The flight under way, or else a new one, and whether it is new."""
        tasks = self._tasks.setdefault(asyncio.get_running_loop(), {})
        shared = tasks.get(flight)
        if shared is not None and not shared.task.done():
            return shared, False
        shared = _Shared(asyncio.create_task(self._fly(flight[0], fetch, timeout)))
        tasks[flight] = shared
        shared.task.add_done_callback(lambda done: _landed(tasks, flight, done))
        return shared, True

    async def _wait(
        self, shared: _Shared, flight: Flight, deadline: float, timeout: float
    ) -> Entry:
        shared.waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(shared.task)
        except TimeoutError as error:
            raise FetchTimeout(f"no answer within {timeout * 1000:.0f} ms") from error
        except asyncio.CancelledError:
            if shared.waiting == 1:
                # Nobody is left who wants it, and nobody should join it any more.
                self._tasks.get(asyncio.get_running_loop(), {}).pop(flight, None)
                shared.task.cancel()
            raise
        finally:
            shared.waiting -= 1

    async def _fly(self, key: str, fetch: Fetch, timeout: float) -> Entry:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        lock = f"fragment-lock:{key}"
        # Whole seconds, of which some backends cut off up to one.
        seconds = math.ceil(timeout) + 1
        pause = _FIRST_PAUSE
        while not await self._locks(lock, seconds):
            if loop.time() + pause >= deadline:
                raise FetchTimeout("another process is still fetching the fragment")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        try:
            # Another process may have landed between our caller's look and our lock.
            return await self._look(key) or await fetch()
        finally:
            # Later the lock has lapsed, and may be another process's.
            if loop.time() < deadline:
                with contextlib.suppress(CacheUnavailable):
                    await self._backend.run(lambda cache: cache.delete(lock))

    async def _locks(self, lock: str, seconds: int) -> bool:
        try:
            return await self._backend.run(lambda cache: add(cache, lock, 1, seconds))
        except CacheUnavailable:
            return True

    async def aclose(self) -> None:
        """Cancel what is under way in this event loop."""
        flights = self._tasks.pop(asyncio.get_running_loop(), {})
        tasks = [shared.task for shared in flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _landed(tasks: dict[Flight, _Shared], flight: Flight, task: asyncio.Task[Entry]) -> None:
    if flight in tasks and tasks[flight].task is task:
        del tasks[flight]
    if not task.cancelled():
        # Retrieved here: when all who waited were cancelled, nobody else does.
        task.exception()
