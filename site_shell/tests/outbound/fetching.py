"""How tests of the HTTP transport ask a server that plays a script."""

from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.http import HttpTransport

from .hostile_server import Script, hostile


async def fetch(transport: HttpTransport, script: Script, **request: object) -> FetchResponse:
    async with hostile(script) as server:
        # A generous deadline: only tests of deadlines may end by it.
        return await transport.fetch(FetchRequest(server.url, **{"timeout": 10, **request}))  # type: ignore[arg-type]
