"""Answers to actions, for htmx and for browsers without script, and what they announce."""

import json
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from fragment_contract import wire

Level = Literal["info", "success", "warning", "error"]


def is_htmx(request: HttpRequest) -> bool:
    """Whether a script waits for a fragment, and not a person for a page."""
    return request.headers.get(wire.HX_REQUEST) == "true"


def see_other(location: str) -> HttpResponse:
    """Send the browser to a page of the site, with GET."""
    answer = HttpResponseRedirect(location)
    answer.status_code = 303
    return answer


def refused(sentence: str) -> HttpResponse:
    """For what no form of ours sends."""
    return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")


def announced(answer: HttpResponse, **events: dict[str, Any]) -> HttpResponse:
    """Let the page hear of what happened."""
    known = json.loads(answer.headers.get(wire.HX_TRIGGER, "{}"))
    answer.headers[wire.HX_TRIGGER] = json.dumps({**known, **events})
    return answer


def told(answer: HttpResponse, message: object, level: Level = "success") -> HttpResponse:
    """Tell the shopper in words, at once or on the next page."""
    return announced(answer, **{"notification:show": {"message": str(message), "level": level}})


def submitted(answer: HttpResponse, product: str, state: str) -> HttpResponse:
    """Tell the page and the shopper what became of a review."""
    return announced(answer, **{"review:submitted": {"ref": product, "state": state}})
