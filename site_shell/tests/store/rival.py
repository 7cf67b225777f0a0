"""A process of its own that wants a fragment: ``python rival.py KIND PLACE LOG``.

Says "ready", waits for a line, asks, and prints the body it got. Each fetch is a line in LOG.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

import django.db
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

from site_shell.composer.policy import CachePolicy
from site_shell.composer.store import Entry, FragmentStore

from .kit import CacheRouter, create_cache_table


def open_cache(kind: str, place: str) -> BaseCache:
    if kind == "redis":
        return RedisCache(place, {})
    if kind == "file":
        return FileBasedCache(place, {})
    django.db.router.routers = [CacheRouter()]
    create_cache_table(Path(place))
    return DatabaseCache("cache_table", {})


async def ask(cache: BaseCache, log: Path) -> str:
    async def fetch() -> Entry:
        body = f"fetched by {os.getpid()}"
        with log.open("a") as lines:
            lines.write(f"{body}\n")
        fetched_at = time.time()
        # Long enough that the other one comes meanwhile.
        await asyncio.sleep(0.5)
        policy = CachePolicy(max_age=60)
        return Entry(200, body.encode(), (), "1", policy, fetched_at, frozenset({"products"}))

    store = FragmentStore(cache, patience=30)
    entry = await store.single_flight("key", fetch, timeout=30)
    await store.aclose()
    return entry.body.decode()


def main(kind: str, place: str, log: str) -> None:
    cache = open_cache(kind, place)
    say("ready")
    sys.stdin.readline()
    say(asyncio.run(ask(cache, Path(log))))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    import django

    django.setup()
    main(*sys.argv[1:])
