"""Whole public pages, at hand as bytes as long as they are right.

A page is used for a second without a look. Then it is looked at: whether it is fresh, made of the
templates and releases that count now, and not purged; if so, it is good for another second. So a
page costs its composition once, and nobody sees it a second after any of that has changed.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from .audience import NOTICED_KEY, PREVIEW_KEY, STAGED_KEY
from .encoding import codings, compressed
from .filler import Filler
from .remembered import Remembered
from .request import PageRequest
from .rollouts import Rollouts
from .store import FragmentStore

# How long nobody looks whether anything has changed.
LOOK_SECONDS: Final = 1.0
# While one visitor's request looks, the others get what there is.
_LOOKING_SECONDS: Final = 0.1
# A page that ends sooner is not worth a thread's time.
_WORTH_CODING_SECONDS: Final = 2.0
_MAX_ADDRESSES: Final = 32
_MAX_WAITING: Final = 256

_RELEASES: Final = b"v"  # begins the key of an audience that differs in releases only

# Path, query and host, as they came, and the key of the audience.
MemoryKey = tuple[bytes, bytes, bytes, bytes]


@dataclass(slots=True)
class _Kept:
    """A page in memory, and the requests for which it is the answer."""

    page: Remembered
    size: int
    keys: list[MemoryKey] = field(default_factory=list)


class PageCache:
    """The pages of one process; safe to use from several event loops.

    ``version`` is that of the templates. ``max_bytes`` bounds what is kept: what was not asked for
    longest goes first.
    """

    def __init__(
        self,
        *,
        store: FragmentStore,
        filler: Filler,
        rollouts: Rollouts,
        version: Callable[[], int],
        max_bytes: int,
    ) -> None:
        self._store = store
        self._filler = filler
        self._rollouts = rollouts
        self._version = version
        self._max_bytes = max_bytes
        self._by_request: dict[MemoryKey, Remembered] = {}
        # In the order of use: who is asked for often is looked at each second.
        self._kept: dict[Hashable, _Kept] = {}
        self._pages: dict[MemoryKey, Hashable] = {}
        self._size = 0
        self._lock = threading.RLock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="page-coding")

    @property
    def size(self) -> int:
        """Bytes that are kept, by and large."""
        return self._size

    def __len__(self) -> int:
        return len(self._kept)

    def at_hand(self, key: MemoryKey) -> Remembered | None:
        """The page for a request, if it needs no look. On the path of every cached page."""
        page = self._by_request.get(key)
        if page is None and key[3][:1] == _RELEASES:
            # Most pages have no fragment under rollout, and are the same for all cohorts.
            page = self._by_request.get(_for_everybody(key))
        if page is None or time.monotonic() >= page.until:
            return None
        return page if page.generation == self._store.generation else None

    async def looked_at(self, key: MemoryKey, request: PageRequest) -> Remembered | None:
        """The page for a request that was answered before, if it is still right."""
        if (page := self.at_hand(key)) is not None:
            return page
        if key[3] in {PREVIEW_KEY, STAGED_KEY, NOTICED_KEY}:
            return None
        known = self._pages.get(key, self._pages.get(_for_everybody(key)))
        return None if known is None else await self.find(known, key, request)

    async def find(self, name: Hashable, key: MemoryKey, request: PageRequest) -> Remembered | None:
        """The page of a name, if it is kept and right; from then on it is the request's."""
        kept = self._kept.get(name)
        if kept is None:
            return None
        is_right = self._is_at_hand(kept.page) or await self._renew(kept.page, request)
        with self._lock:
            if not is_right:
                self._drop(name, kept.page)
            elif self._kept.get(name) is kept:
                self._use(name, kept, key)
        return kept.page if is_right else None

    def clear(self) -> None:
        """Forget all pages."""
        with self._lock:
            for name in list(self._kept):
                self._drop(name)

    def keep(self, name: Hashable, key: MemoryKey, page: Remembered) -> None:
        """Keep a page under a name, as the answer to a request."""
        with self._lock:
            self._drop(name)
            kept = self._kept[name] = _Kept(page, page.size)
            self._size += kept.size
            self._use(name, kept, key)
            while self._size > self._max_bytes and self._kept:
                self._drop(next(iter(self._kept)))
        left = page.basis.fresh_until - time.time()
        if left >= _WORTH_CODING_SECONDS and page.is_worth_coding:
            self._begin_coding(name, page)

    def _is_at_hand(self, page: Remembered) -> bool:
        return time.monotonic() < page.until and page.generation == self._store.generation

    async def _renew(self, page: Remembered, request: PageRequest) -> bool:
        """Look whether a page is right; if so, it is for another second."""
        basis, now = page.basis, time.time()
        if now >= basis.fresh_until or self._version() != basis.version:
            return False
        if self._rollouts.pin(basis.slots) != basis.pin:
            return False
        asks = self._filler.asks(basis.slots, request, basis.locale)
        if self._filler.keys(basis.slots, asks, request) != basis.asked:
            return False
        if page.generation == self._store.generation:
            page.until = time.monotonic() + _LOOKING_SECONDS
        generation = await self._store.holds(basis.origins)
        if generation is None:
            return False
        certain_for = min(LOOK_SECONDS, self._store.certain_for)
        until = time.monotonic() + min(certain_for, basis.fresh_until - now)
        page.renew(until, generation, now)
        return True

    def _use(self, name: Hashable, kept: _Kept, key: MemoryKey) -> None:
        if not kept.page.basis.pin.is_pinned:
            key = _for_everybody(key)
        # Taken out and put in again: the order is that of use.
        del self._kept[name]
        self._kept[name] = kept
        if self._pages.get(key) != name:
            kept.keys.append(key)
            # Queries that nobody looks at make any number of addresses.
            while len(kept.keys) > _MAX_ADDRESSES:
                self._forget(name, kept.keys.pop(0))
        self._by_request[key] = kept.page
        self._pages[key] = name

    def _drop(self, name: Hashable, page: Remembered | None = None) -> None:
        kept = self._kept.get(name)
        if kept is None or (page is not None and kept.page is not page):
            return
        self._kept.pop(name, None)
        self._size -= kept.size
        for key in kept.keys:
            self._forget(name, key)

    def _forget(self, name: Hashable, key: MemoryKey) -> None:
        if self._pages.get(key) == name:
            del self._pages[key], self._by_request[key]

    def _begin_coding(self, name: Hashable, page: Remembered) -> None:
        if len(self._tasks) >= _MAX_WAITING:
            return
        task = asyncio.create_task(self._code(name, page))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _code(self, name: Hashable, page: Remembered) -> None:
        """Make the page ready in all codings, where no visitor waits for it."""
        loop = asyncio.get_running_loop()
        for coding in codings():
            if coding not in page.variants:
                body = await loop.run_in_executor(self._thread, compressed, page.body, coding)
                page.add(coding, body)
        with self._lock:
            kept = self._kept.get(name)
            if kept is not None and kept.page is page:
                self._size += page.size - kept.size
                kept.size = page.size

    async def aclose(self) -> None:
        """End what runs in the background of this event loop."""
        loop = asyncio.get_running_loop()
        tasks: Sequence[asyncio.Task[None]] = [t for t in self._tasks if t.get_loop() is loop]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._thread.shutdown(wait=False, cancel_futures=True)


def _for_everybody(key: MemoryKey) -> MemoryKey:
    return (*key[:3], b"")
