"""What is kept, for how long, what is said about it, and how it is forgotten."""

import re
from itertools import cycle

import pytest
from django.core.cache import caches
from fragment_contract.manifest import Asset, FragmentInfo, Manifest
from fragment_contract.testing import Gate, Received, Reply

from site_shell.composer import conf

from .conftest import Open
from .kit import World, wait_until


def test_a_page_keeps_to_the_strictest_of_its_fragments(world: World, open_site: Open) -> None:
    kept = {"cache-control": "public, s-maxage=600, stale-if-error=900", "surrogate-key": "b a"}
    world.fragment("product/page", headers=kept)
    short = {"cache-control": "max-age=30, stale-if-error=60", "surrogate-key": "c a"}
    world.fragment("reviews/list", headers=short)
    world.page(
        '{% fragment "product/page" required=True %}{% fragment "reviews/list" required=True %}'
    )
    headers = open_site().get("/shop/").headers
    assert headers["cache-control"] in {
        f"public, max-age=0, s-maxage={seconds}, stale-if-error=60" for seconds in range(1, 31)
    }
    assert headers["surrogate-key"] == "a b c"
    assert headers["etag"].startswith('"')


@pytest.mark.parametrize("control", ["private, max-age=60", "no-store"])
def test_a_page_with_a_private_fragment_is_kept_by_nobody(
    world: World, open_site: Open, control: str
) -> None:
    content = world.fragment("reviews/list", headers={"cache-control": control})
    world.fragment("product/page")
    world.page('{% fragment "product/page" %}{% fragment "reviews/list" required=True %}')
    client = open_site()
    for _ in range(2):
        headers = client.get("/shop/").headers
        assert headers["cache-control"] == "no-store"
        assert "etag" not in headers
        assert "surrogate-key" not in headers
    assert len(world.services["reviews"].requests_for(content)) == 2


def test_a_fragment_that_says_nothing_is_asked_every_time(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(body="<p>now</p>"))
    world.page('{% fragment "reviews/list" required=True %}')
    client = open_site()
    assert client.get("/shop/").headers["cache-control"] == "no-cache"
    client.get("/shop/")
    assert len(world.services["reviews"].requests_for(content)) == 2


def test_a_cached_page_asks_no_service(world: World, open_site: Open) -> None:
    world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    first = client.get("/shop/")
    asked = len(world.services["reviews"].requests)
    world.services["reviews"].refuse()
    again = [client.get("/shop/?utm=1"), client.get("/shop/"), client.get("/shop/")]
    assert {response.content for response in again} == {first.content}
    assert len(world.services["reviews"].requests) == asked
    assert {line["outcome"] for line in world.slots()[1:]} == {"cached"}


def test_parameters_are_in_the_key(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(
        content,
        lambda request: Reply(
            body=f"<p>{request.query}</p>", headers={"cache-control": "max-age=60"}
        ),
    )
    world.page('{% fragment "reviews/list" product=ref %}', routes=("shop/<slug:ref>/",))
    client = open_site()
    for ref in ("h1", "h2", "h1"):
        assert f"<p>product={ref}</p>" in client.get(f"/shop/{ref}/").text
    assert len(world.services["reviews"].requests_for(content)) == 2


def test_a_stale_answer_is_shown_while_it_is_fetched_again(world: World, open_site: Open) -> None:
    headers = {"cache-control": "max-age=0, stale-while-revalidate=600"}
    content = world.fragment("reviews/list", "<p>old</p>", headers=headers)
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    client.get("/shop/")
    gate = Gate()
    reply = Reply(body="<p>new</p>", headers={"cache-control": "max-age=60"}, gate=gate)
    world.services["reviews"].respond(content, reply)
    for _ in range(3):
        response = client.get("/shop/")
        assert "<p>old</p>" in response.text
        assert response.headers["cache-control"] == "no-cache"
    assert world.slots()[-1]["outcome"] == "stale"
    gate.open()
    wait_until(lambda: "<p>new</p>" in client.get("/shop/").text)
    assert len(world.services["reviews"].requests_for(content)) == 2


def test_a_purge_is_seen_by_the_next_visitor(world: World, open_site: Open) -> None:
    headers = {"cache-control": "max-age=600", "surrogate-key": "product:h1"}
    content = world.fragment("product/page", "<p>9.00</p>", headers=headers)
    world.page('{% fragment "product/page" %}')
    client = open_site()
    for _ in range(3):
        assert "<p>9.00</p>" in client.get("/shop/").text
    world.services["product"].respond(content, Reply(body="<p>8.00</p>", headers=headers))
    token = {"authorization": "Bearer purge-token-of-the-tests"}
    purged = client.post("/_composer/purge", json={"tags": ["product:h1"]}, headers=token)
    assert purged.status_code == 204
    assert "<p>8.00</p>" in client.get("/shop/").text


def test_a_purge_needs_the_token(world: World, open_site: Open) -> None:
    world.page("Hello")
    refused = open_site().post("/_composer/purge", json={"tags": ["a"]})
    assert refused.status_code == 401


def test_a_new_version_brings_its_own_assets(world: World, open_site: Open) -> None:
    from fragment_contract.manifest import Asset

    def deploy(version: str) -> None:
        world.fragment(
            "reviews/list",
            f"<p>{version}</p>",
            version=version,
            register=version == "1.0.0",
            headers={"cache-control": "max-age=600", "surrogate-key": "reviews"},
            css=(Asset(value=f"/static/{version}.css", type="text/css"),),
        )

    deploy("1.0.0")
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    assert "/static/1.0.0.css" in client.get("/shop/").text
    deploy("2.0.0")
    assert "/static/1.0.0.css" in client.get("/shop/").text
    token = {"authorization": "Bearer purge-token-of-the-tests"}
    client.post("/_composer/purge", json={"tags": ["reviews"]}, headers=token)
    for _ in range(2):
        text = client.get("/shop/").text
        assert "<p>2.0.0</p>" in text
        assert "/static/2.0.0.css" in text


def test_html_of_a_version_without_a_manifest_is_not_shown(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list", version="1.0.0", fallback="<p>soon</p>")
    headers = {"cache-control": "max-age=600", "podlet-version": "2.0.0"}
    world.services["reviews"].respond(content, Reply(body="<p>2</p>", headers=headers))
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    wait_until(lambda: "<p>soon</p>" in client.get("/shop/").text)
    assert {slot["reason"] for slot in world.slots()} == {"version-skew"}
    assert "<p>2</p>" not in client.get("/shop/").text


def test_html_and_assets_fit_while_two_versions_answer_by_turns(
    world: World, open_site: Open
) -> None:
    """A rolling deployment: each instance answers every other request."""
    content = world.fragment("reviews/list")
    server = world.services["reviews"]
    turns = {"manifest": cycle("1112"), "content": cycle("221")}

    def manifest(request: Received) -> Reply:
        number = next(turns["manifest"])
        css = (Asset(value=f"/static/{number}.css", type="text/css"),)
        info = FragmentInfo(name="reviews/list")
        made = Manifest(name="reviews-list", version=number, css=css, fragment=info)
        return Reply(body=made.to_json(), content_type="application/json")

    def answer(request: Received) -> Reply:
        number = next(turns["content"])
        return Reply(body=f"<p>v{number}</p>", headers={"podlet-version": number})

    server.respond("/fragments/list/manifest.json", manifest)
    server.respond(content, answer)
    world.page('{% fragment "reviews/list" required=True %}')
    client = open_site()
    seen = set()

    def look() -> bool:
        text = client.get("/shop/").text
        (version,) = re.findall(r"<p>v(\d)</p>", text)
        assert re.findall(r"/static/(\d)\.css", text) == [version]
        seen.add(version)
        return seen == {"1", "2"}

    wait_until(look)


def test_a_fragment_that_moved_in_the_registry_is_asked_at_its_new_place(
    world: World, open_site: Open
) -> None:
    world.fragment("reviews/list", "<p>here</p>")
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    assert "<p>here</p>" in client.get("/shop/").text
    url = world.services["elsewhere"].add_fragment("reviews/list", html="<p>there</p>")
    world.register("reviews/list", url)
    wait_until(lambda: "<p>there</p>" in client.get("/shop/").text)


def test_many_visitors_at_once_cause_one_fetch(world: World, open_site: Open) -> None:
    from concurrent.futures import ThreadPoolExecutor

    content = world.fragment("reviews/list")
    headers = {"cache-control": "max-age=60"}
    world.services["reviews"].respond(content, Reply(body="<p>x</p>", headers=headers, delay=0.2))
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: client.get("/shop/").text, range(8)))
    assert all("<p>x</p>" in page for page in pages)
    assert len(world.services["reviews"].requests_for(content)) == 1


def test_without_its_cache_the_site_still_serves(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" %}')
    client = open_site()

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("the cache is down")

    for method in ("get", "get_many", "set", "set_many", "add"):
        monkeypatch.setattr(caches["default"].__class__, method, fail)
    for _ in range(2):
        assert "<p>reviews/list</p>" in client.get("/shop/").text


def test_a_page_whose_tags_cannot_all_be_told_is_not_kept_outside(
    world: World, open_site: Open
) -> None:
    tags = " ".join(f"a-rather-long-tag-number-{number:03}-{'x' * 90}" for number in range(100))
    headers = {"cache-control": "max-age=60", "surrogate-key": tags}
    world.fragment("reviews/list", headers=headers)
    world.page('{% fragment "reviews/list" required=True %}')
    assert open_site().get("/shop/").headers["cache-control"] == "no-store"


def test_what_another_version_of_the_shell_packed_is_not_read(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = world.fragment("reviews/list", headers={"cache-control": "max-age=60"})
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    client.get("/shop/")
    monkeypatch.setattr("site_shell.composer.asking.LAYOUT", "another")
    conf.runtime().filler._asker._known.clear()
    client.get("/shop/?again")
    assert len(world.services["reviews"].requests_for(content)) == 2
