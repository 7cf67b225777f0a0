"""Collected static files of all projects, and their media where no CDN is in front.

WhiteNoise knows about files, ranges, validators and compressed variants. Here it answers in
front of Django in both worlds, as an ASGI application and as a middleware: files need no request
handler, and Django cannot stream them under ASGI without a warning.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.base import WhiteNoise
from whitenoise.responders import Response

from . import lean_files
from .composer.conf import runtime
from .composer.headers import file_headers
from .composer.lane import App, Receive, Scope, Send

STATIC_SECONDS: Final = 60
MEDIA_SECONDS: Final = 3600
# Names with a hash of the content: Django's storage writes the first kind, esbuild the second.
_HASHED: Final = re.compile(r"\.([0-9a-f]{12}|[0-9A-Z]{8})\.[a-z0-9]+(\.map)?$")
_CHUNK: Final = 262_144
# Editors upload media; whatever an upload holds, it must not act as a page of this site.
_MEDIA_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class Files:
    """Finds the file of a URL path and makes the response, anew each time: files come and go."""

    def __init__(self) -> None:
        self._static = _Finder(settings.STATIC_ROOT, settings.STATIC_URL, STATIC_SECONDS)
        self._folders = [self._static]
        if settings.SERVE_MEDIA:
            media = _Finder(settings.MEDIA_ROOT, settings.MEDIA_URL, MEDIA_SECONDS, _MEDIA_POLICY)
            self._folders.append(media)

    def covers(self, path: str) -> bool:
        """Whether the path is a file's, if there is such a file."""
        return any(path.startswith(folder.prefix) for folder in self._folders)

    def respond(self, method: str, path: str, environ: Mapping[str, str]) -> Response | None:
        """The response for a path; ``environ`` has request headers under their WSGI names."""
        for folder in self._folders:
            if path.startswith(folder.prefix) and (file := folder.find_file(path)) is not None:
                response: Response = file.get_response(method, environ)
                return response
        return None


class _Finder(WhiteNoise):  # type: ignore[misc] # WhiteNoise has no types
    """One folder, looked at with every request."""

    def __init__(self, root: str, prefix: str, seconds: int, policy: str = "") -> None:
        self.prefix = prefix
        self._policy = policy
        self._fixed = file_headers(https=settings.SITE_ORIGIN.startswith("https://"))
        super().__init__(
            None,
            root,
            prefix,
            autorefresh=True,
            max_age=seconds,
            immutable_file_test=lambda path, url: bool(_HASHED.search(url)),
            add_headers_function=self._add_headers,
        )

    def candidate_paths_for_url(self, url: str) -> Iterator[str]:
        """In development a source that was edited since it was collected comes before its copy."""
        collected = list(super().candidate_paths_for_url(url))
        if settings.DEBUG and self.prefix == settings.STATIC_URL:
            name = url.removeprefix(self.prefix)
            source = finders.find(name)
            if isinstance(source, str) and _is_newer(name, collected):
                yield source
        yield from collected

    def _add_headers(self, headers: Headers, path: str, url: str) -> None:
        for name, value in self._fixed.items():
            headers[name] = value
        # Fonts and modules may come from the CDN's origin to the site's own.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if self._policy:
            headers["Content-Security-Policy"] = self._policy


def _is_newer(name: str, copies: list[str]) -> bool:
    """Whether the source of a file, or a part that it is joined from, is newer than its copies."""
    made = [Path(copy).stat().st_mtime for copy in copies if Path(copy).is_file()]
    edited = [path.stat().st_mtime for path in lean_files.sources(name)]
    return not made or max(edited) > max(made)


class FilesApp:
    """The ASGI application: files, and ``app`` for everything else."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._files = Files()
        self._is_host = runtime().site.is_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or not self._files.covers(scope["path"])
            # Django says so, as it does everywhere.
            or not self._is_host(_host(scope))
        ):
            await self._app(scope, receive, send)
            return
        environ = {
            f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
            for name, value in scope["headers"]
        }
        method, path = scope["method"], scope["path"]
        response = await asyncio.to_thread(self._files.respond, method, path, environ)
        if response is None:
            await self._app(scope, receive, send)
        else:
            await _send(response, send)


class FilesMiddleware:
    """The same under WSGI, where there is no application in front of Django."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._files = Files()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        method, path = request.method or "GET", request.path_info
        # Raises DisallowedHost, which Django answers.
        request.get_host()
        found = self._files.respond(method, path, request.META)
        if found is None:
            return self._get_response(request)
        response = _PlainFileResponse(found.file or (), status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        return response


class _PlainFileResponse(FileResponse):
    def set_headers(self, filelike: Any) -> None:
        """WhiteNoise has set them all."""


def _host(scope: Scope) -> str:
    """The Host header; of two of them both, which is the name of no host."""
    names = [value for name, value in scope["headers"] if name == b"host"]
    return b", ".join(names).decode("latin-1")


async def _send(response: Response, send: Send) -> None:
    headers = [(k.lower().encode(), v.encode("latin-1")) for k, v in response.headers]
    await send({"type": "http.response.start", "status": int(response.status), "headers": headers})
    file = response.file
    try:
        while file is not None and (part := await asyncio.to_thread(file.read, _CHUNK)):
            await send({"type": "http.response.body", "body": part, "more_body": True})
    finally:
        if file is not None:
            file.close()
    await send({"type": "http.response.body", "body": b""})
