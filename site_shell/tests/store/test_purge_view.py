"""POST /_composer/purge: who may, what is refused and how it is said."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpResponse
from django.test import AsyncRequestFactory

from site_shell.composer.purge import purge_view
from site_shell.composer.store import FragmentStore

from .kit import Clock, entry
from .test_failing_cache import Broken

TOKEN = "the-token"
BEARER = f"Bearer {TOKEN}"


@pytest_asyncio.fixture
async def store(clock: Clock) -> AsyncIterator[FragmentStore]:
    store = FragmentStore(LocMemCache("purge-view", {}), clock=clock)
    yield store
    await store.aclose()


async def post(
    store: FragmentStore,
    body: object = None,
    *,
    method: str = "POST",
    authorization: str = BEARER,
    token: str = TOKEN,
) -> HttpResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = AsyncRequestFactory().generic(
        method,
        "/_composer/purge",
        data,
        content_type="application/json",
        headers={"authorization": authorization},
    )
    return await purge_view(store, token=token)(request)


async def test_a_service_purges_by_tag(store: FragmentStore) -> None:
    await store.put("linen", entry(tags=("product:linen",)))
    await store.put("wool", entry(tags=("product:wool",)))
    response = await post(store, {"tags": ["product:linen"]})
    assert response.status_code == 204
    assert set(await store.get_many(["linen", "wool"])) == {"wool"}


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer no", f"Basic {TOKEN}", TOKEN, "é"])
async def test_a_wrong_token_purges_nothing(store: FragmentStore, authorization: str) -> None:
    before = store.generation
    response = await post(store, {"tags": ["a"]}, authorization=authorization)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert store.generation == before


async def test_without_a_configured_token_nobody_may_purge(store: FragmentStore) -> None:
    response = await post(store, {"tags": ["a"]}, token="", authorization="Bearer ")
    assert response.status_code == 403
    assert b"FRAGMENT_PURGE_TOKEN" in response.content


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_are_refused(store: FragmentStore, method: str) -> None:
    response = await post(store, {"tags": ["a"]}, method=method)
    assert response.status_code == 405
    assert response["Allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        [],
        {},
        {"tags": "a"},
        {"tags": []},
        {"tags": ["a"] * 1001},
        {"tags": ["a", 1]},
        {"tags": ["A"]},
        {"tags": ["a b"]},
    ],
)
async def test_a_malformed_body_is_refused_whole(store: FragmentStore, body: object) -> None:
    before = store.generation
    response = await post(store, body)
    assert response.status_code == 400
    assert store.generation == before


async def test_a_refusal_names_the_bad_tag_and_what_is_legal(store: FragmentStore) -> None:
    response = await post(store, {"tags": ["product:linen", "Product 7"]})
    assert response.content.decode() == (
        '"Product 7" is no tag: 1 to 128 of a-z 0-9 : / _ . - are.\n'
    )


async def test_a_huge_body_is_refused(store: FragmentStore) -> None:
    assert (await post(store, b" " * 300_000)).status_code == 413


async def test_a_cache_that_is_down_is_said(clock: Clock) -> None:
    response = await post(FragmentStore(Broken(), clock=clock), {"tags": ["a"]})
    assert response.status_code == 503


@pytest.mark.parametrize("body", [{"tags": ["a"]}, {}])
async def test_no_answer_is_cached(store: FragmentStore, body: object) -> None:
    assert (await post(store, body))["Cache-Control"] == "no-store"
