"""The conformance suite against the Django project of the running process, without a socket."""

import mimetypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote, urlsplit

import httpx
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from ..testing.identity import as_visitor, trusted_visitors
from . import Target, run
from .arguments import write_value

if TYPE_CHECKING:
    from ..fragments import Fragment

_ORIGIN: Final = "http://testserver"
_SOMEBODY: Final = "anon:conformance"
_AUDIENCE: Final = "conformance"


class CheckFragment(Protocol):
    def __call__(
        self, fragment: "Fragment", /, *, skip: Iterable[str] = (), **parameters: str | int
    ) -> None: ...


def check_fragment(
    fragment: "Fragment", /, *, skip: Iterable[str] = (), **parameters: str | int
) -> None:
    """Raise AssertionError with all that is wrong about a fragment that this project serves."""
    target = Target(
        f"{_ORIGIN}{fragment.base_path}",
        name=fragment.name,
        parameters={name: write_value(value) for name, value in parameters.items()},
        token=as_visitor(_SOMEBODY, audience=_AUDIENCE)["authorization"].partition(" ")[2],
        transport=_Project(),
    )
    with _connections_kept(), trusted_visitors(_AUDIENCE), target:
        results = run(target, skip=skip)
    failed = [result for result in results if result.verdict == "failed"]
    if failed:
        lines = [f"{fragment.name} breaks the contract:"]
        lines += [
            f"  {result.check.name}: {result.check.promise}\n    {result.detail}"
            for result in failed
        ]
        raise AssertionError("\n".join(lines))


@contextmanager
def _connections_kept() -> Iterator[None]:
    """As `django.test.Client` does: no request ends the transaction that the test runs in."""
    signals = [
        signal
        for signal in (request_started, request_finished)
        if signal.disconnect(close_old_connections)
    ]
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


class _Project(httpx.BaseTransport):
    """The project's URLs, and its static files at their URLs, whoever serves them in production."""

    def __init__(self) -> None:
        self._wsgi = httpx.WSGITransport(app=WSGIHandler())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        static = urlsplit(settings.STATIC_URL or "/static/")
        same_host = not static.netloc or static.netloc == request.url.netloc.decode("ascii")
        if same_host and request.url.path.startswith(static.path):
            return _static(request.url.path.removeprefix(static.path))
        return self._wsgi.handle_request(request)


def _static(name: str) -> httpx.Response:
    from ..assets import served_bytes

    data = served_bytes(unquote(name))
    if data is None:
        return httpx.Response(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return httpx.Response(200, content=data, headers={"content-type": kind})
