"""What a function of AWS answers: read as API Gateway reads it, or refused."""

import gzip
from base64 import b64encode

import pytest

from site_shell.composer.errors import (
    MalformedResponse,
    ResponseTooLarge,
)
from site_shell.composer.transport.schemes import SchemeTransport

from .asking import answers, ask
from .fake_aws import FakeAws, html


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
