"""Pages go out as their fragments come in, in order."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fragment_contract.testing import Gate, Reply

from .conftest import Open
from .kit import Face, World, wait_until


@pytest.fixture(params=["lane", "view", "wsgi"])
def face(request: pytest.FixtureRequest) -> Face:
    """Streaming is another matter under WSGI."""
    chosen: Face = request.param
    return chosen


@contextmanager
def streamed(client: httpx.Client, path: str = "/shop/") -> Iterator[tuple[httpx.Response, Any]]:
    with client.stream("GET", path) as response:
        yield response, response.iter_text()


def read_until(parts: Iterator[str], text: str) -> str:
    seen = ""
    while text not in seen:
        seen += next(parts)
    return seen


def test_the_first_byte_waits_for_no_fragment_that_is_not_required(
    world: World, open_site: Open
) -> None:
    gate = Gate()
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(body="<p>slow</p>", gate=gate))
    world.page('<i>before</i>{% fragment "reviews/list" %}<i>after</i>')
    with streamed(open_site()) as (response, parts):
        early = read_until(parts, "<i>before</i>")
        gate.open()
        late = "".join(parts)
    assert early.startswith("<!doctype html>")
    assert "slow" not in early
    assert late.endswith("<p>slow</p><i>after</i></body></html>")
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers
    assert "content-length" not in response.headers
    assert response.headers["x-accel-buffering"] == "no"


def test_fragments_come_in_the_order_of_the_page_and_not_of_their_speed(
    world: World, open_site: Open
) -> None:
    gate = Gate()
    slow = world.fragment("reviews/list")
    world.fragment("product/page", "<p>fast</p>")
    world.services["reviews"].respond(slow, Reply(body="<p>slow</p>", gate=gate))
    world.page('{% fragment "reviews/list" %}{% fragment "product/page" %}')
    with streamed(open_site()) as (_, parts):
        read_until(parts, "<header>")
        world.services["product"].wait_for_requests(2)
        gate.open()
        assert "<p>slow</p><p>fast</p>" in "".join(parts)


def test_all_fetches_start_at_once(world: World, open_site: Open) -> None:
    gate = Gate()
    names = [f"service{number}/part" for number in range(5)]
    for name in names:
        content = world.fragment(name)
        world.server_of(name).respond(content, Reply(body=f"<p>{name}</p>", gate=gate))
    world.page("".join(f'{{% fragment "{name}" %}}' for name in names))
    with streamed(open_site()) as (_, parts):
        read_until(parts, "<header>")
        for name in names:
            world.server_of(name).wait_for_requests(2)
        gate.open()
        assert "".join(parts).count("<p>service") == 5


def test_required_fragments_are_all_that_the_first_byte_waits_for(
    world: World, open_site: Open
) -> None:
    required, other = Gate(), Gate()
    world.services["product"].respond(
        world.fragment("product/page"), Reply(body="<p>required</p>", gate=required)
    )
    world.services["reviews"].respond(
        world.fragment("reviews/list"), Reply(body="<p>other</p>", gate=other)
    )
    world.page('{% fragment "product/page" required=True %}{% fragment "reviews/list" %}')
    client = open_site()
    threading.Timer(0, required.open).start()
    with streamed(client) as (_, parts):
        assert "other" not in read_until(parts, "<p>required</p>")
        other.open()
        assert "<p>other</p>" in "".join(parts)


def test_what_comes_late_brings_its_assets_with_it(world: World, open_site: Open) -> None:
    gate = Gate()
    head = '<head><title>late</title><script type="application/ld+json">{"a": 1}</script></head>'
    content = world.fragment("reviews/list")
    link = (
        "</extra.css>; rel=preload; as=style, <https://evil.example/x.js>; rel=preload; as=script"
    )
    reply = Reply(body=f"{head}<p>slow</p>", gate=gate, headers={"link": link})
    world.services["reviews"].respond(content, reply)
    world.page('{% fragment "reviews/list" %}')
    with streamed(open_site()) as (_, parts):
        early = read_until(parts, "<header>")
        gate.open()
        late = "".join(parts)
    assert "<title>Shop</title>" in early
    assert (
        '<link rel="stylesheet" href="/extra.css">'
        '<script type="application/ld+json">{"a": 1}</script><p>slow</p>'
    ) in late
    wait_until(lambda: any(line.get("event") == "page" for line in world.records()))
    notes = [line["what"] for line in world.records() if line["event"] == "note"]
    assert "too late for the head: title" in notes
    assert any("https://evil.example/x.js" in note for note in notes)


def test_assets_of_known_manifests_are_in_the_head_before_their_fragments(
    world: World, open_site: Open
) -> None:
    gate = Gate()
    content = world.fragment(
        "reviews/list",
        "<p>first</p>",
        headers={"cache-control": "no-store"},
        css=(_css("/static/reviews.css"),),
    )
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    client.get("/shop/")
    world.services["reviews"].respond(content, Reply(body="<p>slow</p>", gate=gate))
    with streamed(client) as (response, parts):
        early = read_until(parts, "<header>")
        gate.open()
        late = "".join(parts)
    assert '<link rel="stylesheet" href="/static/reviews.css"></head>' in early
    assert response.headers["link"] == "</static/reviews.css>; rel=preload; as=style"
    assert "reviews.css" not in late


def test_an_asset_of_two_slots_is_on_the_page_once(world: World, open_site: Open) -> None:
    cached = {"cache-control": "max-age=600"}
    css = (_css("/static/reviews.css"),)
    world.fragment("reviews/list", "<p>first</p>", headers=cached, css=css)
    world.page('{% fragment "reviews/list" %}' * 2)
    client = open_site()
    client.get("/shop/")
    assert client.get("/shop/").text.count("reviews.css") == 1


def test_head_waits_for_all_fragments_and_tells_the_length(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(body="<p>slow</p>", delay=0.05))
    world.page('{% fragment "reviews/list" %}')
    response = open_site().head("/shop/")
    assert int(response.headers["content-length"]) > 100


def _css(value: str) -> Any:
    from fragment_contract.manifest import Asset

    return Asset(value=value, type="text/css")
