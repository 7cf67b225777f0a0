"""What several tests of the package need."""

from collections.abc import Iterator

import httpx
import pytest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, settings

# How fast a machine is, or how busy, says nothing about the code.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    """A client for real sockets that no proxy setting of the machine can lead astray."""
    with httpx.Client(trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def service() -> Client:
    """The example project, asked as a composer would."""
    return Client(raise_request_exception=True)


@pytest.fixture
def requests() -> RequestFactory:
    return RequestFactory()
