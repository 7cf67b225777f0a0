"""Where Prometheus, or a member of the staff, gets the numbers."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..composer.conf import runtime
from .exchange import exchange
from .metrics import exposition
from .staff import staff_only


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponseBase:
    """For a bearer of METRICS_TOKEN, and for signed-in staff."""
    given = request.headers.get("authorization")
    if given is None:
        return _for_staff(request)
    scheme, _, token = given.partition(" ")
    wanted = settings.METRICS_TOKEN
    is_known = hmac.compare_digest(token.strip().encode(), wanted.encode())
    if not wanted or scheme.lower() != "bearer" or not is_known:
        runtime().measures.count("tokens_refused", where="metrics")
        headers = {"WWW-Authenticate": "Bearer"}
        sentence = "The bearer token is wrong, or METRICS_TOKEN is not set.\n"
        return HttpResponse(sentence, status=401, headers=headers, content_type="text/plain")
    return _exposed(request)


def _exposed(request: HttpRequest) -> HttpResponse:
    accept = request.headers.get("accept", "")
    body, content_type = exposition(runtime(), exchange().reports(), accept)
    return HttpResponse(body, content_type=content_type)


_for_staff = staff_only(_exposed)
