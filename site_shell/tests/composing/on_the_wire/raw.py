"""Requests written byte by byte, and what the shell answered to them."""

import socket
from collections.abc import Callable

from .serving import received

HOST = b"Host: testserver\r\n"
Ask = Callable[[bytes], list[bytes]]


def get(headers: bytes = b"", target: bytes = b"/shop/") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + headers + b"\r\n"


def answers(connection: socket.socket) -> list[bytes]:
    return received(connection).split(b"HTTP/1.1 ")[1:]


def statuses(answers: list[bytes]) -> list[int]:
    return [int(answer[:3]) for answer in answers]
