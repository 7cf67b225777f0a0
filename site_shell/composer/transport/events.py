"""A request as AWS's API Gateway would hand it to a function, in either of its two shapes.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
Who answers such events behind a gateway answers them here, unchanged. No address of a visitor is
in them: a service learns of a visitor what its slot passes on.
"""

import json
import time
from base64 import b64encode
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qs, quote

from . import FetchRequest
from .targets import Target

_SOURCE_IP: Final = "0.0.0.0"  # noqa: S104 - not listened on: the field may not be missing
_AGENT: Final = "site-shell"
_STAGE: Final = "$default"
# What a URL may hold; the rest is quoted.
_LEGAL: Final = "/:@!$&'()*+,;=-._~%[]"


def write_event(request: FetchRequest, target: Target, *, host: str) -> bytes:
    """The event as JSON. ``host`` is the value of its Host header."""
    added = {"host": host, "x-forwarded-proto": "https", "x-forwarded-port": "443"}
    headers = [header for header in request.headers if header[0] not in added]
    headers.extend(added.items())
    path = quote(target.path, safe=_LEGAL)
    query = quote(target.query, safe=_LEGAL + "?")
    shape = _version_1 if request.events == "1.0" else _version_2
    event = shape(request, headers, path, query, host)
    if request.body:
        event["body"], event["isBase64Encoded"] = _body(request.body)
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


def _version_2(
    request: FetchRequest, headers: list[tuple[str, str]], path: str, query: str, host: str
) -> dict[str, Any]:
    cookies = [value for name, value in headers if name == "cookie"]
    now = time.time()
    return {
        "version": "2.0",
        "routeKey": _STAGE,
        "rawPath": path,
        "rawQueryString": query,
        "cookies": [cookie.strip() for value in cookies for cookie in value.split(";")],
        "headers": _joined((name, value) for name, value in headers if name != "cookie"),
        "queryStringParameters": {
            name: ",".join(values) for name, values in _parameters(query).items()
        },
        "requestContext": {
            "accountId": "anonymous",
            "apiId": _AGENT,
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": _SOURCE_IP,
                "userAgent": _AGENT,
            },
            "requestId": _request_id(headers),
            "routeKey": _STAGE,
            "stage": _STAGE,
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }


def _version_1(
    request: FetchRequest, headers: list[tuple[str, str]], path: str, query: str, host: str
) -> dict[str, Any]:
    several: dict[str, list[str]] = {}
    for name, value in headers:
        several.setdefault(name, []).append(value)
    parameters = _parameters(query)
    return {
        "version": "1.0",
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in several.items()},
        "multiValueHeaders": several,
        "queryStringParameters": {name: values[-1] for name, values in parameters.items()},
        "multiValueQueryStringParameters": parameters,
        "pathParameters": {"proxy": path.removeprefix("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": _AGENT,
            "domainName": host,
            "httpMethod": request.method,
            "identity": {"sourceIp": _SOURCE_IP, "userAgent": _AGENT},
            "path": path,
            "protocol": "HTTP/1.1",
            "requestId": _request_id(headers),
            "requestTimeEpoch": int(time.time() * 1000),
            "resourcePath": "/{proxy+}",
            "stage": _STAGE,
        },
        "body": None,
        "isBase64Encoded": False,
    }


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _parameters(query: str) -> dict[str, list[str]]:
    return parse_qs(query, keep_blank_values=True)


def _request_id(headers: list[tuple[str, str]]) -> str:
    return next((value for name, value in headers if name == "x-request-id"), "")


def _body(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return b64encode(body).decode("ascii"), True
