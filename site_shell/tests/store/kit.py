"""What the tests of the fragment cache build with."""

import asyncio
from pathlib import Path
from typing import Any

import django.db

from site_shell.composer.policy import CachePolicy, parse_cache_control
from site_shell.composer.store import Entry

NOW = 1_800_000_000.0


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Service:
    """A fragment's service: counts its fetches and answers when it is let."""

    def __init__(self, clock: Clock, cache_control: str = "max-age=60", **fields: Any) -> None:
        self.clock = clock
        self.cache_control = cache_control
        self.fields = fields
        self.fetches = 0
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.error: Exception | None = None

    async def __call__(self) -> Entry:
        self.fetches += 1
        started, body = self.clock(), f"answer {self.fetches}".encode()
        self.asked.set()
        await self.may_answer.wait()
        if self.error:
            raise self.error
        return entry(self.cache_control, body=body, fetched_at=started, **self.fields)


def entry(
    cache_control: str = "max-age=60",
    *,
    body: bytes = b"<p>Linen</p>",
    status: int = 200,
    fetched_at: float = NOW,
    tags: tuple[str, ...] = (),
    policy: CachePolicy | None = None,
) -> Entry:
    return Entry(
        status=status,
        body=body,
        headers=(("link", "</a.css>; rel=preload"), ("link", "</b.css>; rel=preload")),
        version="1.2.0",
        policy=policy or parse_cache_control(cache_control),
        fetched_at=fetched_at,
        tags=frozenset(tags),
    )


class CacheRouter:
    """Sends the cache table to a database of its own."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "cache"

    db_for_write = db_for_read


def create_cache_table(file: Path) -> None:
    """Add the database ``cache`` and create in it what ``createcachetable`` creates."""
    connections = django.db.connections
    connections.settings["cache"] = {**connections.settings["default"], "NAME": str(file)}
    connections.settings["cache"]["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE"}
    connection = connections["cache"]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS cache_table (cache_key varchar(255) PRIMARY KEY,"
            " value text NOT NULL, expires datetime NOT NULL)"
        )
