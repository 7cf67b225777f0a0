"""The floor: what the server itself costs, with an application that sends one fixed body.

``BENCH_PAGE`` names the file with the body.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

_BODY = Path(os.environ["BENCH_PAGE"]).read_bytes()
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(_BODY)).encode()),
    ],
}
_REST = {"type": "http.response.body", "body": _BODY}


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    await send(_START)
    await send(_REST)
