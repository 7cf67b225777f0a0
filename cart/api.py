"""What other services may ask. Browsers never come here: the shell routes nothing to it."""

import re
from typing import Final

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from . import selectors

_SUBJECT: Final = re.compile(r"[A-Za-z0-9:_-]{1,64}")
_REF: Final = re.compile(r"[a-z0-9]{1,20}")


@require_safe
def purchases(request: HttpRequest) -> JsonResponse:
    """``GET /api/purchases?subject=user:1&ref=h1001``: whether that shopper has bought that."""
    if not _is_service(request):
        answer = _refuse("a service's token is needed: Authorization: Bearer ...", 401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    subject, ref = request.GET.get("subject", ""), request.GET.get("ref", "")
    for name, value, legal in (("subject", subject, _SUBJECT), ("ref", ref, _REF)):
        if not legal.fullmatch(value):
            return _refuse(f"{name} must match {legal.pattern}, not {value[:80]!r}", 400)
    return _answer({"bought": selectors.has_bought(subject, ref)})


def _is_service(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    # Compared even without a token of our own: an empty setting lets nobody in.
    same = constant_time_compare(token.strip(), settings.SERVICE_TOKEN)
    return bool(settings.SERVICE_TOKEN) and scheme.lower() == "bearer" and same


def _refuse(why: str, status: int) -> JsonResponse:
    return _answer({"error": why}, status)


def _answer(document: dict[str, object], status: int = 200) -> JsonResponse:
    answer = JsonResponse(document, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
