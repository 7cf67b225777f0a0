"""What a function of AWS gets, with every request's signature recomputed as AWS documents it."""

from base64 import b64encode

import pytest

from site_shell.composer.errors import (
    AccessDenied,
    ConnectFailed,
    RequestTooLarge,
)
from site_shell.composer.transport.aws_identity import AwsIdentity
from site_shell.composer.transport.schemes import SchemeTransport

from .asking import answers, ask
from .fake_aws import FakeAws, html


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


async def test_an_event_larger_than_aws_takes_is_not_sent(
    aws: FakeAws, transport: SchemeTransport
) -> None:
    answers(aws, html())
    with pytest.raises(RequestTooLarge, match="6291456"):
        await ask(transport, method="POST", body=b"\xff" * 5_000_000)
    assert aws.calls == []


async def test_the_hosts_of_aws_are_those_of_the_region() -> None:
    identity = AwsIdentity({})
    assert await identity.endpoint("lambda", "cn-north-1") == (
        "https://lambda.cn-north-1.amazonaws.com.cn"
    )
    assert await identity.endpoint("states", "eu-central-1") == (
        "https://sync-states.eu-central-1.amazonaws.com"
    )


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
