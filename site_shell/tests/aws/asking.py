"""A function of AWS: how the shell asks it, and what it does then."""

from typing import Any

from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.schemes import SchemeTransport

from .fake_aws import FakeAws

URL = "lambda:reviews:live"


async def ask(transport: SchemeTransport, url: str = f"{URL}/list", **more: Any) -> FetchResponse:
    return await transport.fetch(FetchRequest(url, **{"timeout": 10, **more}))


def answers(aws: FakeAws, payload: object) -> None:
    aws.functions["reviews:live"] = lambda event: payload


def raising(error: Exception) -> Any:
    def function(event: object) -> object:
        raise error

    return function
