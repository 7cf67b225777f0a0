"""A service in memory for tests of the manifest client, which waits and fails as it is told."""

import asyncio
import json
from typing import Any

from site_shell.composer.release import Release
from site_shell.composer.transport import FetchRequest, FetchResponse

BASE = "http://reviews.internal:9002/fragments/list"
RELEASE = Release("reviews/list", "1.0.0", BASE)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def manifest(**changes: Any) -> dict[str, Any]:
    return {
        "name": "reviews-list",
        "version": "1.0.0",
        "content": "/",
        "fallback": "/fallback",
        "css": [{"value": "/static/reviews/reviews.css"}],
        "js": [{"value": "https://cdn.example/reviews.js", "type": "module"}],
        "fragment": {"name": "reviews/list"},
        **changes,
    }


def html(body: bytes = b"<p>fallback</p>", status: int = 200) -> FetchResponse:
    return FetchResponse(status, (("content-type", "text/html"),), body)


class Service:
    """A release transport: answers by path suffix, waits where told to."""

    def __init__(self) -> None:
        self.manifest: Any = manifest()
        self.fallback: FetchResponse | Exception = html()
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.fallback_gate = asyncio.Event()
        self.fallback_gate.set()

    async def fetch(self, release: Release, request: FetchRequest) -> FetchResponse:
        path = request.url.removeprefix(release.url)
        self.asked.append(path)
        is_manifest = path == "/manifest.json"
        await (self.gate if is_manifest else self.fallback_gate).wait()
        answer: Any = self.manifest if is_manifest else self.fallback
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, dict):
            answer = json.dumps(answer).encode()
        return FetchResponse(200, (), answer) if isinstance(answer, bytes) else answer


async def settle() -> None:
    """Let background fetches end; nothing here does real I/O."""
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)
