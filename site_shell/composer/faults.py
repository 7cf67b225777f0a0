"""Failures on purpose, made where real ones come from: between the composer and a service.

Everything behind (budget, stale copies, fallbacks, the page's status) then does what it does when
a service really fails. The breaker does not hear of it: the guarded transport is inside.
"""

import asyncio
from typing import Final

from .errors import ConnectFailed, FetchTimeout
from .release import Release
from .staging import Fault
from .transport import FetchRequest, FetchResponse
from .transport.guarded import ReleaseTransport

_HTML: Final = (("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"))
# Markup that would swallow the page after it, in bytes that are no text.
_GARBAGE: Final = b"<p>\xff\xfe<!-- \x80 <script>"


class FaultyTransport:
    """A transport on which one thing goes wrong."""

    def __init__(self, transport: ReleaseTransport, fault: Fault) -> None:
        self._transport = transport
        self._fault = fault

    async def fetch(self, release: Release, request: FetchRequest) -> FetchResponse:
        """See ReleaseTransport."""
        match self._fault.kind:
            case "timeout":
                await asyncio.sleep(request.timeout)
                raise FetchTimeout(f"fault: no answer within {request.timeout * 1000:.0f} ms")
            case "status":
                return FetchResponse(self._fault.amount, _HTML, b"")
            case "garbage":
                return FetchResponse(200, _HTML, _GARBAGE)
            case "absent":
                return FetchResponse(204, _HTML, b"")
            case "slow":
                return await self._slowly(release, request)
            case "refused" | "stale" | "fallback":
                raise ConnectFailed(f"fault: {release.fragment} accepts no connection")

    async def _slowly(self, release: Release, request: FetchRequest) -> FetchResponse:
        """Later than the service answers. It is asked first: it gets the time that it has."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        response = await self._transport.fetch(release, request)
        late = self._fault.amount / 1000
        left = request.timeout - (loop.time() - started)
        await asyncio.sleep(min(late, max(left, 0.0)))
        if late >= left:
            raise FetchTimeout(f"fault: the answer is {self._fault.amount} ms late")
        return response
