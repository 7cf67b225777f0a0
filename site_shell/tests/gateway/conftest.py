"""A whole shell on a real socket in front of a fake service."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
import uvicorn
from django.conf import LazySettings
from django.core.asgi import get_asgi_application
from django.core.cache.backends.locmem import LocMemCache
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Reply

from site_shell.composer.conf import forget_runtime, runtime
from site_shell.composer.lane import Lane
from site_shell.gateway.app import Actions
from site_shell.gateway.bodies import BoundedBodies
from site_shell.gateway.views import gateway
from site_shell.tests.composing.kit import PATIENCE, ended

PATH = "/actions/reviews/form/submit"
TARGET = "/fragments/form/actions/submit"
FORM = {"content-type": "application/x-www-form-urlencoded"}
OURS = {"sec-fetch-site": "same-origin"}
HTMX = {**OURS, "hx-request": "true"}
TEMPLATE = (
    "<!doctype html><html><head><title>Shop</title></head>"
    "<body><!-- notices --><header>Lumen</header><main>{{ answer }}</main></body></html>"
)


class Response:
    """An answer of the shell, read to its end."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body
        self.text = body.decode()


class Shell:
    """The shell and how to send it something."""

    max_bytes = 20_000

    def __init__(self, port: int) -> None:
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"

    def send(
        self,
        path: str = PATH,
        body: bytes | str | None = b"title=Nice",
        headers: dict[str, str] | None = None,
        method: str = "POST",
    ) -> Response:
        """Send one request, by default a proper one of our own form."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            given = {**OURS, **FORM} if headers is None else headers
            connection.request(method, path, body, given)
            response = connection.getresponse()
            return Response(response.status, response.getheaders(), response.read())
        finally:
            connection.close()


@pytest.fixture
def service() -> Iterator[FakeFragmentServer]:
    """A service with the fragment reviews/form and its action submit."""
    with FakeFragmentServer() as server:
        declare(server)
        server.respond(TARGET, Reply(body="<p>Thank you.</p>"))
        yield server


def declare(server: FakeFragmentServer, *actions: Action, **manifest: Any) -> None:
    """Let the service declare these actions of reviews/form; by default ``submit``."""
    info = FragmentInfo(
        name="reviews/form",
        events=("review:submitted",),
        actions=actions or (Action("submit", "/actions/submit", max_bytes=Shell.max_bytes),),
    )
    server.add_fragment("reviews/form", fragment=info, **manifest)


@pytest.fixture
def cache(request: pytest.FixtureRequest) -> LocMemCache:
    """A cache that no other test has."""
    return LocMemCache(request.node.name, {})


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Page templates: just the one for answers to actions."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "pages.toml").write_text("")
    (folder / "action.html").write_text(TEMPLATE)
    return folder


@pytest.fixture
def seconds() -> float:
    """The time for a body to come; tests of what is too slow give less."""
    return PATIENCE


@pytest.fixture
def shell(
    service: FakeFragmentServer,
    pages: Path,
    tmp_path: Path,
    settings: LazySettings,
    seconds: float,
) -> Iterator[Shell]:
    """The shell as uvicorn serves it, with small bodies."""
    releases = [{"url": f"{service.url}/fragments/form", "metadata": {"version": "1.0.0"}}]
    registry = tmp_path / "registry.json"
    registry.write_text(json.dumps({"microFrontends": {"reviews/form": releases}}))
    settings.FRAGMENT_REGISTRY = str(registry)
    settings.STORAGES = {
        **settings.STORAGES,
        "pages": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(pages)},
        },
    }
    forget_runtime()
    parts = runtime()
    site, whole = parts.site, parts.composer.whole_pages
    django = BoundedBodies(
        get_asgi_application(), site=site, pages=whole, max_bytes=Shell.max_bytes, seconds=seconds
    )
    actions = Actions(django, gateway=gateway, site=site, pages=whole, seconds=seconds)
    yield from _serve(Lane(actions, parts))
    forget_runtime()


def _serve(app: Any) -> Iterator[Shell]:
    """Uvicorn without its main loop, which sleeps and handles signals."""
    socket = create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        # As site_shell/worker.py has it: nobody in front is believed.
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    started, stopping = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[socket])
        started.set()
        await stopping.wait()
        # Not server.shutdown(), which sleeps.
        for listener in server.servers:
            listener.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        # Who has his answer does not wait for its end, in which Django closes its files.
        if server.server_state.tasks:
            await asyncio.wait(server.server_state.tasks)
        await server.lifespan.shutdown()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert started.wait(PATIENCE), "the shell does not start"
        yield Shell(socket.getsockname()[1])
    finally:
        loops[0].call_soon_threadsafe(stopping.set)
        ended(thread)
