"""How a declared fragment answers: content, fallback, manifest and actions."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.views.decorators.csrf import csrf_exempt

from . import wire
from .caching import Cache, check_tags
from .errors import (
    InvalidDeclaration,
    InvalidParameters,
    InvalidToken,
    KeysUnavailable,
    Moved,
    Outcome,
)
from .fragments import Fragment, View
from .identity import take_visitor
from .links import mounted
from .manifest import Action, Identity
from .request_context import context
from .request_inputs import take_inputs, vary_of

logger = logging.getLogger(__name__)

_DOCUMENTS = Cache(max_age=60)


def add_tags(response: HttpResponseBase, *tags: str) -> None:
    """Add surrogate keys that are known only at run time, such as the products of a list."""
    known = response.headers.get(wire.SURROGATE_KEY, "").split()
    response.headers[wire.SURROGATE_KEY] = " ".join(check_tags([*known, *tags]))


def content_view(fragment: Fragment) -> View:
    def content(request: HttpRequest) -> HttpResponseBase:
        try:
            query = take_inputs(request, fragment.varies, fragment.parameters.rules)
            parameters = fragment.parameters.read(query)
        except InvalidParameters as error:
            return _sentence(str(error), 400)
        if refusal := _unknown_visitor(request, fragment.identity):
            return refusal
        with _locale(request):
            response = _call(fragment, request, parameters)
        if response.status_code < 400 or response.status_code in (404, 410):
            _describe(response, fragment, parameters)
            if names := vary_of(fragment.varies):
                patch_vary_headers(response, names)
        return response

    return _readable(fragment, content)


def fallback_view(fragment: Fragment) -> View:
    def fallback(request: HttpRequest) -> HttpResponseBase:
        with _locale(request):
            html = render_to_string(fragment.fallback or "", request=None)
        return _document(html, wire.HTML)

    return _readable(fragment, fallback)


def manifest_view(fragment: Fragment) -> View:
    def manifest(request: HttpRequest) -> HttpResponseBase:
        return _document(fragment.manifest().to_json(), wire.JSON)

    return _readable(fragment, manifest)


def action_view(fragment: Fragment, action: Action, view: View) -> View:
    # The gateway proves that a request comes from the site's own pages; a cached fragment
    # could not carry a token of Django's anyway.
    @csrf_exempt
    def act(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in action.methods:
            return _not_allowed(action.methods)
        # The gateway sees to both; a composer that knows no such declarations does not.
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > action.max_bytes:
            return _sentence(f"at most {action.max_bytes} bytes", 413)
        if length and not action.takes(request.content_type or ""):
            return _sentence(f"a body is one of {', '.join(action.accepts)}", 415)
        context(request)
        if refusal := _unknown_visitor(request, action.identity):
            return refusal
        with _locale(request):
            response = _rendered(fragment, view(request))
        response.headers.setdefault("cache-control", "no-store")
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            # RFC 9110, 15.5.2 wants it; without an error it says "sign in first".
            response.headers.setdefault(wire.WWW_AUTHENTICATE, "Bearer")
        return response

    return act


def _readable(
    fragment: Fragment, answer: Callable[[HttpRequest], HttpResponseBase]
) -> Callable[[HttpRequest], HttpResponseBase]:
    """What content, fallback and manifest have in common."""

    # The answer to POST is 405 in any case, and not Django's 403.
    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return _not_allowed(("GET", "HEAD"))
        context(request)
        response = answer(request)
        version = fragment.manifest().version
        response.headers[wire.VERSION] = version
        return _conditional(request, response, version)

    view.fragment = fragment  # type: ignore[attr-defined]  # where the system checks find it
    return view


def _call(fragment: Fragment, request: HttpRequest, parameters: dict[str, Any]) -> HttpResponse:
    try:
        return _rendered(fragment, fragment.view(request, **parameters))
    except Moved as moved:
        response = HttpResponse(status=moved.status)
        response.headers["location"] = iri_to_uri(moved.location)
        return response
    except Outcome as outcome:
        return HttpResponse(status=outcome.status)
    except Http404:
        return HttpResponse(status=404)


def _rendered(fragment: Fragment, response: HttpResponseBase) -> HttpResponse:
    render = getattr(response, "render", None)
    if callable(render):
        response = render()
    # A fragment is whole or absent, so there is nothing to gain from a stream.
    if not isinstance(response, HttpResponse):
        raise InvalidDeclaration(
            f"{fragment.name}: a view must return a whole HttpResponse, not {response!r}"
        )
    return response


def _describe(response: HttpResponse, fragment: Fragment, parameters: dict[str, Any]) -> None:
    found = response.status_code < 400
    cache = fragment.cache.header() if found else fragment.cache.negative_header()
    response.headers.setdefault("cache-control", cache)
    tags = fragment.tags_for(parameters)
    if tags:
        add_tags(response, *tags)
    if not response.content:
        del response.headers["content-type"]


def _document(body: str | bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(body, content_type=f"{content_type}; charset=utf-8")
    response.headers["cache-control"] = _DOCUMENTS.header()
    return response


def _conditional(
    request: HttpRequest, response: HttpResponseBase, version: str
) -> HttpResponseBase:
    if response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    # The version belongs to it: the same HTML with other assets is another answer.
    digest = hashlib.sha256(version.encode() + b"\n" + response.content).hexdigest()[:32]
    response.headers.setdefault("etag", f'"{digest}"')
    answer = get_conditional_response(request, etag=response.headers["etag"], response=response)
    if answer is None or answer is response:
        return _without_body(response) if request.method == "HEAD" else response
    for name in (wire.VERSION, wire.SURROGATE_KEY):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _without_body(response: HttpResponse) -> HttpResponse:
    """Not every server drops the body of an answer to HEAD; the length stays that of GET."""
    response.headers["content-length"] = str(len(response.content))
    response.content = b""
    return response


@contextmanager
def _locale(request: HttpRequest) -> Iterator[None]:
    """The language of the page, where the service has it, and links into the page's language."""
    try:
        language = translation.get_supported_language_variant(context(request).locale or "")
    except (LookupError, ValueError):
        # Not a language of this service, or no language at all.
        language = translation.get_language()
    with translation.override(language), mounted(request):
        yield


def _unknown_visitor(request: HttpRequest, identity: Identity) -> HttpResponse | None:
    """The refusal of a request whose token does not count; None if there is nothing to refuse."""
    try:
        take_visitor(request, identity)
    except InvalidToken as error:
        logger.warning("context token refused: %s", error)
        # What exactly was wrong is for the log: whoever forges tokens need not be told.
        response = _sentence("the context token does not count", HTTPStatus.UNAUTHORIZED)
        response.headers[wire.WWW_AUTHENTICATE] = 'Bearer error="invalid_token"'
        return response
    except KeysUnavailable as error:
        logger.error("context token not checked: %s", error)
        return _sentence("context tokens cannot be checked now", HTTPStatus.SERVICE_UNAVAILABLE)
    return None


def _not_allowed(methods: tuple[str, ...]) -> HttpResponse:
    response = _sentence(f"the method must be one of {', '.join(methods)}", 405)
    response.headers["allow"] = ", ".join(methods)
    return response


def _sentence(text: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    response.headers["cache-control"] = "no-store"
    return response
