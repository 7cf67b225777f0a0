"""The gateway as a Django view, for who has no application in front of Django: WSGI."""

import asyncio
from typing import Final

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from fragment_contract import wire

from ..composer import bridge
from ..composer.adapter import django_response, page_request
from ..composer.conf import runtime
from ..composer.request import trace_of
from .answering import Answering
from .content import TOO_LARGE, TOO_SLOW, Body, Content, Spool, Unread
from .forwarding import Post
from .handling import SECONDS, Gateway
from .limits import Counters, Limits
from .newcomers import Newcomers
from .repeats import Repeats

_PART: Final = 262_144


# Cached forms can carry no token; ``same_origin`` proves where a request comes from.
@csrf_exempt
async def act(
    request: HttpRequest, service: str, short: str, action: str, rest: str = ""
) -> HttpResponseBase:
    """``/actions/<service>/<short>/<action>``, and what is below a foreign podlet's proxy"""
    # Django looks at the Host header only when it is asked for it.
    request.get_host()
    is_async = isinstance(request, ASGIRequest)
    asked = page_request(request)
    body = Body(_Request(request))
    post = Post(
        fragment=f"{service}/{short}",
        action=action,
        request=asked,
        trace=trace_of(asked.headers),
        body=body,
        address=request.META.get("REMOTE_ADDR", ""),
        rest=_rest(asked.path, service, short, action),
    )
    handling = gateway().handle(post)
    try:
        answer = await (handling if is_async else bridge.run_async(handling))
    finally:
        body.close()
    return django_response(answer, is_async=is_async)


def _rest(raw_path: str, *names: str) -> str:
    """What follows the names, as it came: decoded, it could be read in two ways."""
    return raw_path.removeprefix(f"{wire.ACTION_PREFIX}{'/'.join(names)}")


class _Request:
    """The body of a Django request, as its server hands it out."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    async def read(self, max_bytes: int) -> Content:
        """See Source."""
        if int(self._request.META.get("CONTENT_LENGTH") or 0) > max_bytes:
            raise Unread(TOO_LARGE)
        spool = Spool(self._request.headers.get("content-type", ""))
        try:
            while part := await asyncio.to_thread(self._request.read, _PART):
                await spool.add(part)
                if spool.size > max_bytes:
                    raise Unread(TOO_LARGE)
            return await spool.finish()
        except UnreadablePostError:
            spool.close()
            raise Unread(TOO_SLOW) from None
        except BaseException:
            spool.close()
            raise


def gateway() -> Gateway:
    """Made of the parts of this process; it keeps nothing of its own."""
    parts = runtime()
    return Gateway(
        rollouts=parts.rollouts,
        audiences=parts.audiences,
        stage=parts.stage,
        manifests=parts.manifests,
        transport=parts.transport,
        answering=Answering(parts.composer.whole_pages, parts.site),
        site=parts.site,
        seconds=SECONDS,
        max_bytes=settings.ACTION_MAX_BYTES,
        measures=parts.measures,
        repeats=Repeats(parts.store.backend, patience=SECONDS),
        newcomers=Newcomers(parts.store.backend),
        counters=Counters(
            parts.store.backend,
            Limits(
                visitor=settings.ACTIONS_PER_MINUTE_VISITOR,
                address=settings.ACTIONS_PER_MINUTE_ADDRESS,
            ),
        ),
    )
