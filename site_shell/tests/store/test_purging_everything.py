"""A purge of everything, over each cache, by endpoint and by command."""

import asyncio
import io
import time

import pytest
from django.core.cache.backends.redis import RedisCache
from django.core.management import CommandError, call_command

from site_shell.composer.store import FragmentStore
from site_shell.tests.composing.conftest import world
from site_shell.tests.composing.kit import World

from .conftest import needs_redis
from .kit import Clock, entry
from .test_purge_view import post

__all__ = ["world"]


async def test_everything_is_forgotten_whatever_its_tags(
    store: FragmentStore, other: FragmentStore, clock: Clock
) -> None:
    await store.put("tagged", entry(tags=("a",)))
    await store.put("bare", entry())
    clock.advance(0.001)
    await other.purge_all()
    assert await store.get_many(["tagged", "bare"]) == {}
    await store.put("later", entry(fetched_at=clock() + 0.001))
    assert set(await other.get_many(["later", "bare"])) == {"later"}


async def test_a_purge_twice_is_a_purge_once(store: FragmentStore, clock: Clock) -> None:
    await store.put("linen", entry(tags=("a",)))
    clock.advance(0.001)
    for _ in range(2):
        await store.purge_all()
        await store.purge(["a"])
        assert await store.get_many(["linen"]) == {}


async def test_everything_can_be_purged_over_http(store: FragmentStore, clock: Clock) -> None:
    await store.put("bare", entry())
    clock.advance(0.001)
    for body in ({"all": False}, {"all": 1, "tags": []}, {"all": "yes"}):
        assert (await post(store, body)).status_code == 400
    assert (await post(store, {"all": True})).status_code == 204
    assert await store.get_many(["bare"]) == {}


def purge(*arguments: str) -> str:
    out = io.StringIO()
    call_command("fragments", "purge", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_purges_a_running_shell(world: World) -> None:
    kept = {"cache-control": "max-age=600", "surrogate-key": "product:h1"}
    content = world.fragment("product/page", headers=kept)
    world.page('{% fragment "product/page" required=True %}')
    with world.open("lane") as client:
        url = ("--url", f"{client.base_url}/_composer/purge".replace("//_", "/_"))
        for arguments in (("product:h1",), ("--all",)):
            client.get("/shop/")
            before = len(world.services["product"].requests_for(content))
            assert "orgotten" in purge(*arguments, *url)
            client.get("/shop/")
            assert len(world.services["product"].requests_for(content)) == before + 1


@pytest.mark.parametrize("arguments", [(), ("a", "--all"), ("UPPER",), ("a b",)])
def test_the_command_refuses_what_makes_no_sense(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        purge(*arguments)


def test_the_command_says_that_nobody_answers() -> None:
    with pytest.raises(CommandError, match="nothing was purged"):
        purge("a", "--url", "http://127.0.0.1:9/_composer/purge")


def test_the_command_wants_a_url() -> None:
    with pytest.raises(CommandError, match="no http"):
        purge("a", "--url", "file:///etc/passwd")


def test_the_command_says_who_refused(world: World) -> None:
    with world.open("lane") as client, pytest.raises(CommandError, match=": 4"):
        purge("a", "--url", f"{client.base_url}/healthz-not-there".replace("//h", "/h"))


def test_a_memory_of_its_own_cannot_be_purged_from_outside() -> None:
    with pytest.raises(CommandError, match="--url"):
        purge("a", "--cache")


@needs_redis
async def test_the_command_purges_a_cache_without_a_shell(
    redis_cache: RedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FragmentStore(redis_cache, patience=30)
    await store.put("linen", entry(tags=("a",), fetched_at=time.time()))
    monkeypatch.setattr(
        "site_shell.composer.management.fragments.purging.caches", {"default": redis_cache}
    )
    await asyncio.to_thread(purge, "--cache", "a")
    assert await store.get_many(["linen"]) == {}
    await store.aclose()
