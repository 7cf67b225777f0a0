"""A cache that fails, hangs or is away costs misses, never an error."""

import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import pytest_asyncio
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.db import connections

from site_shell.composer.errors import CacheUnavailable
from site_shell.composer.store import FragmentStore
from site_shell.composer.store.backend import Backend, add

from .kit import Clock, Service, entry


class Broken(BaseCache):
    """Fails at every operation, and counts them."""

    def __init__(self) -> None:
        super().__init__({})
        self.operations = 0

    def _fail(self, *args: object, **kwargs: object) -> Any:
        self.operations += 1
        raise OSError("no such cache")

    get: Any = _fail
    set: Any = _fail
    add: Any = _fail
    delete: Any = _fail
    get_many: Any = _fail
    set_many: Any = _fail


class Hanging(BaseCache):
    """Answers nothing until it is let."""

    def __init__(self) -> None:
        super().__init__({})
        self.may_answer = threading.Event()

    def get_many(self, *args: object, **kwargs: object) -> dict[str, object]:
        self.may_answer.wait()
        return {}


@pytest.fixture
def broken() -> Broken:
    return Broken()


class Refusing(LocMemCache):
    """Tells what it did not write, as Memcached does."""

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return list(data)


async def test_a_purge_that_was_not_written_is_an_error(clock: Clock) -> None:
    store = FragmentStore(Refusing("refusing", {}), clock=clock, patience=30)
    with pytest.raises(CacheUnavailable, match="1 of 1 purges were not written"):
        await store.purge(["product:h1"])
    await store.aclose()


@pytest_asyncio.fixture
async def store(broken: Broken, clock: Clock) -> AsyncIterator[FragmentStore]:
    store = FragmentStore(broken, clock=clock, patience=30)
    yield store
    await store.aclose()


async def test_a_broken_cache_is_a_miss(store: FragmentStore) -> None:
    assert await store.get_many(["key"]) == {}


async def test_with_a_broken_cache_fragments_are_fetched_once_per_process(
    store: FragmentStore, clock: Clock
) -> None:
    service = Service(clock)
    answer = await store.single_flight("key", service, timeout=30)
    assert answer.body == b"answer 1"


async def test_a_broken_cache_is_left_alone_for_a_moment(
    store: FragmentStore, broken: Broken
) -> None:
    for _ in range(20):
        await store.get_many(["key"])
        await store.put("key", entry(tags=("products",)))
    assert broken.operations == 1


async def test_a_broken_cache_is_logged_once_not_per_request(
    store: FragmentStore, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        await store.get_many(["key"])
    records = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(records) == 1
    assert "OSError: no such cache" in records[0].getMessage()


async def test_a_purge_that_did_not_reach_the_cache_says_so_and_is_done_here(
    store: FragmentStore,
) -> None:
    before = store.generation
    with pytest.raises(CacheUnavailable, match="no such cache"):
        await store.purge(["products"])
    assert store.generation > before


async def test_a_hanging_cache_is_a_miss_after_a_moment(clock: Clock) -> None:
    cache = Hanging()
    store = FragmentStore(cache, clock=clock, patience=0.02)
    assert await store.get_many(["key"]) == {}
    cache.may_answer.set()
    await store.aclose()


async def test_a_failing_cache_is_tried_again_and_logged_every_now_and_then(
    broken: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    backend = Backend(broken, timeout=30, rest=0, log_every=3600)
    for _ in range(3):
        with pytest.raises(CacheUnavailable):
            await backend.run(lambda cache: cache.get("key"))
    assert broken.operations == 3
    assert len(caplog.records) == 1


async def test_a_broken_database_connection_is_replaced(
    database_cache: BaseCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One thread, so that the connection that breaks is the one that is used next.
    monkeypatch.setattr("site_shell.composer.store.backend._THREAD_SAFE", ())

    def break_connection(cache: BaseCache) -> None:
        cache.get("key")
        connections["cache"].connection.close()

    backend = Backend(database_cache, timeout=30, rest=0)
    await backend.run(break_connection)
    with pytest.raises(CacheUnavailable, match="closed database"):
        await backend.run(lambda cache: cache.get("key"))
    assert await backend.run(lambda cache: cache.get("key", "missing")) == "missing"
    backend.close()


def test_of_all_who_add_a_key_at_once_one_succeeds(cache: BaseCache) -> None:
    with ThreadPoolExecutor(4) as pool:
        for number in range(25):
            start = threading.Barrier(4)

            def race(key: str, start: threading.Barrier = start) -> bool:
                start.wait()
                return add(cache, key, 1, 60)

            assert sum(pool.map(race, [f"key-{number}"] * 4)) == 1
        pool.map(lambda _: connections.close_all(), range(4))


async def test_a_redis_that_is_not_there_is_a_miss(clock: Clock) -> None:
    store = FragmentStore(RedisCache("unix:///nowhere/redis.sock", {}), clock=clock, patience=30)
    await store.put("key", entry())
    assert await store.get_many(["key"]) == {}
    await store.aclose()
