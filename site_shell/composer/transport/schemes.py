"""Which transport fetches a URL: its scheme says so."""

from collections.abc import Coroutine, Mapping
from typing import Any

from ..errors import ConnectFailed
from . import FetchRequest, FetchResponse, Transport
from .aws_calls import AwsCalls
from .aws_identity import AwsIdentity
from .aws_lambda import LambdaTransport
from .http import HttpTransport
from .step_functions import StepFunctionsTransport


class SchemeTransport:
    """Hands each request to the transport of its scheme."""

    def __init__(self, transports: Mapping[str, Transport]) -> None:
        self._transports = dict(transports)

    # No coroutine of its own: each costs a step whenever bytes arrive.
    def fetch(self, request: FetchRequest) -> Coroutine[Any, Any, FetchResponse]:
        """Return the response, whatever its status; raise a FetchError subclass otherwise."""
        scheme = request.url[: request.url.find(":")]
        transport = self._transports.get(scheme)
        if transport is None:
            known = ", ".join(self._transports)
            raise ConnectFailed(f"{request.url!r:.200} has a scheme that is none of {known}")
        return transport.fetch(request)

    async def aclose(self) -> None:
        """Close idle connections."""
        for transport in set(self._transports.values()):
            await transport.aclose()


def all_transports(identity: AwsIdentity) -> SchemeTransport:
    """Every scheme that a registry may name."""
    http = HttpTransport()
    calls = AwsCalls(http, identity)
    return SchemeTransport(
        {
            "http": http,
            "https": http,
            "lambda": LambdaTransport(calls),
            "states": StepFunctionsTransport(calls),
        }
    )
