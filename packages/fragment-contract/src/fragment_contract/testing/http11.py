"""As much of HTTP/1.1 as a fake server has to understand."""

import asyncio
from urllib.parse import unquote

from ..errors import MalformedRequest
from .replies import Received


async def read_request(reader: asyncio.StreamReader) -> Received | None:
    """The next request of a connection; None when the other side has closed it."""
    try:
        block = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise MalformedRequest("the request ends inside its headers") from error
        return None
    except asyncio.LimitOverrunError as error:
        raise MalformedRequest("the headers are too long") from error
    try:
        first, *lines = block.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ")
        pairs = (line.split(":", 1) for line in lines)
        headers = {name.lower(): value.strip() for name, value in pairs}
        body = await _read_body(reader, headers)
    except (ValueError, asyncio.IncompleteReadError) as error:
        raise MalformedRequest(f"not a request: {error}") from error
    path, _, query = target.partition("?")
    return Received(method, unquote(path), query, headers, body)


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body
