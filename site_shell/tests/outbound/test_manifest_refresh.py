"""How manifests and fallbacks stay true."""

import asyncio
from typing import Any

import pytest

from site_shell.composer.errors import (
    ConnectFailed,
)
from site_shell.composer.manifest import ManifestClient
from site_shell.composer.transport import FetchResponse

from .manifest_service import RELEASE, Clock, Service, html, manifest, settle


async def test_a_refresh_brings_the_new_version_and_moves_the_generation(
    client: ManifestClient, service: Service
) -> None:
    await client.get(RELEASE, timeout=10)
    await settle()
    before = client.generation
    service.manifest = manifest(version="1.1.0", css=[])
    service.fallback = html(b"<p>new</p>")
    service.fallback_gate.clear()
    known = await client.refresh(RELEASE)
    assert (known.manifest.version, known.css) == ("1.1.0", ())
    # Until the new fallback has come, the former is better than none.
    assert known.fallback("en") == b"<p>fallback</p>"
    service.fallback_gate.set()
    await settle()
    kept = client.peek(RELEASE)
    assert kept and kept.fallback("en") == b"<p>new</p>"
    assert client.generation > before


async def test_a_version_without_fallback_drops_the_former_one(
    client: ManifestClient, service: Service
) -> None:
    await client.get(RELEASE, timeout=10)
    await settle()
    service.manifest = manifest(version="1.1.0", fallback="")
    assert (await client.refresh(RELEASE)).fallback("en") is None


@pytest.mark.parametrize("broken", [ConnectFailed("x"), b"not JSON", manifest(fragment=7)])
async def test_a_refresh_that_fails_keeps_the_last_good_manifest(
    client: ManifestClient, service: Service, broken: Any
) -> None:
    await client.get(RELEASE, timeout=10)
    await settle()
    service.manifest = broken
    assert (await client.refresh(RELEASE)).manifest.version == "1.0.0"
    known = client.peek(RELEASE)
    assert known and known.fallback("en")


async def test_a_refresh_that_takes_too_long_gives_the_last_good_manifest(
    client: ManifestClient, service: Service
) -> None:
    await client.get(RELEASE, timeout=10)
    await settle()
    service.gate.clear()
    assert (await client.refresh(RELEASE, timeout=0.01)).manifest.version == "1.0.0"
    service.gate.set()
    await settle()


async def test_refreshes_in_vain_are_not_repeated_for_five_seconds(
    client: ManifestClient, service: Service, clock: Clock
) -> None:
    await client.get(RELEASE, timeout=10)
    for _ in range(10):
        await client.refresh(RELEASE)
    assert service.asked.count("/manifest.json") == 2
    clock.now += 5.1
    await client.refresh(RELEASE)
    assert service.asked.count("/manifest.json") == 3
    await settle()


async def test_a_release_rebuilt_under_its_version_is_noticed_within_minutes(
    client: ManifestClient, service: Service, clock: Clock
) -> None:
    await client.get(RELEASE, timeout=10)
    await settle()
    service.manifest = manifest(css=[])
    clock.now += 59
    client.peek(RELEASE)
    await settle()
    assert service.asked.count("/manifest.json") == 1
    clock.now += 2
    for _ in range(3):
        client.peek(RELEASE)
    await settle()
    known = client.peek(RELEASE)
    assert known and known.css == ()
    assert service.asked.count("/manifest.json") == 2


async def test_a_service_that_is_down_is_not_asked_at_every_peek(
    client: ManifestClient, service: Service, clock: Clock
) -> None:
    await client.get(RELEASE, timeout=10)
    await settle()
    service.manifest = ConnectFailed("down")
    clock.now += 100
    for _ in range(5):
        assert client.peek(RELEASE)
        await settle()
    assert service.asked.count("/manifest.json") == 2


def test_peek_works_where_no_event_loop_runs(clock: Clock) -> None:
    async def learn() -> ManifestClient:
        client = ManifestClient(Service(), clock=clock)
        await client.get(RELEASE, timeout=10)
        return client

    client = asyncio.run(learn())
    clock.now += 1000
    known = client.peek(RELEASE)
    assert known and known.manifest.version == "1.0.0"


@pytest.mark.parametrize(
    "fallback",
    [
        ConnectFailed("x"),
        html(status=500),
        FetchResponse(200, (("content-type", "application/json"),), b"{}"),
        html(b"\xff"),
    ],
    ids=["down", "500", "not HTML", "not UTF-8"],
)
async def test_a_broken_fallback_leaves_the_manifest_and_is_asked_for_again(
    client: ManifestClient, service: Service, clock: Clock, fallback: Any
) -> None:
    service.fallback = fallback
    for _ in range(3):
        assert (await client.get(RELEASE, timeout=10)).fallback("en") is None
        await settle()
    assert service.asked.count("/fallback") == 1
    service.fallback = html()
    clock.now += 2.1
    await client.get(RELEASE, timeout=10)
    await settle()
    assert (await client.get(RELEASE, timeout=10)).fallback("en") == b"<p>fallback</p>"
