"""What several tests of the package need."""

from collections.abc import Iterator

import httpx
import pytest
from django.test import Client, RequestFactory


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    """A client for real sockets that no proxy setting of the machine can lead astray."""
    with httpx.Client(trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def service() -> Client:
    """The example project, asked as a composer would."""
    return Client(raise_request_exception=True)


@pytest.fixture
def requests() -> RequestFactory:
    return RequestFactory()
