"""What answers have in common: who asks, where to go next, and what the page is told."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from fragment_contract import link, visitor, wire

from . import carts


def shopper(request: HttpRequest) -> str | None:
    """Under what the visitor's things are kept; None for somebody who never had any.

    Whoever has signed in since brings along what he had before, with whichever request comes
    first: the shell's word that it is time to adopt may have been lost.
    """
    found = visitor(request)
    if found is None:
        return None
    if found.former:
        carts.adopt(found.subject, found.former)
    return found.subject


def needed(request: HttpRequest) -> str:
    """The same where the fragment asks for an identity: there always is one."""
    owner = shopper(request)
    if owner is None:
        raise RuntimeError("an action with identity 'required' was reached without one")
    return owner


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of the page is wanted, or a page."""
    return request.headers.get(wire.HX_REQUEST) == "true"


def tell(answer: HttpResponse, events: Mapping[str, Mapping[str, Any]]) -> HttpResponse:
    """Let the page hear of these events. JSON escapes all but ASCII, as a header has to."""
    answer[wire.HX_TRIGGER] = json.dumps(events)
    return answer


def see_other(request: HttpRequest, path: str) -> HttpResponse:
    """Lead to a page of the site, in the language of the page that the visitor is on."""
    answer = HttpResponseRedirect(link(request, path))
    answer.status_code = 303
    return answer


def say(message: object, level: str = "info") -> dict[str, dict[str, str]]:
    """An event that says something in words."""
    return {"notification:show": {"message": str(message)[:300], "level": level}}


def count_of(owner: str) -> dict[str, dict[str, int]]:
    """The event that the cart holds something else now."""
    return {"cart:updated": {"count": carts.count(owner)}}
