"""Purging by tag: at once in this process, at the next read in others, and never undone."""

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

from site_shell.composer.store import FragmentStore

from .kit import Clock, entry

TAGGED = {"linen": ("product:linen", "products"), "wool": ("product:wool", "products"), "bare": ()}


async def keep_tagged(store: FragmentStore, clock: Clock) -> None:
    for key, tags in TAGGED.items():
        await store.put(key, entry(fetched_at=clock(), tags=tags))
    clock.advance(0.001)


async def test_a_purge_forgets_what_carries_the_tag_and_nothing_else(
    store: FragmentStore, clock: Clock
) -> None:
    await keep_tagged(store, clock)
    await store.purge(["product:linen"])
    assert set(await store.get_many(TAGGED)) == {"wool", "bare"}


async def test_a_purge_of_several_tags_forgets_what_carries_one_of_them(
    store: FragmentStore, clock: Clock
) -> None:
    await keep_tagged(store, clock)
    await store.purge(["product:unknown", "products"])
    assert set(await store.get_many(TAGGED)) == {"bare"}


async def test_a_purge_empties_memory_and_voids_memos_at_once(
    store: FragmentStore, clock: Clock
) -> None:
    await keep_tagged(store, clock)
    before = store.generation
    await store.purge(["product:linen"])
    assert store.peek("linen") is None
    assert store.generation > before


async def test_what_is_fetched_after_a_purge_is_kept(store: FragmentStore, clock: Clock) -> None:
    await store.purge(["products"])
    clock.advance(0.001)
    await keep_tagged(store, clock)
    assert set(await store.get_many(TAGGED)) == set(TAGGED)


async def test_another_process_sees_a_purge_at_its_next_read(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    await keep_tagged(store, clock)
    assert set(await other.get_many(TAGGED)) == set(TAGGED)
    before = other.generation
    await store.purge(["product:linen"])
    assert set(await other.get_many(["wool", "linen"])) == {"wool"}
    assert other.peek("linen") is None
    assert other.generation > before


async def test_another_process_is_certain_for_a_second_after_it_looked_and_no_longer(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    parts = [entry(fetched_at=clock(), tags=TAGGED["linen"])]
    await keep_tagged(store, clock)
    await other.get_many(["bare"])
    await store.purge(["product:linen"])
    clock.advance(0.9)
    # It has not looked again, and what it says now is not to be believed for another second.
    assert await other.holds([]) == other.generation
    assert other.certain_for == pytest.approx(0.1, abs=0.01)
    await other.put("slow", entry(fetched_at=clock()))
    assert other.peek("slow") is not None
    clock.advance(0.2)
    assert other.certain_for == 0.0
    assert other.peek("slow") is None
    assert await other.holds(parts) is None
    assert other.certain_for == 1.0
    clock.advance(-60)
    assert other.certain_for == 0.0


async def test_reads_without_a_purge_leave_memos_alone(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    await store.purge(["products"])
    await other.get_many(["linen"])
    before = store.generation, other.generation
    await keep_tagged(store, clock)
    await store.get_many(TAGGED)
    await other.get_many(TAGGED)
    assert (store.generation, other.generation) == before


async def test_purges_of_two_processes_are_both_seen_by_a_third(
    store: FragmentStore, other: FragmentStore, clock: Clock, new_store: Callable[[], FragmentStore]
) -> None:
    third = new_store()
    await keep_tagged(store, clock)
    await third.get_many(TAGGED)
    await asyncio.gather(store.purge(["product:linen"]), other.purge(["product:wool"]))
    assert set(await third.get_many(TAGGED)) == {"bare"}
    assert set(await store.get_many(TAGGED)) == {"bare"}


async def test_an_answer_fetched_before_a_purge_is_not_kept_after_it(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    on_its_way = entry(fetched_at=clock(), tags=("products",))
    clock.advance(0.1)
    await store.purge(["products"])
    clock.advance(0.1)
    await store.put("key", on_its_way)
    await other.put("key", on_its_way)
    assert store.peek("key") is None
    for process in (store, other):
        assert await process.get_many(["key"]) == {}


async def test_a_purge_in_the_same_instant_as_the_fetch_wins(
    store: FragmentStore, clock: Clock
) -> None:
    await store.put("key", entry(fetched_at=clock(), tags=("products",)))
    await store.purge(["products"])
    assert await store.get_many(["key"]) == {}


async def test_a_purge_that_the_cache_lost_revives_nothing(
    store: FragmentStore, other: FragmentStore, cache: BaseCache, clock: Clock
) -> None:
    await keep_tagged(store, clock)
    clock.advance(10)
    await store.purge(["products"])
    await forget(cache, ["fragment-tag:products", "fragment-purges"])
    assert set(await store.get_many(TAGGED)) == {"bare"}
    assert set(await other.get_many(TAGGED)) == {"bare"}
    # The tag is born again with a new answer; the old ones stay purged.
    await store.put("new", entry(fetched_at=clock(), tags=("products",)))
    assert set(await other.get_many([*TAGGED, "new"])) == {"bare", "new"}


async def test_fragments_of_one_page_that_share_a_new_tag_are_all_kept(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    first = entry(fetched_at=clock(), tags=("product:linen",))
    clock.advance(0.3)
    second = entry(fetched_at=clock(), tags=("product:linen",))
    await other.put("second", second)
    await store.put("first", first)
    assert await other.get_many(["first", "second"]) == {"first": first, "second": second}


async def test_an_evicted_tag_that_another_process_brings_back_counts_here_too(
    store: FragmentStore,
    other: FragmentStore,
    new_store: Callable[[], FragmentStore],
    cache: BaseCache,
    clock: Clock,
) -> None:
    await keep_tagged(store, clock)
    await forget(cache, ["fragment-tag:product:linen"])
    assert await other.get_many(["linen"]) == {}
    clock.advance(0.1)
    again = entry(fetched_at=clock(), tags=("product:linen",))
    await new_store().put("linen", again)
    assert await other.get_many(["linen"]) == {"linen": again}


async def test_a_purge_while_stamps_are_read_does_not_let_the_purged_back_into_memory(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("site_shell.composer.store.backend._THREAD_SAFE", (GatedCache,))
    cache = GatedCache()
    store, other = (FragmentStore(cache, clock=clock, patience=30) for _ in range(2))
    await keep_tagged(other, clock)
    cache.hold_read = 2
    reading = asyncio.create_task(store.get_many(["linen"]))
    await asyncio.to_thread(cache.held.wait)
    await store.purge(["product:linen"])
    cache.go_on.set()
    await reading
    assert store.peek("linen") is None
    await asyncio.gather(store.aclose(), other.aclose())


async def test_without_purges_a_page_costs_one_round_trip(clock: Clock) -> None:
    cache = CountingCache()
    store = FragmentStore(cache, clock=clock, patience=30)
    await keep_tagged(store, clock)
    cache.reads.clear()
    assert set(await store.get_many(TAGGED)) == set(TAGGED)
    assert cache.reads == [{*TAGGED, "fragment-purges"}]


class CountingCache(LocMemCache):
    """Notes each read of many keys."""

    def __init__(self) -> None:
        super().__init__("counting", {})
        self.reads: list[set[str]] = []

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, object]:
        keys = list(keys)
        self.reads.append(set(keys))
        return super().get_many(keys, version)


class GatedCache(BaseCache):
    """A cache behind a network: its answer to one of the reads stays away until it is let."""

    def __init__(self) -> None:
        super().__init__({})
        self._memory = LocMemCache(uuid.uuid4().hex, {})
        self.hold_read = 0
        self.held = threading.Event()
        self.go_on = threading.Event()

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._memory.add(*args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._memory.set(*args, **kwargs)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, object]:
        found = self._memory.get_many(keys, version)
        if self.hold_read:
            self.hold_read -= 1
            if not self.hold_read:
                self.held.set()
                self.go_on.wait()
        return found


async def forget(cache: BaseCache, keys: list[str]) -> None:
    """Evict keys, as a full cache does."""
    await asyncio.to_thread(cache.delete_many, keys)
