"""One fetch per key, however many ask, in one process and in several."""

import asyncio
from collections.abc import Callable

import pytest
from django.core.cache.backends.base import BaseCache

from site_shell.composer.errors import Disconnected, FetchTimeout
from site_shell.composer.store import Entry, FragmentStore

from .kit import Clock, Service

PATIENT = 30.0


async def ask(store: FragmentStore, service: Service, timeout: float = PATIENT) -> Entry:
    return await store.single_flight("key", service, timeout=timeout)


async def test_many_who_ask_at_once_share_one_fetch(store: FragmentStore, clock: Clock) -> None:
    service = Service(clock)
    answers = await asyncio.gather(*(ask(store, service) for _ in range(20)))
    assert service.fetches == 1
    assert {answer.body for answer in answers} == {b"answer 1"}
    assert (await store.get_many(["key"]))["key"] == answers[0]


async def test_two_processes_that_ask_at_once_share_one_fetch(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    service = Service(clock)
    answers = await asyncio.gather(ask(store, service), ask(other, service), ask(other, service))
    assert service.fetches == 1
    assert {answer.body for answer in answers} == {b"answer 1"}


async def test_who_looked_before_another_process_landed_does_not_fetch_again(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    service = Service(clock)
    assert await other.get_many(["key"]) == {}
    await ask(store, service)
    assert (await ask(other, service)).body == b"answer 1"
    assert service.fetches == 1


async def test_a_stale_answer_is_fetched_again_once(store: FragmentStore, clock: Clock) -> None:
    service = Service(clock, "max-age=10, stale-while-revalidate=60")
    await ask(store, service)
    clock.advance(20)
    answers = await asyncio.gather(ask(store, service), ask(store, service))
    assert {answer.body for answer in answers} == {b"answer 2"}


async def test_an_error_reaches_all_who_waited_and_the_next_one_tries_again(
    store: FragmentStore, clock: Clock
) -> None:
    service = Service(clock)
    service.error = Disconnected("gone")
    results = await asyncio.gather(*(ask(store, service) for _ in range(3)), return_exceptions=True)
    assert results == [service.error] * 3
    service.error = None
    assert (await ask(store, service)).body == b"answer 2"


async def test_an_error_in_one_process_lets_the_other_one_fetch(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    failing, working = Service(clock), Service(clock)
    failing.error = Disconnected("gone")
    failing.may_answer.clear()
    first = asyncio.create_task(ask(store, failing))
    await failing.asked.wait()
    second = asyncio.create_task(ask(other, working))
    failing.may_answer.set()
    with pytest.raises(Disconnected):
        await first
    assert (await second).body == b"answer 1"


async def test_a_fetch_goes_on_when_the_one_who_began_it_is_gone(
    store: FragmentStore, clock: Clock
) -> None:
    service = Service(clock)
    service.may_answer.clear()
    first = asyncio.create_task(ask(store, service))
    await service.asked.wait()
    second = asyncio.create_task(ask(store, service))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    service.may_answer.set()
    assert (await second).body == b"answer 1"
    assert service.fetches == 1


async def test_waiting_ends_with_the_deadline_and_the_answer_is_kept_for_the_next(
    store: FragmentStore, clock: Clock
) -> None:
    service = Service(clock)
    service.may_answer.clear()
    with pytest.raises(FetchTimeout):
        await ask(store, service, timeout=0.05)
    late = asyncio.create_task(ask(store, service))
    service.may_answer.set()
    assert (await late).body == b"answer 1"
    assert service.fetches == 1


async def test_waiting_for_another_process_ends_with_the_deadline(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    service, unasked = Service(clock), Service(clock)
    service.may_answer.clear()
    first = asyncio.create_task(ask(store, service))
    await service.asked.wait()
    with pytest.raises(FetchTimeout):
        await ask(other, unasked, timeout=0.05)
    service.may_answer.set()
    await first
    assert unasked.fetches == 0


async def test_who_waits_for_a_process_that_died_fetches_when_its_lock_lapses(
    store: FragmentStore, cache: BaseCache, clock: Clock
) -> None:
    service = Service(clock)
    await asyncio.to_thread(cache.add, "fragment-lock:key", 1, 1)
    assert (await ask(store, service)).body == b"answer 1"


async def test_what_may_not_be_kept_is_fetched_by_everybody(
    store: FragmentStore, clock: Clock
) -> None:
    service = Service(clock, "private, max-age=60")
    answers = await asyncio.gather(*(ask(store, service) for _ in range(4)))
    assert len({answer.body for answer in answers}) == 4


async def test_what_may_not_be_kept_is_waited_for_by_nobody_the_next_time(
    store: FragmentStore, clock: Clock
) -> None:
    service = Service(clock, "no-store")
    await ask(store, service)
    service.may_answer.clear()
    both = [asyncio.create_task(ask(store, service)) for _ in range(2)]
    while service.fetches < 3:
        service.asked.clear()
        await service.asked.wait()
    service.may_answer.set()
    assert len({answer.body for answer in await asyncio.gather(*both)}) == 2


async def test_what_may_be_kept_again_is_shared_again(store: FragmentStore, clock: Clock) -> None:
    service = Service(clock, "no-store")
    await ask(store, service)
    service.cache_control = "max-age=10"
    await ask(store, service)
    clock.advance(20)
    before = service.fetches
    await asyncio.gather(*(ask(store, service) for _ in range(4)))
    assert service.fetches == before + 1


async def test_who_asks_after_a_purge_does_not_get_an_answer_from_before_it(
    store: FragmentStore, clock: Clock
) -> None:
    service = Service(clock, tags=("products",))
    service.may_answer.clear()
    before = asyncio.create_task(ask(store, service))
    await service.asked.wait()
    clock.advance(0.1)
    await store.purge(["products"])
    clock.advance(0.1)
    after = asyncio.create_task(ask(store, service))
    service.may_answer.set()
    assert (await before).body == b"answer 1"
    assert (await after).body == b"answer 2"
    assert (await store.get_many(["key"]))["key"].body == b"answer 2"


def test_event_loops_of_several_threads_share_one_fetch(
    cache: BaseCache, clock: Clock, new_store: Callable[[], FragmentStore]
) -> None:
    """A WSGI process resolves fragments in one event loop per thread."""
    fetches: list[int] = []
    store = FragmentStore(cache, clock=clock, patience=PATIENT)

    async def fetch() -> Entry:
        fetches.append(1)
        await asyncio.sleep(0.05)
        return await Service(clock)()

    async def in_a_loop() -> bytes:
        return (await store.single_flight("key", fetch, timeout=PATIENT)).body

    async def in_threads() -> list[bytes]:
        return await asyncio.gather(
            *(asyncio.to_thread(asyncio.run, in_a_loop()) for _ in range(3))
        )

    assert asyncio.run(in_threads()) == [b"answer 1"] * 3
    assert len(fetches) == 1
    asyncio.run(store.aclose())


async def test_who_has_more_time_than_the_one_who_began_gets_an_answer(
    store: FragmentStore, clock: Clock
) -> None:
    service = Service(clock)

    async def in_a_hurry() -> Entry:
        raise FetchTimeout("no time left")

    hurried = store.single_flight("key", in_a_hurry, timeout=0.01)
    begun: Entry | BaseException
    patient: Entry | BaseException
    begun, patient = await asyncio.gather(hurried, ask(store, service), return_exceptions=True)
    assert isinstance(begun, FetchTimeout)
    assert isinstance(patient, Entry)
    assert patient.body == b"answer 1"
