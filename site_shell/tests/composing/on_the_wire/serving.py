"""Applications behind the shell's end of HTTP, over real sockets."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from site_shell.protocol import StrictProtocol

from ...server import PromptServer
from ..kit import PATIENCE, ended, wait_until

Connect = Callable[[], socket.socket]


@contextmanager
def served(
    app: Any, *, http: type[HttpToolsProtocol] = StrictProtocol, lifespan: str = "auto"
) -> Iterator[Connect]:
    """Serve an ASGI application as production does; gives what opens connections to it."""
    config = uvicorn.Config(
        app,
        port=0,
        http=http,
        lifespan=lifespan,  # type: ignore[arg-type] # a literal
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=False,
    )
    server = PromptServer(config)
    thread = server.start()
    wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield lambda: socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    finally:
        server.stop()
        ended(thread)


def received(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)
