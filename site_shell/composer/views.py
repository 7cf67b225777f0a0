"""The other face: pages as a Django view, for people who want their own middleware around them."""

from collections.abc import Mapping

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from . import bridge
from .adapter import django_response, page_request
from .assets import NO_ASSETS, Assets
from .conf import runtime
from .request import trace_of
from .site import FOREIGN_HOST


async def composed_page(request: HttpRequest) -> HttpResponseBase:
    """Any page of pages.toml, found by the path of the request; the 404 page for other paths."""
    is_async = isinstance(request, ASGIRequest)
    answering = runtime().composer.answer(page_request(request))
    answer = await (answering if is_async else bridge.run_async(answering))
    return django_response(answer, is_async=is_async)


async def composed_response(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    answer: bytes,
    assets: Assets = NO_ASSETS,
    status: int = 200,
) -> HttpResponseBase:
    """A page template with given HTML in the place of its variable ``answer``; never kept.

    The template may hold fragments; ``assets`` are those of the given HTML. Raises
    PageTemplateError.
    """
    asked = page_request(request)
    pages = runtime().composer.whole_pages
    making = pages.around(
        template,
        context or {},
        asked,
        trace_of(asked.headers),
        content=answer,
        assets=assets,
        status=status,
    )
    is_async = isinstance(request, ASGIRequest)
    made = await (making if is_async else bridge.run_async(making))
    return django_response(made, is_async=is_async)


async def composed_error(
    request: HttpRequest,
    status: int,
    message: str = "",
    *,
    headers: Mapping[str, str] | None = None,
) -> HttpResponseBase:
    """The site's page for an error status."""
    asked = page_request(request)
    making = runtime().composer.whole_pages.error(
        asked,
        trace_of(asked.headers),
        status,
        message=message,
        headers=[*(headers or {}).items()],
    )
    is_async = isinstance(request, ASGIRequest)
    made = await (making if is_async else bridge.run_async(making))
    return django_response(made, is_async=is_async)


def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: the process answers."""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: fragments are registered and every template parses.

    What is wrong in a registry that has fragments is a check's and the log's matter: one team's
    broken entry, or an outage of Parameter Store, must not take every shell off the air.
    """
    parts = runtime()
    pages = parts.library.current()
    found = [f"{one.file}:{one.line}: {one.message}" for one in parts.library.problems]
    # A broken version, or a storage that is out of reach, changes nothing of what is served.
    stands = parts.library.is_versioned and bool(pages.pages)
    problems, warnings = ([], found) if stands else (found, [])
    if not pages.pages:
        problems.append("there are no pages")
    if not parts.registry.fragments():
        problems += ["no fragment is registered", *parts.registry.problems]
    status: dict[str, object] = {"status": "ready"}
    if problems:
        status = {"status": "not ready", "problems": problems}
    if warnings:
        status["warnings"] = warnings
    headers = {"Cache-Control": "no-store"}
    return JsonResponse(status, status=503 if problems else 200, headers=headers)


def key_set(request: HttpRequest) -> JsonResponse:
    """``/.well-known/jwks.json``: the keys with which services check context tokens."""
    tokens = runtime().site.callers.tokens
    document = tokens.key_set() if tokens is not None else {"keys": []}
    return JsonResponse(document, headers={"Cache-Control": "public, max-age=60"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler400: what Django refuses before any view looks the same as what we refuse."""
    return _error(request, 400, FOREIGN_HOST if isinstance(exception, DisallowedHost) else "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler404."""
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """handler500."""
    return _error(request, 500)


def _error(request: HttpRequest, status: int, message: str = "") -> HttpResponseBase:
    """Django calls its handlers synchronously, under ASGI too."""
    asked = page_request(request)
    pages = runtime().composer.whole_pages
    made = bridge.run(pages.error(asked, trace_of(asked.headers), status, message=message))
    return django_response(made, is_async=False)
