"""Pages go out as their fragments come in, in order."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.core.asgi import get_asgi_application
from fragment_contract.testing import Gate, Hang, Reply

from site_shell.composer import conf
from site_shell.composer.lane import Lane

from .conftest import Open
from .kit import Face, World, wait_until

_SCOPE = {
    "type": "http",
    "method": "GET",
    "raw_path": b"/shop/",
    "query_string": b"",
    "headers": [(b"host", b"localhost")],
}


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
    world.page('<i>before</i>{% fragment "reviews/list" timeout=5000 %}<i>after</i>')
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
    world.page('{% fragment "reviews/list" timeout=5000 %}{% fragment "product/page" %}')
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
    world.page("".join(f'{{% fragment "{name}" timeout=5000 %}}' for name in names))
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
    world.page(
        '{% fragment "product/page" required=True timeout=5000 %}'
        '{% fragment "reviews/list" timeout=5000 %}'
    )
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
    world.page('{% fragment "reviews/list" timeout=5000 %}')
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
    world.page('{% fragment "reviews/list" timeout=5000 %}')
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


def test_when_the_visitor_leaves_the_fetches_of_his_page_end(world: World) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Hang())
    world.page('{% fragment "reviews/list" required=True timeout=30000 %}', extra="budget = 30000")
    with world.open("lane") as client:
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as visitor:
            visitor.sendall(b"GET /shop/ HTTP/1.1\r\nhost: localhost\r\n\r\n")
            world.services["reviews"].wait_for_requests(2)
            guard = conf.runtime().transport
            release = conf.runtime().registry.releases("reviews/list")[0]
            assert guard._guard(release).in_flight == 1
        wait_until(lambda: guard._guard(release).in_flight == 0)
        assert client.get("/healthz").status_code == 200


def test_a_visitor_who_leaves_before_the_first_byte_still_leaves_his_lines(world: World) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Hang())
    world.page('{% fragment "reviews/list" timeout=30000 %}', extra="budget = 30000")

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: Mapping[str, Any]) -> None:
        raise OSError("the visitor is gone")

    async def visit() -> None:
        runtime = conf.runtime()
        await Lane(get_asgi_application(), runtime)(_SCOPE, receive, send)
        release = runtime.registry.releases("reviews/list")[0]
        while runtime.transport._guard(release).in_flight:
            await asyncio.sleep(0)
        await runtime.aclose()

    conf.forget_runtime()
    asyncio.run(asyncio.wait_for(visit(), 10))
    assert [line["event"] for line in world.records()] == ["page"]


def test_when_a_visitor_leaves_others_still_get_the_fragment_they_share(world: World) -> None:
    gate = Gate()
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(body="<p>shared</p>", gate=gate))
    world.page('{% fragment "reviews/list" required=True timeout=9000 %}', extra="budget = 9000")
    with world.open("lane") as client:
        visitor = socket.create_connection((client.base_url.host, client.base_url.port or 0))
        visitor.sendall(b"GET /shop/ HTTP/1.1\r\nhost: localhost\r\n\r\n")
        world.services["reviews"].wait_for_requests(2)
        found: list[str] = []
        other = threading.Thread(target=lambda: found.append(client.get("/shop/").text))
        other.start()
        # The second visitor's page is composed when a page that needs nothing is answered.
        assert httpx.get(client.base_url.copy_with(path="/healthz")).status_code == 200
        visitor.close()
        gate.open()
        other.join(10)
    assert "<p>shared</p>" in found[0]


@pytest.mark.parametrize("name", ["lane", "view"])
def test_a_client_that_resets_in_the_middle_harms_nobody(world: World, name: Any) -> None:
    gate = Gate()
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(body="x" * 900_000, gate=gate))
    world.page('{% fragment "reviews/list" timeout=5000 %}' * 3, extra="budget = 9000")
    with world.open(name) as client:
        for _ in range(3):
            visitor = socket.create_connection((client.base_url.host, client.base_url.port or 0))
            visitor.sendall(b"GET /shop/ HTTP/1.1\r\nhost: localhost\r\n\r\n")
            assert visitor.recv(100)
            # Linger of zero: closing sends a reset.
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            visitor.close()
        gate.open()
        assert client.get("/healthz").status_code == 200


def test_the_lane_stops_composing_when_receive_says_so(world: World) -> None:
    """The same without a server, to the letter of the ASGI specification."""
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Hang())
    world.page('{% fragment "reviews/list" timeout=30000 %}', extra="budget = 30000")
    sent: list[dict[str, Any]] = []
    with world.open("wsgi"):

        async def visit() -> None:
            from site_shell.composer.lane import Lane

            async def receive() -> dict[str, Any]:
                while len(sent) < 2:
                    await asyncio.sleep(0.005)
                return {"type": "http.disconnect"}

            async def send(message: Any) -> None:
                sent.append(message)

            scope = {
                "type": "http",
                "method": "GET",
                "path": "/shop/",
                "raw_path": b"/shop/",
                "query_string": b"",
                "headers": [(b"host", b"localhost")],
            }
            app: Any = None
            await asyncio.wait_for(Lane(app, conf.runtime())(scope, receive, send), 5)

        asyncio.run(visit())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


def _css(value: str) -> Any:
    from fragment_contract.manifest import Asset

    return Asset(value=value, type="text/css")
