"""How manifests become known."""

import asyncio
import json
from typing import Any

import pytest

from site_shell.composer.errors import (
    ComposerError,
    ConnectFailed,
    FetchTimeout,
    ManifestError,
    ResponseTooLarge,
)
from site_shell.composer.manifest import ManifestClient
from site_shell.composer.release import Release
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.guarded import GuardedTransport
from site_shell.composer.transport.http import HttpTransport

from .hostile_server import hostile, response, says
from .manifest_service import BASE, RELEASE, Clock, Service, html, manifest, settle


async def test_nothing_is_known_before_it_is_asked_for(client: ManifestClient) -> None:
    assert client.peek(RELEASE) is None


async def test_a_manifest_is_fetched_once_and_known_from_then_on(
    client: ManifestClient, service: Service
) -> None:
    known = await client.get(RELEASE, timeout=10)
    await settle()
    assert known.content_url == f"{BASE}/"
    assert known.fallback_url == f"{BASE}/fallback"
    assert known.css[0].value == "/static/reviews/reviews.css"
    assert known.js[0].value == "https://cdn.example/reviews.js"
    assert await client.get(RELEASE, timeout=10) == client.peek(RELEASE)
    assert service.asked == ["/manifest.json", "/fallback"]


async def test_the_fallback_is_kept_while_the_service_is_well(client: ManifestClient) -> None:
    await client.get(RELEASE, timeout=10)
    await settle()
    kept = client.peek(RELEASE)
    assert kept and kept.fallback("en") == b"<p>fallback</p>"


async def test_many_who_ask_at_once_share_one_fetch(
    client: ManifestClient, service: Service
) -> None:
    service.gate.clear()
    tasks = [asyncio.create_task(client.get(RELEASE, timeout=10)) for _ in range(5)]
    await asyncio.sleep(0)
    service.gate.set()
    assert len({id((await task).manifest) for task in tasks}) == 1
    assert service.asked.count("/manifest.json") == 1
    await settle()


async def test_who_gives_up_leaves_the_fetch_to_the_others(
    client: ManifestClient, service: Service
) -> None:
    service.gate.clear()
    patient = asyncio.create_task(client.get(RELEASE, timeout=5))
    cancelled = asyncio.create_task(client.get(RELEASE, timeout=5))
    with pytest.raises(FetchTimeout, match="reviews/list"):
        await client.get(RELEASE, timeout=0.01)
    cancelled.cancel()
    service.gate.set()
    assert (await patient).manifest.version == "1.0.0"
    assert service.asked.count("/manifest.json") == 1
    await settle()


@pytest.mark.parametrize(
    ("answer", "says_what"),
    [
        (b"<html>not JSON</html>", "JSON"),
        (b"", "JSON"),
        (b"[]", "object"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        (manifest(version=None), "version"),
        (manifest(fragment={"name": "reviews/form"}, name="reviews-form"), "reviews/form"),
        (manifest(css=[{"value": f"/{n}"} for n in range(10_000)]), "css"),
        (manifest(js=[{"value": "javascript:alert(1)"}]), "js"),
        (manifest(content="https://elsewhere.example/"), "content"),
        (manifest(content="/../../admin/"), "content"),
        (html(status=404), "answers 404"),
        (html(status=500), "answers 500"),
        (html(status=302), "answers 302"),
    ],
)
async def test_a_wrong_manifest_is_refused_with_its_address_and_reason(
    client: ManifestClient, service: Service, answer: Any, says_what: str
) -> None:
    service.manifest = answer
    with pytest.raises(ManifestError, match=says_what) as caught:
        await client.get(RELEASE, timeout=10)
    assert f"{BASE}/manifest.json" in str(caught.value)
    assert len(str(caught.value)) < 600


async def test_a_failure_is_remembered_for_two_seconds(
    client: ManifestClient, service: Service, clock: Clock
) -> None:
    service.manifest = ConnectFailed("refused")
    for _ in range(3):
        with pytest.raises(ConnectFailed, match="refused"):
            await client.get(RELEASE, timeout=10)
    assert len(service.asked) == 1
    clock.now += 2.1
    service.manifest = manifest()
    assert (await client.get(RELEASE, timeout=10)).manifest.version == "1.0.0"
    await settle()


async def test_a_foreign_podlet_s_assets_are_relative_to_its_base_url(
    client: ManifestClient, service: Service
) -> None:
    podlet = manifest(name="anyName", js=[{"value": "assets/x.js"}])
    del podlet["fragment"]
    service.manifest = podlet
    known = await client.get(RELEASE, timeout=10)
    assert known.content_url == BASE
    assert known.css[0].value == f"{BASE}/static/reviews/reviews.css"
    assert known.js[0].value == f"{BASE}/assets/x.js"
    await settle()


async def test_each_release_has_a_manifest_of_its_own(
    client: ManifestClient, service: Service
) -> None:
    await client.get(RELEASE, timeout=10)
    other = Release("reviews/list", "2.0.0", "http://reviews-2.internal/list")
    service.manifest = manifest(version="2.0.0")
    assert (await client.get(other, timeout=10)).content_url == "http://reviews-2.internal/list/"
    assert (await client.get(RELEASE, timeout=10)).manifest.version == "1.0.0"
    await settle()


def test_one_client_serves_several_event_loops() -> None:
    client = ManifestClient(_ImmediateService())
    versions = {asyncio.run(client.get(RELEASE, timeout=10)).manifest.version for _ in range(3)}
    assert versions == {"1.0.0"}


class _ImmediateService:
    async def fetch(self, release: Release, request: FetchRequest) -> FetchResponse:
        return FetchResponse(200, (), json.dumps(manifest(fallback="")).encode())


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (response(json.dumps(manifest()).encode(), content_type="application/json"), None),
        (response(b"{" * 300_000), ResponseTooLarge),
        (response(b"rubbish"), ManifestError),
        (response(b"", status="204 No Content"), ManifestError),
    ],
    ids=["good", "huge", "rubbish", "empty"],
)
async def test_manifests_come_over_real_sockets(
    raw: bytes, error: type[ComposerError] | None
) -> None:
    transport = HttpTransport()
    client = ManifestClient(GuardedTransport(transport))
    async with hostile(says(raw)) as server:
        release = Release("reviews/list", "1.0.0", server.url)
        if error:
            with pytest.raises(error):
                await client.get(release, timeout=10)
        else:
            assert (await client.get(release, timeout=10)).manifest.version == "1.0.0"
        await transport.aclose()
