"""Between Django's requests and responses and the composer's own."""

import re
from collections.abc import AsyncGenerator, Container, Iterator
from http.cookies import Morsel
from urllib.parse import quote

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from . import bridge
from .reply import Answer
from .request import PageRequest

_ESCAPED_AGAIN = re.compile("%25([89A-F][0-9A-F])")
# What quote() must leave alone so that decoding gives the same bytes again.
_SAFE = "/~!$&'()*+,;=:@-._"


def page_request(request: HttpRequest) -> PageRequest:
    """The composer's view of a Django request."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = request.META.get("QUERY_STRING", "")
    return PageRequest(request.method or "GET", _raw_path(request), query, headers)


def _raw_path(request: HttpRequest) -> str:
    if isinstance(request, ASGIRequest):
        raw: bytes | None = request.scope.get("raw_path")
        return raw.decode("latin-1") if raw else quote(request.path, safe=_SAFE)
    # Django has decoded it already, and escaped again what is not UTF-8.
    return _ESCAPED_AGAIN.sub(r"%\1", quote(request.path, safe=_SAFE))


def django_response(answer: Answer, *, is_async: bool) -> HttpResponseBase:
    """The answer as Django sends it; ``is_async`` tells an ASGI server from a WSGI server."""
    body = answer.body
    response: HttpResponseBase
    if isinstance(body, bytes):
        response = HttpResponse(body, status=answer.status)
    else:
        parts = body if is_async else _in_turn(body)
        response = StreamingHttpResponse(parts, status=answer.status)
    del response["content-type"]
    for name, value in answer.headers:
        if name == b"set-cookie":
            # Django keeps cookies apart from headers, because there may be several.
            set_cookie_line(response, value.decode("latin-1"))
        else:
            response[name.decode()] = value.decode("latin-1")
    return response


def set_cookie_line(response: HttpResponseBase, line: str) -> None:
    """Add the value of a Set-Cookie header to a response of Django's."""
    response.cookies[line.partition("=")[0]] = _Line(line)


class _Line(Morsel[str]):
    """A cookie that is written as it came; Django would quote some of its characters."""

    def __init__(self, line: str) -> None:
        super().__init__()
        name, _, rest = line.partition("=")
        value = rest.partition(";")[0]
        self.set(name, value, value)
        self._line = line

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802
        """The value of the Set-Cookie header."""
        return self._line


def _in_turn(parts: AsyncGenerator[bytes, None]) -> Iterator[bytes]:
    """An async body for a server that knows no async; closing it closes the body."""
    try:
        while True:
            try:
                yield bridge.run(anext(parts))
            except StopAsyncIteration:
                return
    finally:
        bridge.run(parts.aclose())
