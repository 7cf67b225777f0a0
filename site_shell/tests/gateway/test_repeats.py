"""What is sent twice is done once: in one process, in several, and without a cache."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.addresses import network
from site_shell.composer.store.backend import Backend
from site_shell.gateway import repeats as repeats_module
from site_shell.gateway.content import Spool
from site_shell.gateway.keys import scoped
from site_shell.gateway.limits import Counters, Limits
from site_shell.gateway.repeats import Done, Repeats, Sending
from site_shell.gateway.saying import Said
from site_shell.gateway.verdict import Again, Fragment, GoTo, Nothing, Refused, Verdict

FIRST = Sending("key", "body", 60)
VERDICTS: list[Verdict] = [
    Fragment(201, b"<p>\xc3\xa9</p>", Said({"cart:updated": {"count": 1}})),
    GoTo("/cart/", Said({"visitor:changed": {}})),
    Nothing(),
    Again(Said({"visitor:changed": {}})),
]


class Action:
    """Something that is to be done once. Waits until it may, if it has to."""

    def __init__(self, verdict: Verdict = VERDICTS[0], *, is_done: bool = True) -> None:
        self.times = 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self._done = verdict, is_done

    async def __call__(self) -> Done:
        self.times += 1
        await self.may_end.wait()
        return self._done


@pytest.fixture
def cache(request: pytest.FixtureRequest) -> LocMemCache:
    return LocMemCache(request.node.name, {})


@pytest.fixture
def repeats(cache: LocMemCache) -> Repeats:
    return Repeats(Backend(cache, timeout=1), patience=5)


@pytest.mark.asyncio
@pytest.mark.parametrize("verdict", VERDICTS)
async def test_a_repeat_gets_the_first_answer(repeats: Repeats, verdict: Verdict) -> None:
    action = Action(verdict)
    answers = [await repeats.once(FIRST, action) for _ in range(3)]
    assert answers == [(verdict, True)] * 3
    assert action.times == 1


@pytest.mark.asyncio
async def test_whoever_comes_while_it_is_under_way_waits_for_it(repeats: Repeats) -> None:
    action = Action()
    action.may_end.clear()
    clicks = [asyncio.create_task(repeats.once(FIRST, action)) for _ in range(5)]
    await asyncio.sleep(0.1)
    assert not any(click.done() for click in clicks)
    action.may_end.set()
    assert [await click for click in clicks] == [(VERDICTS[0], True)] * 5
    assert action.times == 1


@pytest.mark.asyncio
async def test_other_keys_are_other_things(repeats: Repeats) -> None:
    action = Action()
    await repeats.once(FIRST, action)
    await repeats.once(Sending("another", "body", 60), action)
    assert action.times == 2


@pytest.mark.asyncio
async def test_the_same_key_with_something_else_is_refused(repeats: Repeats) -> None:
    action = Action()
    await repeats.once(FIRST, action)
    verdict, _ = await repeats.once(Sending("key", "another body", 60), action)
    assert isinstance(verdict, Refused)
    assert verdict.status == 422
    assert action.times == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("verdict", [Refused(503, "down"), Fragment(422, b"<form>")])
async def test_what_was_not_done_may_be_tried_again(repeats: Repeats, verdict: Verdict) -> None:
    action = Action(verdict, is_done=False)
    await repeats.once(FIRST, action)
    assert await repeats.once(FIRST, action) == (verdict, False)
    # A corrected form may have the key of the first one.
    await repeats.once(Sending("key", "corrected", 60), action)
    assert action.times == 3


@pytest.mark.asyncio
async def test_an_action_that_breaks_or_is_given_up_may_be_tried_again(repeats: Repeats) -> None:
    async def breaks() -> Done:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await repeats.once(FIRST, breaks)
    waiting = Action()
    waiting.may_end.clear()
    given_up = asyncio.create_task(repeats.once(FIRST, waiting))
    await asyncio.sleep(0.01)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert await repeats.once(FIRST, Action()) == (VERDICTS[0], True)


@pytest.mark.asyncio
async def test_who_has_waited_long_enough_is_told_so(cache: LocMemCache) -> None:
    repeats = Repeats(Backend(cache, timeout=1), patience=0.05)
    action = Action()
    action.may_end.clear()
    first = asyncio.create_task(repeats.once(FIRST, action))
    await asyncio.sleep(0)
    verdict, _ = await repeats.once(FIRST, action)
    assert isinstance(verdict, Refused)
    assert (verdict.status, verdict.headers) == (409, (("retry-after", "5"),))
    action.may_end.set()
    await first


@pytest.mark.asyncio
async def test_what_is_too_large_to_keep_is_done_again(
    repeats: Repeats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats_module, "_MAX_HTML", 3)
    action = Action()
    await repeats.once(FIRST, action)
    await repeats.once(FIRST, action)
    assert action.times == 2


@pytest.mark.asyncio
async def test_without_a_cache_every_action_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = DummyCache("", {})

    def fail(*args: object) -> bool:
        raise ConnectionError

    monkeypatch.setattr(broken, "add", fail)
    action = Action()
    repeats = Repeats(Backend(broken, timeout=1), patience=1)
    assert [await repeats.once(FIRST, action) for _ in range(2)] == [(VERDICTS[0], True)] * 2
    assert action.times == 2


@pytest.mark.asyncio
async def test_a_cache_that_fails_meanwhile_costs_nobody_an_answer(
    cache: LocMemCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "set", fail)
    action = Action()
    repeats = Repeats(Backend(cache, timeout=1), patience=1)
    assert await repeats.once(FIRST, action) == (VERDICTS[0], True)


PROCESS = """
import asyncio, sys
from pathlib import Path
import django
from django.conf import settings
settings.configure()
from django.core.cache.backends.filebased import FileBasedCache
from site_shell.composer.store.backend import Backend
from site_shell.gateway.repeats import Repeats, Sending
from site_shell.gateway.verdict import GoTo

async def main(folder):
    async def order():
        with (folder / "orders").open("a") as orders:
            orders.write("order\\n")
        await asyncio.sleep(0.3)
        return GoTo("/orders/1/"), True
    repeats = Repeats(Backend(FileBasedCache(str(folder / "cache"), {}), timeout=5), patience=10)
    print("ready", flush=True)
    sys.stdin.readline()
    verdict, _ = await repeats.once(Sending("key", "body", 60), order)
    print(verdict.location, flush=True)

asyncio.run(main(Path(sys.argv[1])))
"""


def test_of_several_processes_one_does_it_and_all_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROCESS, str(tmp_path)]
    root = Path(__file__).parents[3]
    workers = [
        subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.communicate(timeout=30)[0] for worker in workers] == ["/orders/1/\n"] * 2
    assert (tmp_path / "orders").read_text() == "order\n"
    assert FileBasedCache(str(tmp_path / "cache"), {}).get("action:key") is not None


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(1, 50))
def test_a_form_has_the_same_digest_with_any_boundary_in_any_parts(
    pieces: list[bytes], size: int
) -> None:
    async def digest(boundary: bytes, size: int) -> bytes:
        body = b"".join(b"--" + boundary + b"\r\n" + piece for piece in pieces)
        spool = Spool(f'multipart/form-data; boundary="{boundary.decode()}"')
        for at in range(0, len(body), size):
            await spool.add(body[at : at + size])
        return (await spool.finish()).digest

    async def both() -> tuple[bytes, bytes]:
        # Longer than any piece, so that none holds it.
        return await digest(b"WebKitFormBoundary" + b"A" * 40, 7), await digest(b"x" * 60, size)

    one, other = asyncio.run(both())
    assert one == other


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_keys_of_different_things_differ(one: list[str], other: list[str]) -> None:
    assert (scoped(*one) == scoped(*other)) == (one == other)


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
    counters = Counters(Backend(cache, timeout=1), Limits(visitor=3, address=5), clock)

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
    counters = Counters(Backend(cache, timeout=1), Limits(0, 0))
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
