"""The default transport: HTTP/1.1 over kept-alive connections, at little CPU.

Three parallel fetches cost a third of what they cost over aiohttp (docs/decisions/0002). It does
what fetching a fragment needs and no more: no redirects, no cookies, no proxies, no environment.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from ..errors import ConnectFailed, Disconnected, FetchTimeout
from . import FetchRequest, FetchResponse
from .pool import Origin, Place, Pool, parse_origin

# What a request may be repeated with when a kept-alive connection turns out to be dead
# (RFC 9110, 9.2.2; services answer GET without side effects).
_REPEATABLE: Final = frozenset({"GET"})
# Set here from the URL and the body; a second one would be a way to smuggle requests.
_OWN_HEADERS: Final = frozenset({"host", "connection", "content-length", "transfer-encoding"})
_AFTER_SCHEME: Final = len("https://")
# Everything a URL may hold after its origin, so that quoting changes only what it may not.
_LEGAL_IN_TARGET: Final = "/?:@!$&'()*+,;=-._~%[]"


class HttpTransport:
    """Fetches ``http`` and ``https`` URLs; usable from any number of event loops.

    Each loop gets connections of its own, which close with the loop: ``asyncio.run``, the
    servers and asgiref all shut down the loop's async generators, and the connections' lifetime
    is one. ``tls`` serves for private certificate authorities; a request that brings its own
    shows a client certificate, over connections of its own.
    ``is_forbidden`` is asked about the IP address of each new connection before it is used.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        is_forbidden: Callable[[str], bool] | None = None,
    ) -> None:
        self._tls = tls
        self._is_forbidden = is_forbidden
        self._lifetimes: dict[
            asyncio.AbstractEventLoop, tuple[Pool, AsyncGenerator[Pool, None]]
        ] = {}

    async def fetch(self, request: FetchRequest) -> FetchResponse:
        """Return the response, whatever its status; raise a FetchError subclass otherwise."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + request.timeout
        if request.timeout <= 0:
            raise FetchTimeout(f"no time is left for {request.url}")
        origin, target = split_url(request.url)
        message = write_request(request, origin, target)
        known = self._lifetimes.get(loop)
        pool = known[0] if known else await self._open(loop)

        is_repeatable = request.repeatable or request.method in _REPEATABLE
        # Others never use a kept-alive connection: were it closed meanwhile, nobody could tell
        # whether the service has acted.
        place = Place(origin, request.tls)
        connection = pool.take(place) if is_repeatable else None
        if connection is not None:
            try:
                response = await connection.exchange(
                    message, max_bytes=request.max_bytes, deadline=deadline
                )
            except Disconnected:
                if connection.has_answered:
                    raise
            else:
                pool.give_back(place, connection)
                return response
        connection = await pool.connect(place, deadline=deadline)
        response = await connection.exchange(
            message, max_bytes=request.max_bytes, deadline=deadline, upload=request.upload
        )
        pool.give_back(place, connection)
        return response

    async def aclose(self) -> None:
        """Close the idle connections of the running loop."""
        known = self._lifetimes.get(asyncio.get_running_loop())
        if known:
            await known[1].aclose()

    async def _open(self, loop: asyncio.AbstractEventLoop) -> Pool:
        for other in [loop for loop in self._lifetimes if loop.is_closed()]:
            self._lifetimes.pop(other, None)
        lifetime = self._lifetime(loop)
        pool = await anext(lifetime)
        self._lifetimes[loop] = pool, lifetime
        return pool

    async def _lifetime(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[Pool, None]:
        pool = Pool(loop, self._tls_context, self._is_forbidden)
        try:
            yield pool
        finally:
            self._lifetimes.pop(loop, None)
            await pool.close()

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


@lru_cache(maxsize=1024)
def split_url(url: str) -> tuple[Origin, str]:
    """The origin and the request target of a URL; raises ConnectFailed if it is not one."""
    end = len(url)
    for mark in "/?#":
        found = url.find(mark, _AFTER_SCHEME)
        if 0 <= found < end:
            end = found
    origin = parse_origin(url[:end])
    target = url[end:]
    if "#" in target:
        target = target.partition("#")[0]
    if not target.startswith("/"):
        target = "/" + target
    if not target.isascii() or not target.isprintable() or " " in target:
        target = quote(target, safe=_LEGAL_IN_TARGET)
    return origin, target


def write_request(request: FetchRequest, origin: Origin, target: str) -> bytes:
    """The bytes of a request; raises ConnectFailed where a header would break out of its line."""
    lines = [f"{request.method} {target} HTTP/1.1", f"host: {origin.authority}"]
    asks_for_encoding = False
    for name, value in request.headers:
        if name in _OWN_HEADERS:
            raise ConnectFailed(f"header {name!r} is the transport's to set; nothing was sent")
        asks_for_encoding = asks_for_encoding or name == "accept-encoding"
        lines.append(f"{name}: {value}")
    if not asks_for_encoding:
        lines.append("accept-encoding: identity")
    if request.method not in _REPEATABLE:
        size = len(request.body) if request.upload is None else request.upload.size
        lines.append(f"content-length: {size}")
        if not request.repeatable:
            lines.append("connection: close")
    elif request.body:
        lines.append(f"content-length: {len(request.body)}")
    text = "\r\n".join(lines)
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1 or "\0" in text:
        raise ConnectFailed("a header holds a line break or a null byte; nothing was sent")
    try:
        return text.encode("latin-1") + b"\r\n\r\n" + request.body
    except UnicodeEncodeError as error:
        raise ConnectFailed(f"a header cannot be written: {error}; nothing was sent") from None
