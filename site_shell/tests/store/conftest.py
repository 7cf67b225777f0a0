"""The fragment cache over each of four Django backends, with a clock in the test's hand."""

import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import django.db
import pytest
import pytest_asyncio
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from pytest_django import DjangoDbBlocker

from site_shell.composer.store import FragmentStore

from .kit import CacheRouter, Clock, create_cache_table

needs_redis = pytest.mark.skipif(
    shutil.which("redis-server") is None, reason="redis-server is not installed"
)
BACKENDS = [
    pytest.param("locmem"),
    pytest.param("redis", marks=needs_redis),
    pytest.param("database"),
    pytest.param("file"),
]
SHARED_BY_PROCESSES = BACKENDS[1:]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=BACKENDS)
def cache(request: pytest.FixtureRequest) -> BaseCache:
    """One cache of each kind."""
    made: BaseCache = request.getfixturevalue(f"{request.param}_cache")
    return made


@pytest.fixture
def locmem_cache() -> BaseCache:
    return LocMemCache(uuid.uuid4().hex, {})


@pytest.fixture
def file_cache(tmp_path: Path) -> BaseCache:
    return FileBasedCache(str(tmp_path / "cache"), {})


@pytest.fixture
def database_cache(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BaseCache]:
    """A table in a database of its own, so that no test database is needed."""
    monkeypatch.setattr(django.db.router, "routers", [CacheRouter()])
    with django_db_blocker.unblock():
        create_cache_table(tmp_path / "cache.sqlite3")
        yield DatabaseCache("cache_table", {})
        django.db.connections["cache"].close()
        del django.db.connections["cache"]
    del django.db.connections.settings["cache"]


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[str]:
    """A redis-server on a socket of its own: no port to be taken by another."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        path = f"{folder}/redis.sock"
        server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while not Path(path).exists():
            assert server.poll() is None, "redis-server ended at once"
            assert time.monotonic() < deadline, "redis-server did not start"
            time.sleep(0.01)
        yield path
        server.terminate()
        server.wait()


@pytest.fixture
def redis_cache(redis_socket: str) -> Iterator[BaseCache]:
    cache = RedisCache(f"unix://{redis_socket}", {})
    yield cache
    cache.clear()
    cache._cache.get_client().connection_pool.disconnect()


@pytest_asyncio.fixture
async def new_store(cache: BaseCache, clock: Clock) -> AsyncIterator[Callable[[], FragmentStore]]:
    """Makes stores over the same cache: each stands for another process."""
    stores: list[FragmentStore] = []

    def make() -> FragmentStore:
        stores.append(FragmentStore(cache, clock=clock, patience=30))
        return stores[-1]

    yield make
    for store in stores:
        await store.aclose()


@pytest.fixture
def store(new_store: Callable[[], FragmentStore]) -> FragmentStore:
    return new_store()


@pytest.fixture
def other(new_store: Callable[[], FragmentStore]) -> FragmentStore:
    """Another process with the same cache."""
    return new_store()
