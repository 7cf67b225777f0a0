"""What goes out runs on uvloop in production and on asyncio's own loop elsewhere: test both."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import uvloop

from site_shell.composer.manifest import ManifestClient
from site_shell.composer.transport.http import HttpTransport

from .manifest_service import Clock, Service


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    transport = HttpTransport()
    yield transport
    await transport.aclose()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(service: Service, clock: Clock) -> ManifestClient:
    return ManifestClient(service, clock=clock, random=lambda: 0.5)
