"""Who may ask: services that know the shared token. And how what is wrong is told."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language_from_request, override
from django.views.decorators.csrf import csrf_exempt

MAX_BODY: Final = 65_536  # bytes; a hundred items are about six thousand
View = Callable[..., HttpResponseBase]


class Refused(Exception):
    """A request that cannot be answered as asked; becomes ``{"error": ...}``."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def for_services(*methods: str) -> Callable[[View], View]:
    """Let only services in, with these methods, and keep every answer out of caches.

    Names and labels are in the language of ``Accept-Language``.
    """

    def decorate(view: View) -> View:
        @csrf_exempt  # no browser, no cookie: the token says who asks
        @wraps(view)
        def guarded(request: HttpRequest, **captured: Any) -> HttpResponseBase:
            try:
                _check_token(request)
                if request.method not in methods:
                    raise Refused(f"methods here: {', '.join(methods)}", 405)
                with override(get_language_from_request(request)):
                    answer = view(request, **captured)
            except Refused as refused:
                answer = JsonResponse({"error": refused.message}, status=refused.status)
                if refused.status == 405:
                    answer["Allow"] = ", ".join(methods)
                elif refused.status == 401:
                    answer["WWW-Authenticate"] = "Bearer"
            answer["Cache-Control"] = "no-store"
            return answer

        return guarded

    return decorate


def body(request: HttpRequest) -> Any:
    """Return the request's JSON, whatever it holds. Raises Refused."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        raise Refused("Content-Length is a whole number") from None
    if length > MAX_BODY:
        raise Refused(f"a body has at most {MAX_BODY} bytes, not {length}", 413)
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refused("the body is no JSON in UTF-8") from None


def _check_token(request: HttpRequest) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    known = settings.SERVICE_TOKEN
    # Compared even without a token of our own: an empty setting lets nobody in.
    same = constant_time_compare(token.strip(), known)
    if not known or scheme.lower() != "bearer" or not same:
        raise Refused("a service's token is needed: Authorization: Bearer ...", 401)
