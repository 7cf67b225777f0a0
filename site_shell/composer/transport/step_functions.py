"""``states:`` - runs an Express workflow with the request as its input, and waits for its output.

Input and output have the shape of API Gateway events and answers, as for functions, so that a
workflow of one Lambda task is that function with a workflow around it.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
"""

import json
from typing import Any, Final

from ..errors import FetchError, FetchTimeout, FunctionFailed, MalformedResponse, RequestTooLarge
from . import FetchRequest, FetchResponse
from .aws_calls import AwsCalls, told
from .event_answers import read_answer
from .events import write_event
from .targets import parse_target

# Bytes of input or output; https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_INPUT: Final = 262_144
# The answer tells the input again beside the output, each written as JSON within JSON.
MAX_ANSWER: Final = 4 * MAX_INPUT
HOST: Final = "states.internal"


class StepFunctionsTransport:
    """Fetches ``states:`` URLs; connections are those of the transport that it is given."""

    def __init__(self, calls: AwsCalls) -> None:
        self._calls = calls

    async def fetch(self, request: FetchRequest) -> FetchResponse:
        """Return the response, whatever its status; raise a FetchError subclass otherwise."""
        target = parse_target(request.url)
        event = write_event(request, target, host=HOST)
        if len(event) > MAX_INPUT:
            raise RequestTooLarge(f"{request.url}: the input is larger than {MAX_INPUT} bytes")
        body = {"stateMachineArn": target.name, "input": event.decode()}
        answer = await self._calls.call(
            request,
            service="states",
            region=target.region,
            path="/",
            headers={
                "content-type": "application/x-amz-json-1.0",
                "x-amz-target": "AWSStepFunctions.StartSyncExecution",
            },
            body=json.dumps(body, ensure_ascii=False).encode(),
            max_bytes=MAX_ANSWER,
        )
        return _read(request, answer.body)

    async def aclose(self) -> None:
        """Nothing of its own is open."""


def _read(request: FetchRequest, body: bytes) -> FetchResponse:
    try:
        execution = json.loads(body)
    except (ValueError, RecursionError):
        execution = None
    status = execution.get("status") if isinstance(execution, dict) else None
    if status in ("FAILED", "TIMED_OUT"):
        raise _failure(request, execution, status)
    output = execution.get("output") if isinstance(execution, dict) else None
    if status != "SUCCEEDED" or not isinstance(output, str):
        raise MalformedResponse(f"{request.url}: this is no result of an execution")
    return read_answer(output, max_bytes=request.max_bytes, source=request.url)


def _failure(request: FetchRequest, execution: dict[str, Any], status: str) -> FetchError:
    name, cause = execution.get("error") or "without a name", execution.get("cause") or ""
    said = told(f"{name}: {cause}", request)
    if status == "TIMED_OUT":
        return FetchTimeout(f"{request.url} ran out of its own time: {said}")
    return FunctionFailed(f"{request.url} failed: {said}")
