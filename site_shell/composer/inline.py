"""A fragment in a template that is not a page: resolved at once, by the same rules."""

import time
from dataclasses import replace
from typing import Final

from django.core.exceptions import BadRequest as DjangoBadRequest
from django.http import Http404, HttpRequest
from django.template.loader import get_template
from django.utils import translation

from . import bridge
from .adapter import page_request
from .assembly import Assembly
from .budget import Budget
from .conf import Runtime, runtime
from .configuration import settings
from .errors import FragmentUnavailable, PageTemplateError
from .filling import Filling
from .outcome import GONE_OR_UNKNOWN, Outcome
from .page import Layout, SlotCollector, collecting, local_html
from .request import BadRequest, PageRequest, Trace, negotiate, trace_of
from .slot import MAX_TIMEOUT_MS, Slot
from .visit import Visit

_NOBODY: Final = PageRequest("GET", "/", "", {})


def resolve_now(slot: Slot, http_request: HttpRequest | None) -> str:
    """The HTML of a slot with its assets, as the tag writes it into the template.

    What a required fragment does not know is an Http404, a malformed value that a slot passes
    through is Django's BadRequest; a required fragment that fails raises
    FragmentUnavailable, because a template that is half rendered has no status to change.
    """
    request = page_request(http_request) if http_request is not None else _NOBODY
    parts = runtime()
    audience = parts.composer.audiences.known(request.headers.get("cookie", ""))
    request = replace(request, audience=audience)
    trace = trace_of(request.headers)
    locale = negotiate(translation.get_language() or "", parts.site.locales.codes)
    if slot.delivery == "deferred":
        # There is no end of a stream here.
        slot = replace(slot, delivery="inline")
    layout = Layout(None, (0,), (slot,))
    try:
        filling = bridge.run(_resolve(parts, layout, request, trace, locale))
    except BadRequest as error:
        raise DjangoBadRequest(str(error)) from error
    assembly = Assembly(layout, parts.site.loads_from, filling)
    outcome, *inner = filling.known
    html = assembly.body(0, outcome).decode()
    parts.recorder.slots(trace, [outcome, *inner], assembly.notes)
    if outcome.decides:
        _raise(outcome)
    return html


async def _resolve(
    parts: Runtime, layout: Layout, request: PageRequest, trace: Trace, locale: str
) -> Filling:
    def local_template(name: str) -> bytes:
        context = parts.site.context(locale)
        if "pages" in settings.STORAGES:
            return local_html(parts.library.current(), name, context, locale)
        return _project_template(name, context)

    budget = Budget(MAX_TIMEOUT_MS / 1000)
    caller = parts.site.callers.of(request)
    visit = Visit(budget, trace, local_template, time.perf_counter(), caller)
    filling = await parts.filler.start(layout, request, locale, visit)
    await filling.all()
    return filling


def _project_template(name: str, context: dict[str, object]) -> bytes:
    """What stands in for a fragment, out of the templates of a project that has no pages."""
    collector = SlotCollector()
    try:
        with collecting(collector):
            html = get_template(name).render(context)
    # A template can call anything; whatever comes of it is a fault of the template.
    except Exception as error:
        raise PageTemplateError(f"{name}: {type(error).__name__}: {error}") from error
    if collector.slots:
        raise PageTemplateError(f"{name}: a fallback has no fragments")
    return html.encode()


def _raise(outcome: Outcome) -> None:
    name = outcome.slot.fragment
    if outcome.kind != "failed" and outcome.status in GONE_OR_UNKNOWN:
        raise Http404(f"{name} knows no such thing")
    raise FragmentUnavailable(f"{name} is not available: {outcome.reason} {outcome.detail}")
