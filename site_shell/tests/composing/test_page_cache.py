"""Whole pages are kept as bytes while they are right, and not a second longer."""

import time

import pytest
from django.conf import LazySettings
from fragment_contract.testing import Reply

from site_shell.composer import conf, page_cache

from .conftest import Open
from .kit import World, wait_until

TOKEN = {"authorization": "Bearer purge-token-of-the-tests"}
KEPT = {"cache-control": "max-age=600, stale-if-error=900", "surrogate-key": "product:h1"}


@pytest.fixture(autouse=True)
def _looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes fast: each request comes after the second without a look."""
    monkeypatch.setattr("site_shell.composer.binding.LOOK_SECONDS", 0.0)
    monkeypatch.setattr(page_cache, "LOOK_SECONDS", 0.0)


def test_a_page_is_composed_once_while_it_is_right(world: World, open_site: Open) -> None:
    world.fragment("product/page", headers=KEPT)
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    first = client.get("/shop/")
    again = [client.get("/shop/") for _ in range(4)]
    assert {response.content for response in again} == {first.content}
    kept = conf.runtime().page_cache
    assert len(kept) == 1
    lines = [line for line in world.records() if line.get("event") == "page"]
    assert [line["ms"] for line in lines[1:]] == [0.0] * 4


def test_caches_are_told_how_long_the_page_still_is_fresh(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fragment("product/page", headers=KEPT)
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    client.get("/shop/")
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 100)
    control = client.get("/shop/").headers["cache-control"]
    assert control in {
        f"public, max-age=0, s-maxage={left}, stale-if-error=900" for left in range(440, 501)
    }


def test_a_page_ends_with_the_freshness_of_its_fragments(world: World, open_site: Open) -> None:
    content = world.fragment("product/page", headers={"cache-control": "max-age=1"})
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    client.get("/shop/")

    def is_asked_again() -> bool:
        client.get("/shop/")
        return len(world.services["product"].requests_for(content)) > 1

    wait_until(is_asked_again)


def test_a_changed_template_ends_a_page(world: World, open_site: Open) -> None:
    world.fragment("product/page", headers=KEPT)
    world.page('one {% fragment "product/page" required=True %}')
    client = open_site()
    assert "one " in client.get("/shop/").text
    world.page('two {% fragment "product/page" required=True %}')
    wait_until(lambda: "two " in client.get("/shop/").text)


def test_another_release_ends_a_page(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<p>here</p>", headers=KEPT)
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    client.get("/shop/")
    url = world.services["elsewhere"].add_fragment("product/page", html="<p>there</p>")
    world.register("product/page", url, version="2.0.0")
    wait_until(lambda: "<p>there</p>" in client.get("/shop/").text)


def test_a_purge_ends_the_pages_with_the_tag_and_no_others(world: World, open_site: Open) -> None:
    def product(number: str) -> Reply:
        headers = {"cache-control": "max-age=600", "surrogate-key": f"product:{number}"}
        return Reply(body=f"<p>{number}</p>", headers=headers)

    content = world.fragment("product/page")
    service = world.services["product"]
    service.respond(content, lambda request: product(dict(request.parameters)["ref"]))
    world.page('{% fragment "product/page" ref=ref required=True %}', routes=("shop/<slug:ref>/",))
    client = open_site()
    for ref in ("h1", "h2"):
        client.get(f"/shop/{ref}/")
    kept = [page.page for page in conf.runtime().page_cache._kept.values()]
    purged = client.post("/_composer/purge", json={"tags": ["product:h1"]}, headers=TOKEN)
    assert purged.status_code == 204
    for ref in ("h1", "h2"):
        assert f"<p>{ref}</p>" in client.get(f"/shop/{ref}/").text
    assert [request.query for request in service.requests_for(content)] == [
        "ref=h1",
        "ref=h2",
        "ref=h1",
    ]
    after = [page.page for page in conf.runtime().page_cache._kept.values()]
    assert [page in kept for page in after] == [False, True]


def test_a_page_is_not_used_unseen_for_longer_than_purges_are_known(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("site_shell.composer.binding.LOOK_SECONDS", 60.0)
    monkeypatch.setattr(page_cache, "LOOK_SECONDS", 60.0)
    world.fragment("product/page", headers=KEPT)
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    for _ in ("composed", "looked at"):
        client.get("/shop/")
        (kept,) = conf.runtime().page_cache._kept.values()
        assert kept.page.until <= time.monotonic() + 1.0
        kept.page.until = 0.0


def test_addresses_with_one_answer_share_it(world: World, open_site: Open) -> None:
    world.fragment("product/page", headers=KEPT)
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    for number in range(100):
        client.get(f"/shop/?utm={number}")
    cache = conf.runtime().page_cache
    assert len(cache) == 1
    assert len(cache._by_request) == len(cache._pages) == 32


def test_a_query_that_a_fragment_sees_makes_another_page(world: World, open_site: Open) -> None:
    content = world.fragment("product/page")
    headers = {"cache-control": "max-age=600"}
    world.services["product"].respond(
        content, lambda request: Reply(body=f"<p>{request.query}</p>", headers=headers)
    )
    world.page('{% fragment "product/page" passthrough="query:colour" required=True %}')
    client = open_site()
    for colour in ("red", "blue", "red", "blue"):
        assert f"<p>colour={colour}</p>" in client.get(f"/shop/?colour={colour}").text


def test_memory_is_bounded_by_bytes_and_the_longest_unasked_goes_first(
    world: World, settings: LazySettings
) -> None:
    settings.PAGE_MEMORY_MB = 1
    world.page("x" * 100_000, routes=("shop/<int:number>/",))
    with world.open("lane") as client:
        cache = conf.runtime().page_cache
        for number in range(20):
            client.get(f"/shop/{number}/")
            client.get("/shop/0/")
            assert cache.size <= 1024 * 1024
        names = [name[1] for name in cache._kept]  # type: ignore[index]
        assert 5 < len(names) < 10
        assert {dict(context)["number"] for context in names} >= {0, 19}
        assert len(cache._by_request) == len(cache._kept)


def test_what_is_for_one_visitor_is_not_kept(world: World, open_site: Open) -> None:
    world.fragment("cart/mini", headers={"cache-control": "private, max-age=60"})
    world.page('{% fragment "cart/mini" required=True %}')
    client = open_site()
    client.get("/shop/")
    assert len(conf.runtime().page_cache) == 0
