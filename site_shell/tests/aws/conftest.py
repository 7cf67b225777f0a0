from collections.abc import AsyncIterator, Iterator

import pytest

from site_shell.composer.transport.aws_identity import AwsIdentity
from site_shell.composer.transport.schemes import SchemeTransport, all_transports

from ..composing.conftest import world  # noqa: F401 - a fixture
from .fake_aws import FakeAws


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """AWS, and a process with a role there."""
    made = FakeAws()
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    yield made
    made.close()


@pytest.fixture
async def transport(aws: FakeAws) -> AsyncIterator[SchemeTransport]:
    made = all_transports(AwsIdentity())
    yield made
    await made.aclose()
