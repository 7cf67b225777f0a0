"""Kept-alive connections of one event loop, by origin."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from ..errors import ConnectFailed, FetchTimeout
from .connection import Connection

# Above what a service's server would keep open itself there is nothing to gain.
MAX_IDLE_SECONDS: Final = 30.0
MAX_IDLE_PER_ORIGIN: Final = 64

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Where a URL leads; ``authority`` is the value for the Host header."""

    scheme: str
    host: str
    port: int
    authority: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


@lru_cache(maxsize=1024)
def parse_origin(url: str) -> Origin:
    """The origin of ``scheme://authority``; raises ConnectFailed for anything else."""
    # A URL with a password in it must not get into a message.
    shown = "a URL with a user name" if "@" in url else f"{url!r:.200}"
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise ConnectFailed(f"{shown} is not an http or https URL") from None
    host = parts.hostname
    is_plain = "@" not in url and url.isascii() and url.isprintable() and " " not in url
    if not host or not is_plain:
        raise ConnectFailed(f"{shown} does not name a plain host")
    name = f"[{host}]" if ":" in host else host
    authority = name if port == _DEFAULT_PORTS[parts.scheme] else f"{name}:{port}"
    return Origin(parts.scheme, host, port, authority)


class Place(NamedTuple):
    """Where a connection leads, and as whom: another certificate is another visitor."""

    origin: Origin
    tls: ssl.SSLContext | None


class Pool:
    """Not for more than one event loop: connections belong to the loop that made them."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        tls_context: Callable[[], ssl.SSLContext],
        is_forbidden: Callable[[str], bool] | None = None,
    ) -> None:
        self._is_forbidden = is_forbidden
        self._loop = loop
        self._tls_context = tls_context
        self._idle: dict[Place, deque[Connection]] = {}
        self._is_closed = False

    def take(self, place: Place) -> Connection | None:
        """The connection used last, because the others are likelier to have been closed."""
        idle = self._idle.get(place)
        if not idle:
            return None
        self._drop_old(idle)
        while idle:
            connection = idle.pop()
            if connection.is_quiet:
                return connection
            connection.abort()
        return None

    async def connect(self, place: Place, *, deadline: float) -> Connection:
        """A new connection; raises ConnectFailed, or FetchTimeout at the deadline."""
        origin = place.origin
        tls = (place.tls or self._tls_context()) if origin.scheme == "https" else None
        # Here, because it is rare: of releases and certificates that are no more, nothing stays.
        for other in list(self._idle):
            self._drop_old(self._idle[other])
            if not self._idle[other]:
                del self._idle[other]
        try:
            async with asyncio.timeout_at(deadline) as limit:
                transport, connection = await self._loop.create_connection(
                    lambda: Connection(str(origin), self._loop), origin.host, origin.port, ssl=tls
                )
        except TimeoutError as error:
            if limit.expired():
                raise FetchTimeout(f"{origin} did not accept a connection in time") from None
            raise ConnectFailed(f"cannot connect to {origin}: {error}") from error
        except (OSError, ValueError) as error:  # ValueError: a host name no encoding can carry
            raise ConnectFailed(f"cannot connect to {origin}: {error}") from error
        if self._is_forbidden and self._is_forbidden(transport.get_extra_info("peername")[0]):
            # Only now is it known where a name leads, and nothing was sent yet.
            connection.abort()
            raise ConnectFailed(f"{origin} leads to an address that nobody may be sent to")
        return connection

    def give_back(self, place: Place, connection: Connection) -> None:
        """Keep a connection for the next request, if it can have one."""
        idle = self._idle.get(place)
        if idle is None:
            idle = self._idle[place] = deque()
        if self._is_closed or not connection.is_open or len(idle) >= MAX_IDLE_PER_ORIGIN:
            connection.abort()
            return
        connection.idle_since = self._loop.time()
        idle.append(connection)

    def _drop_old(self, idle: deque[Connection]) -> None:
        oldest_allowed = self._loop.time() - MAX_IDLE_SECONDS
        while idle and idle[0].idle_since < oldest_allowed:
            idle.popleft().abort()

    async def close(self) -> None:
        """Close what is idle. What is still in use closes when it is given back."""
        self._is_closed = True
        for idle in self._idle.values():
            for connection in idle:
                connection.abort()
        self._idle.clear()
        # The loop closes the sockets in its next turn.
        await asyncio.sleep(0)
