"""An upstream that takes its time: ``python -m bench.slow PORT``.

``/fragments/<name>/content?delay=<ms>`` answers after that long, and writes the moment at which
it did into the HTML. The monotonic clock is one for all processes of a machine, so the client
can tell how long after it the page was whole.
"""

import asyncio
import re
import sys
import time
from typing import cast

import uvloop

from .site import manifest

_REQUEST = re.compile(rb"GET /fragments/([a-z]+)/([a-z.]+)(?:\?delay=(\d+))? HTTP/1\.1\r\n")
_HEAD = (
    "HTTP/1.1 200 OK\r\ncontent-type: {}\r\ncache-control: no-store\r\ncontent-length: {}\r\n\r\n"
)


class Slow(asyncio.Protocol):
    """Answers each request of a connection after the delay it names."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are that in all but name.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        # Requests have no body and fit into one packet: the only client is the shell.
        match = _REQUEST.match(data)
        if not match:
            self._transport.close()
            return
        name, what, delay = match[1].decode(), match[2].decode(), int(match[3] or 0)
        loop = asyncio.get_running_loop()
        loop.call_later(delay / 1000, self._answer, name, what)

    def _answer(self, name: str, what: str) -> None:
        if what == "manifest.json":
            kind, body = "application/json", manifest("slow", name, content="/content")
        else:
            kind, body = "text/html", f"<p>{name} <!-- at {time.monotonic():.6f} --></p>"
        head = _HEAD.format(kind, len(body))
        self._transport.write(head.encode() + body.encode())


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Slow, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
