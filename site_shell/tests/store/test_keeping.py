"""What is kept, for how long, and what is never kept; the same on every backend."""

import asyncio
import pickle
from collections.abc import Callable
from pathlib import Path

import django.db
import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

from site_shell.composer.store import FragmentStore

from .kit import Clock, entry


async def test_a_kept_answer_comes_back_the_same(
    store: FragmentStore, other: FragmentStore
) -> None:
    kept = entry("max-age=60, stale-if-error=9", body=b"\xff\x00<p>", tags=("lamps", "a:b/c"))
    await store.put("key", kept)
    assert await store.get_many(["key"]) == {"key": kept}
    assert await other.get_many(["key"]) == {"key": kept}


async def test_many_keys_are_found_together_and_unknown_ones_left_out(store: FragmentStore) -> None:
    first, second = entry(body=b"1"), entry(body=b"2", tags=("x",))
    await store.put("first", first)
    await store.put("second", second)
    found = await store.get_many(["first", "unknown", "second", "first"])
    assert found == {"first": first, "second": second}
    assert await store.get_many([]) == {}


async def test_a_fresh_answer_is_in_memory_for_a_moment(store: FragmentStore, clock: Clock) -> None:
    kept = entry()
    await store.get_many(["key"])
    await store.put("key", kept)
    assert store.peek("key") is kept
    clock.advance(1.0)
    assert store.peek("key") is None
    await store.get_many(["key"])
    assert store.peek("key") == kept


async def test_memory_does_not_outlive_freshness(store: FragmentStore, clock: Clock) -> None:
    await store.put("key", entry("max-age=10, stale-while-revalidate=60"))
    clock.advance(9.5)
    await store.get_many(["key"])
    assert store.peek("key") is not None
    clock.advance(0.5)
    assert store.peek("key") is None
    await store.get_many(["key"])
    assert store.peek("key") is None


@pytest.mark.parametrize(
    ("seconds", "freshness"),
    [(0, "fresh"), (9.9, "fresh"), (10, "stale"), (29.9, "stale"), (30, "if-error")],
)
async def test_an_answer_ages_from_fresh_to_stale_to_the_last_resort(
    store: FragmentStore, clock: Clock, seconds: float, freshness: str
) -> None:
    policy = "max-age=10, stale-while-revalidate=20, stale-if-error=50"
    await store.put("key", entry(policy))
    clock.advance(seconds)
    found = await store.get_many(["key"])
    assert found["key"].freshness(clock()) == freshness


async def test_an_expired_answer_is_left_out(store: FragmentStore, clock: Clock) -> None:
    await store.put("key", entry("max-age=10, stale-while-revalidate=20, stale-if-error=50"))
    clock.advance(60)
    assert await store.get_many(["key"]) == {}


@pytest.mark.parametrize(
    "cache_control",
    ["no-store", "private, max-age=60", "max-age=0", "", "no-cache, max-age=60, stale-if-error=9"],
)
async def test_what_the_service_forbids_to_keep_is_not_kept(
    store: FragmentStore, cache_control: str
) -> None:
    await store.put("key", entry(cache_control))
    assert store.peek("key") is None
    assert await store.get_many(["key"]) == {}


@pytest.mark.parametrize("status", [204, 301, 302, 404, 410])
async def test_negative_answers_are_kept_as_long_as_they_say(
    store: FragmentStore, clock: Clock, status: int
) -> None:
    await store.put("key", entry("max-age=5", status=status))
    assert (await store.get_many(["key"]))["key"].status == status
    clock.advance(5)
    assert await store.get_many(["key"]) == {}


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
async def test_failures_are_not_kept_whatever_they_say(store: FragmentStore, status: int) -> None:
    await store.put("key", entry("max-age=60", status=status))
    assert await store.get_many(["key"]) == {}


async def test_an_answer_with_hundreds_of_tags_is_not_kept(store: FragmentStore) -> None:
    await store.put("key", entry(tags=tuple(f"tag{n}" for n in range(257))))
    assert await store.get_many(["key"]) == {}


async def test_an_endless_promise_is_kept_for_a_week(clock: Clock) -> None:
    cache = NotingCache("noting", {})
    store = FragmentStore(cache, clock=clock, patience=30)
    await store.put("key", entry("max-age=999999999, stale-if-error=999999999"))
    assert cache.timeouts == [7 * 86_400 + 1]


class NotingCache(LocMemCache):
    """Notes for how long each key is set."""

    timeouts: list[float | None]

    def set(
        self, key: str, value: object, timeout: float | None = None, version: int | None = None
    ) -> None:
        self.timeouts = [*getattr(self, "timeouts", []), timeout]
        super().set(key, value, timeout, version)


async def test_an_answer_that_came_too_late_to_be_of_use_is_not_kept(
    store: FragmentStore, clock: Clock
) -> None:
    late = entry("max-age=2")
    clock.advance(3)
    await store.put("key", late)
    assert await store.get_many(["key"]) == {}


@pytest.mark.parametrize(
    "foreign", ["text", 7, None, {"status": 200}, ("fragment-0", 200), ("fragment-1", 200, b"")]
)
async def test_a_foreign_value_is_a_miss(
    store: FragmentStore, cache: BaseCache, foreign: object
) -> None:
    await asyncio.to_thread(cache.set, "key", foreign)
    assert await store.get_many(["key"]) == {}


async def test_a_corrupt_value_is_a_miss_and_spares_the_others(
    store: FragmentStore, cache: BaseCache
) -> None:
    good = entry(tags=("good",))
    await store.put("good", good)
    await store.put("bad", entry(tags=("bad",)))
    await asyncio.to_thread(_corrupt, cache, "bad")
    assert await store.get_many(["bad", "good"]) == {"good": good}
    await store.put("bad", good)
    assert await store.get_many(["bad", "good"]) == {"bad": good, "good": good}


async def test_a_value_of_a_class_that_is_gone_is_a_miss(
    store: FragmentStore, cache: BaseCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(cache.set, "key", FragmentStore)
    monkeypatch.delattr("site_shell.composer.store.fragments.FragmentStore")
    with pytest.raises((AttributeError, pickle.PickleError)):
        await asyncio.to_thread(cache.get, "key")
    assert await store.get_many(["key"]) == {}


async def test_only_so_many_answers_are_held_in_memory(
    cache: BaseCache, clock: Clock, new_store: Callable[[], FragmentStore]
) -> None:
    small = FragmentStore(cache, clock=clock, patience=30, front_entries=2)
    await small.get_many("abc")
    for key in ("a", "b", "a", "c"):
        await small.put(key, entry())
    assert [key for key in "abc" if small.peek(key)] == ["a", "c"]
    await small.aclose()


async def test_a_huge_answer_is_kept_but_not_in_memory(store: FragmentStore) -> None:
    huge = entry(body=b"x" * 200_000)
    await store.put("key", huge)
    assert store.peek("key") is None
    assert await store.get_many(["key"]) == {"key": huge}


def _corrupt(cache: BaseCache, name: str) -> None:
    """Write bytes that are no pickle where the backend keeps the value."""
    key = cache.make_key(name)
    match cache:
        case LocMemCache():
            cache._cache[key] = b"\x80\x05 no pickle"  # type: ignore[attr-defined]  # no stubs
        case RedisCache():
            cache._cache.get_client().set(key, b"\x80\x05 no pickle")
        case DatabaseCache():
            with django.db.connections["cache"].cursor() as cursor:
                cursor.execute("UPDATE cache_table SET value = 'gA' WHERE cache_key = %s", [key])
        case FileBasedCache():
            file = Path(cache._key_to_file(name))  # type: ignore[attr-defined]  # no stubs
            file.write_bytes(file.read_bytes()[:-9])
