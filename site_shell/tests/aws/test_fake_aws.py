"""AWS's own SDK speaks with our stand-in for AWS, so that what it is asked and says is the real
thing; and a signature that is off by anything is refused."""

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.aws_identity import sign

from .fake_aws import AwsError, FakeAws, Raised, html
from .signatures import Key, problem_of

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:reviews"


def client(service: str) -> Any:
    # The SDK puts "sync-" even before an address that it was given.
    config = Config(retries={"total_max_attempts": 1}, inject_host_prefix=False)
    return boto3.session.Session().client(service, config=config)


def test_the_sdk_invokes_functions(aws: FakeAws) -> None:
    aws.functions["reviews:live"] = lambda event: html(event["name"])
    got = client("lambda").invoke(FunctionName="reviews", Qualifier="live", Payload=b'{"name":"x"}')
    assert json.load(got["Payload"]) == html("x")
    assert aws.problems == []


def test_the_sdk_sees_errors_of_functions_and_of_aws(aws: FakeAws) -> None:
    def fails(event: object) -> object:
        raise Raised("ValueError", "no")

    def throttled(event: object) -> object:
        raise AwsError(429, "TooManyRequestsException", "Rate Exceeded.")

    aws.functions = {"fails": fails, "throttled": throttled}
    assert client("lambda").invoke(FunctionName="fails", Payload=b"{}")["FunctionError"]
    for name, code in [
        ("throttled", "TooManyRequestsException"),
        ("none", "ResourceNotFoundException"),
    ]:
        with pytest.raises(ClientError) as caught:
            client("lambda").invoke(FunctionName=name, Payload=b"{}")
        assert caught.value.response["Error"]["Code"] == code


def test_the_sdk_runs_workflows(aws: FakeAws) -> None:
    aws.machines[MACHINE] = lambda event: html(event["name"])
    got = client("stepfunctions").start_sync_execution(
        stateMachineArn=MACHINE, input='{"name":"x"}'
    )
    assert (got["status"], json.loads(got["output"])) == ("SUCCEEDED", html("x"))
    with pytest.raises(ClientError) as caught:
        client("stepfunctions").start_sync_execution(stateMachineArn=f"{MACHINE}2", input="{}")
    assert caught.value.response["Error"]["Code"] == "StateMachineDoesNotExist"


class Credentials:
    access_key, secret_key, token = Key.id, Key.secret, Key.token


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, ""),
        ({"body": b"other"}, "InvalidSignatureException"),
        ({"target": "/list?a=2"}, "InvalidSignatureException"),
        ({"method": "DELETE"}, "InvalidSignatureException"),
        ({"key": Key(secret="another")}, "InvalidSignatureException"),
        ({"key": Key(token="another")}, "ExpiredTokenException"),
        ({"region": "us-east-1"}, "InvalidSignatureException scope"),
        ({"now": 0.0}, "InvalidSignatureException expired"),
    ],
    ids=str,
)
def test_a_request_that_was_changed_on_its_way_is_refused(
    change: dict[str, Any], problem: str
) -> None:
    request = FetchRequest("https://x.example/list?a=1", method="POST", body=b"body")
    signed = sign(request, Credentials(), "execute-api", "eu-west-1")
    received = {
        "method": "POST",
        "target": "/list?a=1",
        "headers": {"host": "x.example", **dict(signed.headers)},
        "body": b"body",
        "key": Key(),
        "service": "execute-api",
        "region": "eu-west-1",
    }
    assert problem_of(**{**received, **change}) == problem
