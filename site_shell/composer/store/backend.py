"""Any Django cache, called from an event loop: never blocking it, and allowed to fail."""

import asyncio
import logging
import pickle
import time
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.core.files import locks
from django.db import close_old_connections

from ..errors import CacheUnavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Answer from memory in microseconds: a change of threads would cost more than they do.
_IN_MEMORY = (LocMemCache, DummyCache)
# May be used by several threads at once. Of other backends we do not know: they get one.
_THREAD_SAFE = (RedisCache, DatabaseCache, FileBasedCache)
# What unpickling says of bytes that are not, or no longer, a pickle.
_CORRUPT = (
    pickle.UnpicklingError,
    zlib.error,
    EOFError,
    AttributeError,
    ImportError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
)


class Backend:
    """Runs operations on a cache; every failure is a CacheUnavailable, logged now and then.

    Django's own ``aget_many`` and its kind are a change of threads per key, on one thread for
    the whole process; here one operation is one change of threads, however many keys it has.
    After a failure the cache is left alone for a moment, so that a page does not wait for it
    once per slot.
    """

    def __init__(
        self,
        cache: BaseCache,
        *,
        timeout: float,
        rest: float = 1.0,
        log_every: float = 30.0,
    ) -> None:
        self._cache = cache
        self._timeout = timeout
        self._rest = rest
        self._log_every = log_every
        self._down_until = 0.0
        self._logged_at = float("-inf")
        self._pool: ThreadPoolExecutor | None = None
        if isinstance(cache, RedisCache):
            # Django imports the client at first use, where it would count as a slow cache.
            import_module("redis")
        if not isinstance(cache, _IN_MEMORY):
            threads = 4 if isinstance(cache, _THREAD_SAFE) else 1
            self._pool = ThreadPoolExecutor(threads, thread_name_prefix="fragment-cache")

    async def run(self, operation: Callable[[BaseCache], T]) -> T:
        """Do the operation, or raise CacheUnavailable."""
        if time.monotonic() < self._down_until:
            raise CacheUnavailable("the fragment cache failed a moment ago")
        try:
            if self._pool is None:
                return operation(self._cache)
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(self._timeout):
                return await loop.run_in_executor(self._pool, self._in_thread, operation)
        except Exception as error:
            raise self._failed(error) from error

    def _in_thread(self, operation: Callable[[BaseCache], T]) -> T:
        try:
            return operation(self._cache)
        except Exception:
            # Requests close broken database connections; these threads serve no requests.
            close_old_connections()
            raise

    def _failed(self, error: Exception) -> CacheUnavailable:
        now = time.monotonic()
        self._down_until = now + self._rest
        message = f"the fragment cache failed: {type(error).__name__}: {error}"
        if now - self._logged_at >= self._log_every:
            self._logged_at = now
            logger.error("%s; fragments are fetched until it is back", message)
        return CacheUnavailable(message)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def read_many(cache: BaseCache, keys: Iterable[str]) -> dict[str, Any]:
    """The values of keys in one round trip; values that cannot be decoded are left out."""
    keys = list(keys)
    try:
        return cache.get_many(keys)
    except _CORRUPT:
        return {key: value for key in keys if (value := _read_one(cache, key)) is not None}


def add(cache: BaseCache, key: str, value: object, seconds: int) -> bool:
    """Set the key if it is not there: True for exactly one of all who try at once."""
    if not isinstance(cache, FileBasedCache):
        return cache.add(key, value, seconds)
    # Django's file cache looks first and writes then, with room for another process between.
    folder = Path(cache._dir)  # type: ignore[attr-defined]  # the stubs know no attributes of it
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "fragments.lock").open("w") as file:
        # Released when the file is closed.
        locks.lock(file, locks.LOCK_EX)
        return cache.add(key, value, seconds)


def _read_one(cache: BaseCache, key: str) -> Any:
    try:
        return cache.get(key)
    except _CORRUPT:
        return None
