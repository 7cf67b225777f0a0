"""A function of AWS that fails, or that this process may not ask: each with an error of its own."""

import json
import threading
from typing import Any

import pytest

from site_shell.composer.errors import (
    AccessDenied,
    ConnectFailed,
    Disconnected,
    FetchError,
    FetchTimeout,
    FunctionFailed,
    NoSuchTarget,
    Overloaded,
    RegistryError,
    RequestTooLarge,
    UnusableAnswer,
)
from site_shell.composer.transport.aws_identity import AwsIdentity
from site_shell.composer.transport.schemes import SchemeTransport, all_transports

from .asking import ask, raising
from .fake_aws import AwsError, FakeAws, Raised, html
from .signatures import Key


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (AwsError(429, "TooManyRequestsException", "Rate Exceeded."), Overloaded),
        (AwsError(400, "ThrottlingException"), Overloaded),
        (AwsError(403, "AccessDeniedException", "not authorized"), AccessDenied),
        (AwsError(400, "UnrecognizedClientException"), AccessDenied),
        (AwsError(403, "ExpiredTokenException"), AccessDenied),
        (AwsError(404, "ResourceNotFoundException"), NoSuchTarget),
        (AwsError(413, "RequestTooLargeException"), RequestTooLarge),
        (AwsError(500, "ServiceException"), UnusableAnswer),
        (AwsError(502, "ResourceNotReadyException"), UnusableAnswer),
        (AwsError(400, "InvalidRequestContentException"), UnusableAnswer),
        (AwsError(418, "NobodyKnows"), UnusableAnswer),
        (Raised("Runtime.ExitError", "RequestId: x Error: exited"), FunctionFailed),
        (Raised("ValueError", "no such product"), FunctionFailed),
        (Raised("Sandbox.Timedout", "x Task timed out after 3.00 seconds"), FetchTimeout),
        (Raised("", "2026 x Task timed out after 3.00 seconds"), FetchTimeout),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_each_failure_is_told_by_its_own_error(
    aws: FakeAws, transport: SchemeTransport, error: Exception, expected: type[FetchError]
) -> None:
    aws.functions["reviews:live"] = raising(error)
    with pytest.raises(expected, match="lambda:reviews:live/list") as caught:
        await ask(transport)
    assert type(caught.value) is expected


async def test_a_call_that_aws_cannot_read_is_no_mistake_of_the_visitor(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.functions["reviews:live"] = raising(AwsError(400, "InvalidParameterValueException"))
    with pytest.raises(UnusableAnswer) as caught:
        await ask(transport)
    assert caught.value.reason == "http-500"


async def test_a_function_that_is_not_there_is_named(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    with pytest.raises(NoSuchTarget, match="function:reviews"):
        await ask(transport)


async def test_a_function_that_takes_too_long_is_a_timeout(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    may_end = threading.Event()
    aws.functions["reviews:live"] = lambda event: may_end.wait(10) and html()
    try:
        with pytest.raises(FetchTimeout):
            await ask(transport, timeout=0.2)
    finally:
        may_end.set()


async def test_aws_that_cannot_be_reached_is_connect_failed(
    aws: FakeAws, transport: SchemeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:1")
    with pytest.raises(ConnectFailed):
        await ask(transport)


async def test_without_a_region_the_variable_is_named(
    aws: FakeAws, transport: SchemeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(ConnectFailed, match="AWS_REGION"):
        await ask(transport)


@pytest.mark.parametrize(
    "key", [Key(secret="another"), Key(token="another"), Key(id="AKIDOTHER")], ids=repr
)
async def test_wrong_credentials_are_refused_without_a_word_of_them(
    aws: FakeAws, transport: SchemeTransport, key: Key
) -> None:
    aws.repeats_headers = True
    aws.key = key
    with pytest.raises(AccessDenied) as caught:
        await ask(transport)
    assert "hunter2" not in str(caught.value)


async def test_a_function_that_repeats_its_credentials_is_not_quoted(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    def function(event: dict[str, Any]) -> object:
        raise Raised("ValueError", json.dumps(event))

    aws.functions["reviews:live"] = function
    with pytest.raises(FunctionFailed) as caught:
        await ask(transport, headers=(("authorization", "Bearer hunter2-bearer"),))
    assert "hunter2" not in str(caught.value)


async def test_a_process_without_credentials_is_told_so(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(RegistryError, match="no AWS credentials"):
        await ask(all_transports(AwsIdentity()))
    assert aws.headers == []


async def test_a_connection_that_breaks_is_disconnected(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.functions["reviews:live"] = raising(ConnectionResetError())
    with pytest.raises(Disconnected):
        await ask(transport)
