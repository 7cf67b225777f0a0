"""A whole site for one test: templates, registry, services on real sockets, and a face."""

import json
import os
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, Final, Literal
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import httpx
import uvicorn
from django.core.asgi import get_asgi_application
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from fragment_contract.testing import FakeFragmentServer

from site_shell.composer import bridge, conf
from site_shell.composer.conf import Runtime
from site_shell.composer.lane import Lane
from site_shell.files import FilesApp
from site_shell.tests.server import PromptServer

Face = Literal["lane", "view", "wsgi"]
# Seconds that a test waits for what must come, on the busiest machine.
PATIENCE: Final = 60.0

# Nothing here is https, and to read the authorities of the world takes longer than most tests.
TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

BASE = """<!doctype html><html lang="{{ locale }}"><head><meta charset="utf-8">\
<title>{% block title %}Shop{% endblock %}</title></head><body>\
<header>Our shop</header>{% block main %}{% endblock %}</body></html>"""
ERROR = """{% extends "base.html" %}{% block title %}{{ title }}{% endblock %}\
{% block main %}<h1>{{ status }}</h1><p>{{ message }}</p>{% endblock %}"""


class Services:
    """Fragment services by name; ``reviews/list`` is served by the service ``reviews``."""

    def __init__(self) -> None:
        self._servers: dict[str, FakeFragmentServer] = {}

    def __getitem__(self, service: str) -> FakeFragmentServer:
        if service not in self._servers:
            self._servers[service] = FakeFragmentServer()
        return self._servers[service]

    def close(self) -> None:
        for server in self._servers.values():
            server.close()


@dataclass
class World:
    """What a test arranges before it opens a face."""

    folder: Path
    services: Services = field(default_factory=Services)
    lines: list[str] = field(default_factory=list)
    registered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def template(self, name: str, text: str) -> None:
        path = self.folder / "pages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        # Two writes within one tick of the file system's clock are two versions, too.
        stat = path.stat()
        os.utime(path, ns=(stat.st_atime_ns, time.time_ns()))

    def page(self, body: str, *, routes: tuple[str, ...] = ("shop/",), extra: str = "") -> None:
        """One page named ``shop``, with this text in the body of the base template."""
        self.template(
            "shop.html", f'{{% extends "base.html" %}}{{% block main %}}{body}{{% endblock %}}'
        )
        listed = ", ".join(json.dumps(route) for route in routes)
        self.template(
            "pages.toml",
            f'[[page]]\nname = "shop"\nroutes = [{listed}]\ntemplate = "shop.html"\n{extra}\n',
        )

    def fragment(self, name: str, html: str = "", *, register: bool = True, **options: Any) -> str:
        """Serve a healthy fragment and register it; returns the path of its content."""
        service, _, short = name.partition("/")
        html = html or f"<p>{name}</p>"
        url = self.services[service].add_fragment(name, html=html, **options)
        if register:
            self.register(name, url, version=options.get("version", "1.0.0"))
        return f"/fragments/{short}/"

    def register(self, name: str, url: str, *, version: str = "1.0.0", **record: Any) -> None:
        self.registered[name] = [
            {
                "url": url,
                "metadata": {"version": version},
                "deployment": {"traffic": 100, "default": True},
                **record,
            }
        ]
        document = {"schema": "https://example.org/schema", "microFrontends": self.registered}
        (self.folder / "registry.json").write_text(json.dumps(document))

    def server_of(self, name: str) -> FakeFragmentServer:
        return self.services[name.partition("/")[0]]

    def wait_for_fallback(self, name: str, locale: str = "en") -> None:
        """Wait until the open site keeps the fallback of a fragment whose manifest it has."""
        (release,) = conf.runtime().registry.releases(name)

        def is_kept() -> bool:
            known = conf.runtime().manifests.peek(release)
            return known is not None and locale in known.fallbacks

        wait_until(is_kept)

    def slots(self) -> list[dict[str, Any]]:
        """The slot lines logged so far."""
        return [line for line in self.records() if line.get("event") == "slot"]

    def records(self) -> list[dict[str, Any]]:
        conf.runtime().recorder.flush()
        return [json.loads(line) for text in self.lines for line in text.splitlines()]

    @contextmanager
    def open(self, face: Face) -> Iterator[httpx.Client]:
        """Serve the site through a face, on a real socket, with a runtime of its own."""
        caches["default"].clear()
        conf.forget_runtime()
        serve = {"lane": _serve_lane, "view": _serve_view, "wsgi": _serve_wsgi}[face]
        try:
            with (
                serve(conf.runtime()) as url,
                httpx.Client(base_url=url, timeout=PATIENCE, verify=TRUSTS_NOBODY) as client,
            ):
                yield client
        finally:
            bridge.run(conf.runtime().aclose())
            bridge.stop()
            conf.forget_runtime()


@contextmanager
def _serve_lane(runtime: Runtime) -> Iterator[str]:
    with serving_asgi(Lane(FilesApp(get_asgi_application()), runtime)) as url:
        yield url


@contextmanager
def _serve_view(runtime: Runtime) -> Iterator[str]:
    with serving_asgi(get_asgi_application(), lifespan="off") as url:
        yield url


@contextmanager
def serving_asgi(app: Any, *, lifespan: Literal["on", "off"] = "on") -> Iterator[str]:
    """An ASGI application under uvicorn in a thread."""
    config = uvicorn.Config(
        app, port=0, lifespan=lifespan, log_config=None, access_log=False, ws="none"
    )
    server = PromptServer(config)
    thread = server.start()
    wait_until(lambda: server.started or not thread.is_alive())
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        ended(thread)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests read the composer's own lines."""


@contextmanager
def _serve_wsgi(runtime: Runtime) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Silent)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        ended(thread)


def wait_until(happened: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Wait for something that another thread does; AssertionError if it never does."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def other_page(name: str, *, budget: int, template: str = "shop.html") -> str:
    """For ``World.page``'s ``extra``: a second page ``/name/``, with its own time (ms)."""
    page = f'name = "{name}"\nroutes = ["{name}/"]\ntemplate = "{template}"\nbudget = {budget}'
    return f"\n[[page]]\n{page}"


def free_port() -> int:
    """A port for a program that cannot be given a socket.

    Below those that the system gives to whoever asks for any (net.ipv4.ip_local_port_range): one
    of these may be another program's before ours has started.
    """
    while True:
        port = random.randrange(20_000, 32_768)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def ended(thread: threading.Thread) -> None:
    """Wait until a thread is over; one that stays would disturb other tests."""
    thread.join(PATIENCE)
    assert not thread.is_alive(), f"{thread.name} goes on"


def comparable(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without what servers add and what tells the time."""
    ignored = {"date", "server", "server-timing", "connection", "transfer-encoding"}
    return {name: value for name, value in headers.items() if name not in ignored}
