"""Express workflows, over the API that AWS documents."""

import threading
from typing import Any

import pytest

from site_shell.composer.errors import (
    AccessDenied,
    ConnectFailed,
    FetchError,
    FetchTimeout,
    FunctionFailed,
    MalformedResponse,
    NoSuchTarget,
    Overloaded,
    RequestTooLarge,
    ResponseTooLarge,
    UnusableAnswer,
)
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.schemes import SchemeTransport

from .fake_aws import AwsError, FakeAws, Raised, html

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:reviews"


async def ask(
    transport: SchemeTransport, url: str = f"states:{MACHINE}/list?a=1", **more: Any
) -> FetchResponse:
    return await transport.fetch(FetchRequest(url, **{"timeout": 10, **more}))


async def test_a_workflow_gets_an_event_and_its_output_is_the_response(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.machines[MACHINE] = lambda event: html(f"<p>é {event['rawPath']}</p>")
    got = await ask(transport)
    assert (got.status, got.body.decode()) == (200, "<p>é /list</p>")
    (event,) = aws.calls
    assert (event["version"], event["rawQueryString"]) == ("2.0", "a=1")
    assert event["headers"]["host"] == "states.internal"
    assert aws.problems == []


async def test_an_alias_is_part_of_the_name(aws: FakeAws, transport: SchemeTransport) -> None:
    aws.machines[f"{MACHINE}:live"] = lambda event: html()
    assert (await ask(transport, f"states:{MACHINE}:live")).status == 200


async def test_a_post_is_carried(aws: FakeAws, transport: SchemeTransport) -> None:
    aws.machines[MACHINE] = lambda event: html(statusCode=303, headers={"Location": event["body"]})
    got = await ask(transport, method="POST", body=b"/p/")
    assert (got.status, got.header("location")) == (303, "/p/")


def raising(error: Exception) -> Any:
    def machine(event: object) -> object:
        raise error

    return machine


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Raised("States.TaskFailed", "it raised"), FunctionFailed),
        (Raised("States.Timeout", "", status="TIMED_OUT"), FetchTimeout),
        (Raised("", "", status="ABORTED"), MalformedResponse),
        (AwsError(400, "AccessDeniedException", "not authorized"), AccessDenied),
        (AwsError(400, "ThrottlingException"), Overloaded),
        (AwsError(400, "StateMachineDeleting"), NoSuchTarget),
        (AwsError(400, "StateMachineTypeNotSupported", "not Express"), NoSuchTarget),
        (AwsError(400, "InvalidExecutionInput"), UnusableAnswer),
        (AwsError(500, "InternalFailure"), UnusableAnswer),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_each_failure_is_told_by_its_own_error(
    aws: FakeAws, transport: SchemeTransport, error: Exception, expected: type[FetchError]
) -> None:
    aws.machines[MACHINE] = raising(error)
    with pytest.raises(expected, match="stateMachine:reviews") as caught:
        await ask(transport)
    assert type(caught.value) is expected


async def test_a_workflow_that_is_not_there_is_named(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    with pytest.raises(NoSuchTarget, match="stateMachine:reviews"):
        await ask(transport)


@pytest.mark.parametrize("output", [b"{}", b"[]", b"rubbish", b'{"Payload": {"statusCode": 200}}'])
async def test_an_output_that_is_no_answer_is_malformed(
    aws: FakeAws, transport: SchemeTransport, output: bytes
) -> None:
    aws.machines[MACHINE] = lambda event: output
    with pytest.raises(MalformedResponse):
        await ask(transport)


@pytest.mark.parametrize(
    "result", [b"", b"[]", b'{"status": "SUCCEEDED"}', b'{"output": "{}"}', b"[" * 100_000]
)
async def test_a_result_that_is_none_is_malformed(
    aws: FakeAws, transport: SchemeTransport, result: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws, "_run", lambda headers, body: (200, {}, result))
    with pytest.raises(MalformedResponse, match="no result"):
        await ask(transport)


async def test_an_input_larger_than_aws_takes_is_not_sent(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    with pytest.raises(RequestTooLarge, match="262144"):
        await ask(transport, method="POST", body=b"x" * 262_144)
    assert aws.headers == []


async def test_an_output_that_is_too_large_is_refused(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.machines[MACHINE] = lambda event: html("x" * 2000)
    with pytest.raises(ResponseTooLarge):
        await ask(transport, max_bytes=1000)


async def test_a_workflow_that_takes_too_long_is_a_timeout(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    may_end = threading.Event()
    aws.machines[MACHINE] = lambda event: may_end.wait(10) and html()
    try:
        with pytest.raises(FetchTimeout):
            await ask(transport, timeout=0.2)
    finally:
        may_end.set()


@pytest.mark.parametrize(
    "url",
    [
        "states:reviews",
        "states:arn:aws:states:eu-central-1:123456789012:execution:reviews:x",
        "states:arn:aws:lambda:eu-central-1:123456789012:function:reviews",
    ],
)
async def test_what_names_no_state_machine_is_connect_failed(
    transport: SchemeTransport, url: str
) -> None:
    with pytest.raises(ConnectFailed, match="ARN"):
        await ask(transport, url)
