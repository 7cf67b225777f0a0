"""The gateway as a Django view."""

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from fragment_contract import wire

from ..composer import bridge
from ..composer.adapter import django_response, page_request
from ..composer.conf import runtime
from ..composer.request import trace_of
from .answering import Answering
from .bodies import PROBLEM
from .forwarding import Post
from .handling import SECONDS, Gateway


# Cached forms can carry no token; ``same_origin`` proves where a request comes from.
@csrf_exempt
async def act(
    request: HttpRequest, service: str, short: str, action: str, rest: str = ""
) -> HttpResponseBase:
    """``/actions/<service>/<short>/<action>``, and what is below a foreign podlet's proxy"""
    # Django looks at the Host header only when it is asked for it.
    request.get_host()
    is_async = isinstance(request, ASGIRequest)
    problem = request.scope.get(PROBLEM, 0) if isinstance(request, ASGIRequest) else 0
    asked = page_request(request)
    post = Post(
        fragment=f"{service}/{short}",
        action=action,
        request=asked,
        trace=trace_of(asked.headers),
        # Django would look at the announced length again.
        body=b"" if problem else request.body,
        problem=problem,
        rest=_rest(asked.path, service, short, action),
    )
    handling = _gateway().handle(post)
    answer = await (handling if is_async else bridge.run_async(handling))
    return django_response(answer, is_async=is_async)


def _rest(raw_path: str, *names: str) -> str:
    """What follows the names, as it came: decoded, it could be read in two ways."""
    return raw_path.removeprefix(f"{wire.ACTION_PREFIX}{'/'.join(names)}")


def _gateway() -> Gateway:
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
    )
