"""What is sent twice is done once: for whoever asks meanwhile or later, and without a cache."""

import asyncio

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from site_shell.composer.store.backend import Backend
from site_shell.gateway import repeats as repeats_module
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
def repeats(cache: LocMemCache) -> Repeats:
    return Repeats(Backend(cache, timeout=30), patience=5)


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
    repeats = Repeats(Backend(cache, timeout=30), patience=0.05)
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
    repeats = Repeats(Backend(broken, timeout=30), patience=1)
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
    repeats = Repeats(Backend(cache, timeout=30), patience=1)
    assert await repeats.once(FIRST, action) == (VERDICTS[0], True)
