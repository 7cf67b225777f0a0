"""Stylesheets, scripts and pictures of a machine elsewhere, from the site's own origin.

So the page's policy stays as strict as it is, and modules need no leave of the other origin.
"""

from typing import Final

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

from ..composer import bridge
from ..composer.conf import runtime
from ..composer.errors import ComposerError
from ..composer.release import Release
from ..composer.staging import is_url
from ..composer.transport import FetchRequest, FetchResponse

SECONDS: Final = 5.0
MAX_BYTES: Final = 8_388_608
# Nothing that a browser would show as a page of this site.
_KINDS: Final = ("text/css", "text/javascript", "application/javascript", "application/json")
_FAMILIES: Final = ("image/", "font/")


async def relay(request: HttpRequest, service: str, short: str, path: str) -> HttpResponse:
    """``/_composer/staging/at/<service>/<short>/<path>`` of who overrides that fragment."""
    parts = runtime()
    name = f"{service}/{short}"
    staging = parts.stagings.read(request.headers.get("cookie", ""))
    staged = staging.of(name) if staging else None
    if request.method not in ("GET", "HEAD") or staged is None or not is_url(staged.target):
        return _plain(404, "Nothing is put in this fragment's place.")
    scheme, _, rest = staged.target.partition("://")
    # The path as it came: decoded and quoted again it might be another one.
    raw = request.get_full_path().partition(f"/at/{name}/")[2]
    url = f"{scheme}://{rest.partition('/')[0]}/{raw}"
    fetching = parts.stage.elsewhere.fetch(
        Release(name, "override", staged.target),
        FetchRequest(url, timeout=SECONDS, max_bytes=MAX_BYTES),
    )
    try:
        is_async = isinstance(request, ASGIRequest)
        found = await (fetching if is_async else bridge.run_async(fetching))
    except ComposerError as error:
        return _plain(502, f"{url}: {error}")
    return _passed_on(found, url)


def _passed_on(found: FetchResponse, url: str) -> HttpResponse:
    kind = (found.header("content-type") or "").partition(";")[0].strip().lower()
    if found.status != 200:
        return _plain(404 if found.status == 404 else 502, f"{url} answers {found.status}")
    if kind not in _KINDS and not kind.startswith(_FAMILIES):
        return _plain(502, f"{url} is {kind!r:.80}: no stylesheet, script or picture")
    response = HttpResponse(found.body, content_type=found.header("content-type"))
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(status: int, sentence: str) -> HttpResponse:
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(
        sentence, status=status, content_type="text/plain; charset=utf-8", headers=headers
    )
