"""The purge: a service tells the shell which tags it changed."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from .errors import CacheUnavailable
from .store import FragmentStore, is_tag

if TYPE_CHECKING:
    # It needs AWS's SDK, which not every project has.
    from .cloudfront import Invalidations

PurgeView: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse]]

_MAX_BYTES = 256 * 1024
_MAX_TAGS = 1_000
# Not JSON, or JSON nested deeper than the parser goes.
_UNREADABLE = (ValueError, RecursionError)


class _Refused(Exception):
    """The request is wrong; the message is the answer."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.response = HttpResponse(
            f"{sentence}\n", status=status, headers=names, content_type="text/plain; charset=utf-8"
        )


def purge_view(
    store: FragmentStore, *, token: str, invalidations: "Invalidations | None" = None
) -> PurgeView:
    """A view for ``POST {"tags": [...]}`` or ``{"all": true}`` with the token as a bearer's.

    Answers 204 when every entry with one of the tags is forgotten; who got no answer asks again,
    as often as he likes. Without a token nobody may purge.
    """

    # No cookie proves anything here, the token does.
    @csrf_exempt
    async def purge(request: HttpRequest) -> HttpResponse:
        try:
            _authorise(request, token)
            tags = _tags(request)
            await (store.purge_all() if tags is None else store.purge(tags))
            if invalidations is not None:
                invalidations.soon()
        except _Refused as refused:
            response = refused.response
        except CacheUnavailable as error:
            response = HttpResponse(f"{error}\n", status=503, content_type="text/plain")
        else:
            response = HttpResponse(status=204)
        response["Cache-Control"] = "no-store"
        return response

    return purge


def _authorise(request: HttpRequest, token: str) -> None:
    if request.method != "POST":
        raise _Refused(405, "A purge is a POST.", Allow="POST")
    if not token:
        raise _Refused(403, "Purging is off: the shell has no FRAGMENT_PURGE_TOKEN.")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    known = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not known:
        raise _Refused(401, "The bearer token is missing or wrong.", WWW_Authenticate="Bearer")


def _tags(request: HttpRequest) -> list[str] | None:
    """The tags that are to be forgotten; None for all there are."""
    if len(request.body) > _MAX_BYTES:
        raise _Refused(413, f"The body may have up to {_MAX_BYTES} bytes.")
    try:
        data = json.loads(request.body)
    except _UNREADABLE as error:
        raise _Refused(400, f"The body is not JSON: {error}.") from error
    if data == {"all": True}:
        return None
    tags = data.get("tags") if isinstance(data, dict) else None
    if not isinstance(tags, list) or not 0 < len(tags) <= _MAX_TAGS:
        raise _Refused(400, f'The body has to be {{"tags": [...]}} with 1 to {_MAX_TAGS} tags.')
    for tag in tags:
        if not (isinstance(tag, str) and is_tag(tag)):
            shown = json.dumps(tag)[:200]
            raise _Refused(400, f"{shown} is no tag: 1 to 128 of a-z 0-9 : / _ . - are.")
    return tags
