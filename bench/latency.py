"""When the first byte of a page comes, and when the last one."""

import re
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from .site import DELAYS_MS

_DONE_AT = re.compile(rb"at (\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class Moments:
    """Milliseconds: from the request to the first byte, and from the moment at which the last
    fragment had answered to the last byte."""

    first_byte: float
    last_byte_after_slowest: float


def measure(origin: str, path: str, *, rounds: int) -> list[Moments]:
    """Ask for the page again and again over one connection."""
    place = urlsplit(origin)
    request = f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return [_one(connection, request) for _ in range(rounds)]


def _one(connection: socket.socket, request: bytes) -> Moments:
    sent = time.monotonic()
    connection.sendall(request)
    received = connection.recv(65536)
    first = time.monotonic()
    if not received.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the slow page was answered with {received[:200]!r}")
    if b"transfer-encoding: chunked" not in received.lower():
        raise RuntimeError("the slow page was not streamed")
    while not received.endswith(b"\r\n0\r\n\r\n"):
        received += connection.recv(65536)
    last = time.monotonic()
    done_at = [float(moment) for moment in _DONE_AT.findall(received)]
    if len(done_at) != len(DELAYS_MS):
        raise RuntimeError(f"the slow page has {len(done_at)} of its {len(DELAYS_MS)} fragments")
    return Moments((first - sent) * 1000, (last - max(done_at)) * 1000)
