"""Puts any httpx transport behind the composer's face: mocks in tests, special networks.

Slower than the default (docs/decisions/), for the same guarantees about whole bodies, limits
and deadlines. What reads the wire is httpx's, so the strictness about framing is its too.
"""

import asyncio
from typing import cast

import httpx

from ..errors import (
    ConnectFailed,
    Disconnected,
    FetchTimeout,
    MalformedResponse,
    ResponseTooLarge,
)
from . import FetchRequest, FetchResponse
from .connection import BODILESS, MAX_HEAD_BYTES, MAX_HEADERS
from .decoding import body_for


class HttpxTransport:
    """Adapts an ``httpx.AsyncBaseTransport``, such as ``httpx.MockTransport(handler)``.

    No httpx client is involved, and so no redirects, no cookies and no environment either.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def fetch(self, request: FetchRequest) -> FetchResponse:
        """Return the response, whatever its status; raise a FetchError subclass otherwise."""
        try:
            async with asyncio.timeout(request.timeout):
                return await self._fetch(request)
        except (TimeoutError, httpx.TimeoutException):
            raise FetchTimeout(f"{request.url} did not answer whole within the deadline") from None
        except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.ProxyError) as error:
            raise ConnectFailed(f"cannot connect to {request.url}: {error}") from error
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError) as error:
            raise ConnectFailed(f"cannot ask {request.url}: {error}") from error
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            # A connection that breaks off is among these, told apart by its wording only.
            raise MalformedResponse(f"{request.url}: {error}") from error
        except httpx.RequestError as error:
            raise Disconnected(f"{request.url}: {type(error).__name__} {error}") from error

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _fetch(self, request: FetchRequest) -> FetchResponse:
        headers = [("accept-encoding", "identity"), *request.headers]
        if request.upload is not None:
            headers.append(("content-length", str(request.upload.size)))
        outgoing = httpx.Request(
            request.method,
            request.url,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            content=request.body if request.upload is None else request.upload.parts(),
        )
        response = await self._transport.handle_async_request(outgoing)
        try:
            return await self._read(request, response)
        finally:
            await response.aclose()

    async def _read(self, request: FetchRequest, response: httpx.Response) -> FetchResponse:
        raw = response.headers.raw
        if len(raw) > MAX_HEADERS or sum(len(n) + len(v) for n, v in raw) > MAX_HEAD_BYTES:
            raise ResponseTooLarge(f"{request.url} sends more or larger headers than allowed")
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw
        )
        if response.status_code in BODILESS:
            return FetchResponse(response.status_code, headers, b"")
        body = body_for(response.headers.get("content-encoding"), request.max_bytes)
        # Not aiter_raw(): a mock's response counts as read already. Errors keep their httpx types.
        async for piece in cast(httpx.AsyncByteStream, response.stream):
            body.feed(piece)
        return FetchResponse(response.status_code, headers, body.finish())
