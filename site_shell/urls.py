"""What Django serves of the site: health, the purge, actions, and pages for whoever has no lane."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from fragment_contract import wire

from . import speculation
from .accounts.pages import csrf_failure as account_csrf_failure
from .accounts.urls import urlpatterns as accounts
from .composer.conf import runtime
from .composer.csp import REPORT_PATH
from .composer.page_templates.previews import PREVIEW_PATH, preview_view
from .composer.purge import purge_view
from .composer.reports import csp_report_view
from .composer.views import composed_page, healthz, key_set, readyz
from .crawlers.urls import urlpatterns as crawlers
from .gateway.urls import urlpatterns as actions
from .operations.staff import csrf_failure as desk_csrf_failure
from .operations.urls import urlpatterns as operations


async def purge(request: HttpRequest) -> HttpResponseBase:
    """Looked up at the call: the cache must not be opened when URLs are imported."""
    parts = runtime()
    view = purge_view(
        parts.store, token=settings.FRAGMENT_PURGE_TOKEN, invalidations=parts.invalidations
    )
    answer = await view(request)
    parts.measures.count("purges", status=str(answer.status_code))
    return answer


purge.csrf_exempt = True  # type: ignore[attr-defined]


async def csp_report(request: HttpRequest) -> HttpResponseBase:
    """Looked up at the call, as the purge's cache is."""
    return await csp_report_view(runtime().csp_reports)(request)


csp_report.csrf_exempt = True  # type: ignore[attr-defined]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form without the right token: of the staff's desk, or of a shopper's account."""
    is_desk = request.path.startswith("/_composer/")
    return (desk_csrf_failure if is_desk else account_csrf_failure)(request, reason)


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path(wire.JWKS_PATH.removeprefix("/"), key_set),
    path(wire.PURGE_PATH.removeprefix("/"), purge),
    path(f"{PREVIEW_PATH}<str:token>", preview_view),
    path(REPORT_PATH.removeprefix("/"), csp_report),
    *actions,
    *crawlers,
    path(speculation.PATH.removeprefix("/"), speculation.speculation_rules),
    *operations,
    *accounts,
    # Every other path, whatever characters are in it.
    re_path("", composed_page),
]

handler400 = "site_shell.composer.views.bad_request"
handler404 = "site_shell.composer.views.not_found"
handler500 = "site_shell.composer.views.server_error"
