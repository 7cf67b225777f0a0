"""Functions, over the API that AWS documents, with every request's signature recomputed."""

import gzip
import json
import threading
from base64 import b64encode
from typing import Any

import pytest

from site_shell.composer.errors import (
    AccessDenied,
    ConnectFailed,
    Disconnected,
    FetchError,
    FetchTimeout,
    FunctionFailed,
    MalformedResponse,
    NoSuchTarget,
    Overloaded,
    RegistryError,
    RequestTooLarge,
    ResponseTooLarge,
    UnusableAnswer,
)
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.aws_identity import AwsIdentity
from site_shell.composer.transport.schemes import SchemeTransport, all_transports

from .fake_aws import AwsError, FakeAws, Raised, html
from .signatures import Key

URL = "lambda:reviews:live"


async def ask(transport: SchemeTransport, url: str = f"{URL}/list", **more: Any) -> FetchResponse:
    return await transport.fetch(FetchRequest(url, **{"timeout": 10, **more}))


async def test_a_function_answers_like_any_service(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.functions["reviews:live"] = lambda event: html("<p>näive</p>")
    got = await ask(transport)
    assert (got.status, got.body) == (200, "<p>näive</p>".encode())
    assert got.header("content-type") == "text/html; charset=utf-8"
    assert aws.problems == []


async def test_what_a_function_gets_is_an_event_of_an_http_api(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.functions["reviews"] = lambda event: html()
    headers = (("podium-locale", "en"), ("cookie", "a=1; b=2"), ("x-request-id", "r1"))
    await ask(transport, "lambda:reviews/list/?product=h1&tag=a&tag=b%20c", headers=headers)
    (event,) = aws.calls
    context = event.pop("requestContext")
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/list/",
        "rawQueryString": "product=h1&tag=a&tag=b%20c",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "podium-locale": "en",
            "x-request-id": "r1",
            "host": "lambda.internal",
            "x-forwarded-proto": "https",
            "x-forwarded-port": "443",
        },
        "queryStringParameters": {"product": "h1", "tag": "a,b c"},
        "isBase64Encoded": False,
    }
    assert context["http"]["method"] == "GET"
    assert context["http"]["path"] == "/list/"
    assert context["requestId"] == "r1"


async def test_what_a_function_gets_is_an_event_of_a_rest_api_where_its_release_says_so(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.functions["reviews"] = lambda event: html()
    await ask(
        transport,
        "lambda:reviews/list/?tag=a&tag=b%20c",
        headers=(("x-a", "1"), ("x-a", "2")),
        events="1.0",
    )
    (event,) = aws.calls
    assert (event["version"], event["path"], event["httpMethod"]) == ("1.0", "/list/", "GET")
    assert event["multiValueQueryStringParameters"] == {"tag": ["a", "b c"]}
    assert event["queryStringParameters"] == {"tag": "b c"}
    assert event["multiValueHeaders"]["x-a"] == ["1", "2"]
    assert event["headers"]["x-a"] == "2"


@pytest.mark.parametrize(
    ("body", "written", "is_base64"),
    [
        (b"text=hi", "text=hi", False),
        (b"\xff\x00", b64encode(b"\xff\x00").decode(), True),
    ],
)
async def test_a_post_carries_its_body(
    aws: FakeAws, transport: SchemeTransport, body: bytes, written: str, is_base64: bool
) -> None:
    aws.functions["reviews:live"] = lambda event: html(statusCode=303, headers={"location": "/p/"})
    got = await ask(transport, method="POST", body=body)
    assert (got.status, got.header("location")) == (303, "/p/")
    assert (aws.calls[0]["body"], aws.calls[0]["isBase64Encoded"]) == (written, is_base64)
    assert aws.calls[0]["requestContext"]["http"]["method"] == "POST"


async def test_only_what_changes_nothing_uses_a_connection_again(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.functions["reviews:live"] = lambda event: html()
    for _ in range(3):
        await ask(transport)
    assert aws.connections == 1
    await ask(transport, method="POST", body=b"a")
    assert aws.connections == 2


async def test_an_arn_names_its_region(
    aws: FakeAws, transport: SchemeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.region = "us-west-2"
    aws.functions["reviews:7"] = lambda event: html()
    url = "lambda:arn:aws:lambda:us-west-2:123456789012:function:reviews:7/list"
    assert (await ask(transport, url)).status == 200
    with pytest.raises(AccessDenied):  # signed for the region of the process
        await ask(transport, "lambda:reviews:7/list")


def answers(aws: FakeAws, payload: object) -> None:
    aws.functions["reviews:live"] = lambda event: payload


@pytest.mark.parametrize(
    ("payload", "headers", "body"),
    [
        (html(isBase64Encoded=True, body=b64encode(b"<p>x</p>").decode()), {}, b"<p>x</p>"),
        (html("x", headers={"CACHE-Control": "no-store"}), {"cache-control": "no-store"}, b"x"),
        (html("x", headers={"Age": 7, "X-Yes": True}), {"age": "7", "x-yes": "true"}, b"x"),
        (html("x", cookies=["a=1"]), {"set-cookie": "a=1"}, b"x"),
        (
            html("x", headers={"link": "<a>"}, multiValueHeaders={"Link": ["<b>", "<c>"]}),
            {"link": "<b>"},
            b"x",
        ),
        (html("x", statusCode="200", headers=None, cookies=None), {}, b"x"),
        (
            html(
                isBase64Encoded=True,
                body=b64encode(gzip.compress(b"zipped")).decode(),
                headers={"content-encoding": "gzip", "content-length": "9999"},
            ),
            {"content-encoding": "gzip"},
            b"zipped",
        ),
        ({"statusCode": 200}, {}, b""),
        (html(statusCode=204), {}, b""),
    ],
    ids=[
        *("base64", "case", "numbers", "cookies", "multi", "text status", "gzip", "bare", "204"),
    ],
)
async def test_answers_are_read_as_api_gateway_reads_them(
    aws: FakeAws, transport: SchemeTransport, payload: object, headers: dict[str, str], body: bytes
) -> None:
    answers(aws, payload)
    got = await ask(transport)
    assert got.body == body
    for name, value in headers.items():
        assert got.header(name) == value


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"rubbish",
        b"null",
        b'"<p>hello</p>"',
        b"[" * 100_000,
        b'{"statusCode": ' + b"9" * 5000 + b"}",
        {"body": "no status"},
        html(statusCode=99),
        html(statusCode=True),
        html(statusCode=200.5),
        html(statusCode="2xx"),
        html(headers=[]),
        html(headers={"a b": "1"}),
        html(headers={"a": "1\r\nset-cookie: b"}),
        html(headers={"a": {"b": 1}}),
        html(headers={"a": "š"}),
        html(multiValueHeaders={"a": "1"}),
        html(multiValueHeaders={"a": [None]}),
        html(cookies="a=1"),
        html(cookies=["a=1\nb"]),
        html(body={"a": 1}),
        html(body="not base64!", isBase64Encoded=True),
        html(body="é", isBase64Encoded=True),
        b'{"statusCode": 200, "body": "\\ud800"}',
        html(headers={"content-encoding": "gzip"}),
    ],
    ids=lambda payload: repr(payload)[:50],
)
async def test_an_answer_that_is_none_is_malformed(
    aws: FakeAws, transport: SchemeTransport, payload: object
) -> None:
    answers(aws, payload)
    with pytest.raises(MalformedResponse, match="lambda:reviews:live/list"):
        await ask(transport)


@pytest.mark.parametrize(
    "payload",
    [
        html("x" * 2000),
        html(isBase64Encoded=True, body=b64encode(b"x" * 2000).decode()),
        html(
            isBase64Encoded=True,
            body=b64encode(gzip.compress(b"x" * 2000)).decode(),
            headers={"content-encoding": "gzip"},
        ),
        html("", headers={f"x-{number}": "1" for number in range(200)}),
        html("", headers={"x": "1" * 40_000}),
        b" " * 6_300_000,
    ],
    ids=["body", "base64", "gzip", "headers", "header bytes", "payload"],
)
async def test_an_answer_that_is_too_large_is_refused(
    aws: FakeAws, transport: SchemeTransport, payload: object
) -> None:
    answers(aws, payload)
    with pytest.raises(ResponseTooLarge):
        await ask(transport, max_bytes=1000)


async def test_an_event_larger_than_aws_takes_is_not_sent(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    answers(aws, html())
    with pytest.raises(RequestTooLarge, match="6291456"):
        await ask(transport, method="POST", body=b"\xff" * 5_000_000)
    assert aws.calls == []


def raising(error: Exception) -> Any:
    def function(event: object) -> object:
        raise error

    return function


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


async def test_the_hosts_of_aws_are_those_of_the_region() -> None:
    identity = AwsIdentity({})
    assert await identity.endpoint("lambda", "cn-north-1") == (
        "https://lambda.cn-north-1.amazonaws.com.cn"
    )
    assert await identity.endpoint("states", "eu-central-1") == (
        "https://sync-states.eu-central-1.amazonaws.com"
    )


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


@pytest.mark.parametrize(
    "url",
    [
        "lambda:",
        "lambda:/list",
        "lambda:a b",
        "lambda:re views",
        "lambda:reviews:",
        "lambda:reviews:a:b",
        f"lambda:{'x' * 65}",
        "lambda:arn:aws:s3:::bucket",
        "lambda:reviews#x",
        "gopher:reviews",
        "",
    ],
)
async def test_what_names_no_function_is_connect_failed(
    transport: SchemeTransport, url: str
) -> None:
    with pytest.raises(ConnectFailed):
        await ask(transport, url)


async def test_a_connection_that_breaks_is_disconnected(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    aws.functions["reviews:live"] = raising(ConnectionResetError())
    with pytest.raises(Disconnected):
        await ask(transport)
