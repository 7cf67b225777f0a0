"""The same calls against moto, which other people wrote. It verifies no signature, and runs no
function: it says what it is told to say."""

import json
from collections.abc import Iterator

import httpx
import pytest
from moto.server import ThreadedMotoServer

from site_shell.composer.errors import MalformedResponse
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.aws_identity import AwsIdentity
from site_shell.composer.transport.schemes import all_transports

from .fake_aws import html


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    httpx.post(f"{url}/moto-api/config", json={"lambda": {"use_docker": False}})
    yield url
    server.stop()


@pytest.fixture
def answer(moto: str) -> None:
    """What the next function will say."""
    results = {"results": [json.dumps(html("<p>moto</p>"))], "region": "eu-central-1"}
    httpx.post(f"{moto}/moto-api/static/lambda-simple/response", json=results)


@pytest.mark.usefixtures("answer")
async def test_a_function_is_invoked() -> None:
    transport = all_transports(AwsIdentity())
    got = await transport.fetch(FetchRequest("lambda:reviews/list", timeout=20))
    assert (got.status, got.body) == (200, b"<p>moto</p>")
    # From then on moto repeats the event, which is no answer.
    with pytest.raises(MalformedResponse):
        await transport.fetch(FetchRequest("lambda:reviews/list", timeout=20))
    await transport.aclose()
