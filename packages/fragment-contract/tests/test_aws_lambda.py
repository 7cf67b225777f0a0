"""The example project as a Lambda function, asked with events as AWS and composers send them."""

import gzip
import json
from base64 import b64decode, b64encode
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from fragment_contract.aws_lambda import lambda_handler

# The end of a request closes old connections, also those that other tests left behind.
pytestmark = pytest.mark.django_db

HELLO = "/fragments/hello/"
handler = lambda_handler(get_wsgi_application())


def version_2(path: str, query: str = "", method: str = "GET", **more: Any) -> dict[str, Any]:
    """What an HTTP API, a function URL or a composer sends."""
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "testserver", "accept": "*/*", "x-forwarded-proto": "https"},
        "requestContext": {
            "accountId": "anonymous",
            "http": {**http, "userAgent": "site-shell"},
            "requestId": "r1",
            "stage": "$default",
        },
        "isBase64Encoded": False,
        **more,
    }


def version_1(path: str, query: dict[str, str], method: str = "GET") -> dict[str, Any]:
    """What a REST API sends."""
    return {
        "version": "1.0",
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Host": "testserver"},
        "multiValueHeaders": {"Host": ["testserver"]},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "requestContext": {"httpMethod": method, "path": path, "stage": "prod"},
        "body": None,
        "isBase64Encoded": False,
    }


def test_content_is_that_of_the_service(service: Client) -> None:
    expected = service.get(HELLO, {"name": "ada"}, headers={"host": "testserver"})
    answer = handler(version_2(HELLO, "name=ada"), None)
    assert answer["statusCode"] == 200
    assert answer["body"] == expected.content.decode()
    assert answer["isBase64Encoded"] is False
    for name in ("etag", "surrogate-key", "podlet-version", "cache-control"):
        assert answer["headers"][name] == expected[name]


def test_the_manifest_is_that_of_the_service(service: Client) -> None:
    path = "/fragments/hello/manifest.json"
    answer = handler(version_2(path), None)
    assert json.loads(answer["body"]) == service.get(path).json()


def test_events_of_a_rest_api_are_answered_alike() -> None:
    first = handler(version_1(HELLO, {"name": "grace"}), None)
    second = handler(version_2(HELLO, "name=grace"), None)
    assert first["statusCode"] == 200
    assert first["body"] == second["body"]
    assert first["multiValueHeaders"]["etag"] == [second["headers"]["etag"]]


def test_a_wrong_parameter_is_the_services_400() -> None:
    assert handler(version_2(HELLO, "times=many"), None)["statusCode"] == 400


@pytest.mark.parametrize("is_base64", [False, True])
def test_an_action_gets_its_body(is_base64: bool) -> None:
    body = b64encode(b"a=b").decode() if is_base64 else "a=b"
    headers = {"host": "testserver", "content-type": "application/x-www-form-urlencoded"}
    event = version_2(
        "/fragments/hello/actions/wave",
        method="POST",
        body=body,
        isBase64Encoded=is_base64,
        headers=headers,
    )
    assert handler(event, None)["body"] == "<p>POST 3</p>"


def test_what_is_no_text_travels_in_base64() -> None:
    def zipped(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        headers = [("content-type", "text/html"), ("content-encoding", "gzip")]
        start_response("200 OK", headers)
        return [gzip.compress(b"<p>x</p>")]

    answer = lambda_handler(zipped)(version_2("/"), None)
    assert answer["isBase64Encoded"] is True
    assert gzip.decompress(b64decode(answer["body"])) == b"<p>x</p>"


@pytest.mark.parametrize("event", [{}, {"key1": "value1"}, [], None])
def test_what_is_no_event_is_told_so(event: Any) -> None:
    with pytest.raises(ValueError, match="requestContext"):
        handler(event, None)
