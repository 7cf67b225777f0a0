"""How much a visitor, an address and a network may send within a minute."""

from collections.abc import Awaitable, Callable

import pytest
from django.core.cache.backends.locmem import LocMemCache

from site_shell.composer.addresses import network
from site_shell.composer.store.backend import Backend
from site_shell.gateway.limits import Counters, Limits


class Clock:
    now = 60_000_000.0

    def __call__(self) -> float:
        return self.now


Send = Callable[..., Awaitable[int]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def send(cache: LocMemCache, clock: Clock) -> Send:
    counters = Counters(Backend(cache, timeout=30), Limits(visitor=3, address=5), clock)

    async def send(visitor: str = "anon:1", address: str = "192.0.2.1") -> int:
        return await counters.wait(visitor=visitor, address=address)

    return send


@pytest.mark.asyncio
async def test_so_many_writes_of_a_visitor_pass_in_a_minute(send: Send, clock: Clock) -> None:
    assert [await send() for _ in range(3)] == [0, 0, 0]
    wait = await send()
    assert 60 <= wait <= 120
    assert await send("anon:2", "192.0.2.2") == 0
    clock.now += wait
    assert await send() == 0


@pytest.mark.asyncio
async def test_the_turn_of_a_minute_gives_nobody_the_double(send: Send, clock: Clock) -> None:
    clock.now += 59
    assert [await send() for _ in range(3)] == [0, 0, 0]
    clock.now += 2
    wait = await send()
    assert wait > 0
    clock.now += 58
    assert await send() == 0


@pytest.mark.asyncio
async def test_one_address_writes_no_more_than_its_limit_whoever_it_is(send: Send) -> None:
    assert [await send(f"anon:{number}") for number in range(5)] == [0] * 5
    assert await send("anon:9") > 0
    assert await send("") > 0
    assert await send("anon:9", "192.0.2.2") == 0


@pytest.mark.asyncio
async def test_who_has_no_visitor_and_no_address_is_not_limited(send: Send) -> None:
    assert [await send("", "") for _ in range(9)] == [0] * 9


@pytest.mark.asyncio
async def test_limits_of_nothing_are_none(cache: LocMemCache) -> None:
    counters = Counters(Backend(cache, timeout=30), Limits(0, 0))
    assert [await counters.wait(visitor="a", address="b") for _ in range(99)] == [0] * 99


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("", "unix:", False),
    ],
)
def test_who_has_many_addresses_of_one_network_is_one(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) == same
