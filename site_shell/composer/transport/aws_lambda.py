"""``lambda:`` - invokes a function with the request as an API Gateway event.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. A function URL is no matter of
this module: it is https, with ``SignatureV4``.
"""

import json
from typing import Final
from urllib.parse import quote

from ..errors import FetchError, FetchTimeout, FunctionFailed, RequestTooLarge
from . import FetchRequest, FetchResponse
from .aws_calls import AwsCalls, told
from .event_answers import read_answer
from .events import write_event
from .targets import parse_target

# Bytes of a synchronous invocation, there and back:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_EVENT: Final = 6_291_456
MAX_PAYLOAD: Final = 6_291_556
HOST: Final = "lambda.internal"
_TIMED_OUT: Final = "Task timed out"


class LambdaTransport:
    """Fetches ``lambda:`` URLs; connections are those of the transport that it is given."""

    def __init__(self, calls: AwsCalls) -> None:
        self._calls = calls

    async def fetch(self, request: FetchRequest) -> FetchResponse:
        """Return the response, whatever its status; raise a FetchError subclass otherwise."""
        target = parse_target(request.url)
        event = write_event(request, target, host=HOST)
        if len(event) > MAX_EVENT:
            raise RequestTooLarge(f"{request.url}: the event is larger than {MAX_EVENT} bytes")
        path = f"/2015-03-31/functions/{quote(target.name, safe='')}/invocations"
        if target.qualifier:
            path = f"{path}?Qualifier={quote(target.qualifier, safe='')}"
        answer = await self._calls.call(
            request,
            service="lambda",
            region=target.region,
            path=path,
            headers={
                "content-type": "application/json",
                "x-amz-invocation-type": "RequestResponse",
                "x-amz-log-type": "None",
            },
            body=event,
            max_bytes=MAX_PAYLOAD,
        )
        if answer.header("x-amz-function-error"):
            raise _function_error(request, answer.body)
        return read_answer(answer.body, max_bytes=request.max_bytes, source=request.url)

    async def aclose(self) -> None:
        """Nothing of its own is open."""


def _function_error(request: FetchRequest, payload: bytes) -> FetchError:
    """What the runtime says of a function that raised, was killed, or ran out of its time."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        document = {}
    kind, message = document.get("errorType"), str(document.get("errorMessage") or "")
    said = told(f"{kind or 'without a name'}: {message}", request)
    if kind == "Sandbox.Timedout" or _TIMED_OUT in message:
        return FetchTimeout(f"{request.url} ran out of its own time: {said}")
    return FunctionFailed(f"{request.url} failed: {said}")
