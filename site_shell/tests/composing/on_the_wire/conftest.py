"""A site behind the server of production, and raw connections to it."""

from collections.abc import Iterator

import pytest
from django.core.asgi import get_asgi_application
from django.core.cache import caches

from site_shell.composer import bridge, conf
from site_shell.composer.lane import Lane
from site_shell.files import FilesApp
from site_shell.gateway.bodies import BoundedBodies

from ..kit import World
from .raw import HOST, Ask, answers
from .serving import Connect, served


@pytest.fixture
def connect(world: World) -> Iterator[Connect]:
    """Opens connections to the site."""
    world.fragment("a/seen")
    world.page('{% fragment "a/seen" passthrough="header:x-secret" required=True %}')
    caches["default"].clear()
    conf.forget_runtime()
    parts = conf.runtime()
    pages = parts.composer.whole_pages
    django = BoundedBodies(get_asgi_application(), site=parts.site, pages=pages)
    app = Lane(FilesApp(django), parts)
    try:
        with served(app) as connect:
            yield connect
    finally:
        bridge.run(conf.runtime().aclose())
        bridge.stop()
        conf.forget_runtime()


@pytest.fixture
def ask(connect: Connect) -> Ask:
    """Sends bytes on a new connection; gives back the status lines of all answers."""

    def ask(data: bytes) -> list[bytes]:
        with connect() as connection:
            try:
                connection.sendall(data)
                # Whatever is answered before this, the server answers this, or closes.
                connection.sendall(b"GET /healthz HTTP/1.0\r\n" + HOST + b"\r\n")
            except ConnectionError:
                pass
            return answers(connection)

    return ask
