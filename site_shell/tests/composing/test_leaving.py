"""Visitors who leave before their page is there: its fetches end, and nobody else is harmed."""

import asyncio
import socket
import threading
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from django.core.asgi import get_asgi_application
from fragment_contract.testing import Gate, Hang, Reply

from site_shell.composer import conf
from site_shell.composer.lane import Lane

from .kit import World, wait_until

_SCOPE = {
    "type": "http",
    "method": "GET",
    "raw_path": b"/shop/",
    "query_string": b"",
    "headers": [(b"host", b"localhost")],
}


def test_when_the_visitor_leaves_the_fetches_of_his_page_end(world: World) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Hang())
    world.page('{% fragment "reviews/list" required=True %}')
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
    world.page('{% fragment "reviews/list" %}')

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
    world.page('{% fragment "reviews/list" required=True %}')
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
        other.join(60)
    assert "<p>shared</p>" in found[0]


@pytest.mark.parametrize("name", ["lane", "view"])
def test_a_client_that_resets_in_the_middle_harms_nobody(world: World, name: Any) -> None:
    gate = Gate()
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(body="x" * 900_000, gate=gate))
    world.page('{% fragment "reviews/list" %}' * 3)
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
    world.page('{% fragment "reviews/list" %}')
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
