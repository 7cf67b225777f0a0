"""What a function or a workflow answers to an API Gateway event, as a response.

{"statusCode": 200, "headers": {"Content-Type": "text/html"},
 "multiValueHeaders": {"Link": ["..."]}, "cookies": ["a=b"],
 "body": "<p>...</p>", "isBase64Encoded": false}

API Gateway guesses where ``statusCode`` is missing; here that is a mistake, because a page would
show what some other function says. The limits are those of a response over HTTP.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..errors import FetchError, MalformedResponse, ResponseTooLarge
from . import FetchResponse
from .connection import BODILESS, MAX_HEAD_BYTES, MAX_HEADERS
from .decoding import body_for

_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_STATUS: Final = range(200, 600)
# They describe a connection, and there is none; the length is that of what came.
_NOT_OURS: Final = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive"})


def read_answer(payload: bytes | str, *, max_bytes: int, source: str) -> FetchResponse:
    """The response in a payload; raises MalformedResponse or ResponseTooLarge.

    ``source`` is who answered, for messages. ``max_bytes`` counts the body once it is decoded.
    """
    try:
        return _read(payload, max_bytes)
    except FetchError as error:
        raise type(error)(f"{source}: {error}") from None


def _read(payload: bytes | str, max_bytes: int) -> FetchResponse:
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        raise MalformedResponse("the payload is not JSON") from None
    if not isinstance(answer, dict):
        raise MalformedResponse("the payload is no object with a statusCode")
    status = _status(answer.get("statusCode"))
    headers = tuple(_headers(answer))
    size = sum(len(name) + len(value) + 4 for name, value in headers)
    if len(headers) > MAX_HEADERS or size > MAX_HEAD_BYTES:
        raise ResponseTooLarge(
            f"there are more than {MAX_HEADERS} headers, or more than {MAX_HEAD_BYTES} bytes"
        )
    if status in BODILESS:
        return FetchResponse(status, headers, b"")
    encodings = [value for name, value in headers if name == "content-encoding"]
    body = body_for(", ".join(encodings) or None, max_bytes)
    body.feed(_body(answer))
    return FetchResponse(status, headers, body.finish())


def _status(value: Any) -> int:
    # Some frameworks write it as text, which API Gateway takes.
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value in _STATUS:
        return value
    raise MalformedResponse(f"statusCode is {value!r:.80}, not a number from 200 to 599")


def _headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    several = _mapping(answer, "multiValueHeaders")
    # As API Gateway has it: what is in both counts as it is in the second.
    replaced = {name.lower() for name in several}
    for name, value in _mapping(answer, "headers").items():
        if name.lower() not in replaced:
            yield from _header(name, value)
    for name, values in several.items():
        if not isinstance(values, list):
            raise MalformedResponse(f"multiValueHeaders[{name[:80]!r}] is no list")
        for value in values:
            yield from _header(name, value)
    cookies = answer.get("cookies") or []
    if not isinstance(cookies, list):
        raise MalformedResponse("cookies is no list")
    for cookie in cookies:
        yield from _header("set-cookie", cookie)


def _mapping(answer: Mapping[str, Any], field: str) -> dict[str, Any]:
    value = answer.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedResponse(f"{field} is no object")
    return value


def _header(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if not _NAME.fullmatch(name):
        raise MalformedResponse(f"header {name[:80]!r} is no name of a header")
    if isinstance(value, bool | int | float):
        value = json.dumps(value)
    if not isinstance(value, str) or _CONTROL.search(value):
        raise MalformedResponse(f"header {name[:80]!r} is no text, or holds a control character")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise MalformedResponse(f"header {name[:80]!r} is not Latin-1") from None
    lower = name.lower()
    if lower not in _NOT_OURS:
        yield lower, value.strip(" \t")


def _body(answer: Mapping[str, Any]) -> bytes:
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedResponse(f"body is {type(body).__name__}, not text")
    try:
        if answer.get("isBase64Encoded") is True:
            return b64decode(body, validate=True)
        return body.encode("utf-8")
    except ValueError:
        raise MalformedResponse("body is neither text nor base64") from None
