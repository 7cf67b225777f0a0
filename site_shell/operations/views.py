"""The pages of the desk."""

import logging
from typing import Final, get_args

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ..composer.conf import runtime
from ..composer.errors import RegistryError, UnknownFragment
from ..composer.registry.opening import open_writer
from .changing import Action, change, edit_of, propose
from .exchange import exchange
from .presenting import WORDS, changes, tiles, vitals, with_times
from .staff import refusal, staff_only, staff_user
from .standing import Standing, standing
from .summary import Condition, Summary

logger = logging.getLogger(__name__)

FRAGMENTS_PER_PAGE: Final = 50
_NO_RIGHT: Final = "You may look at releases, but not change them. Ask for the right to do so."


@staff_only
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """All fragments, those in trouble first."""
    parts = runtime()
    summary = Summary(exchange().reports())
    wanted = request.GET.get("q", "").strip().lower()[:100]
    condition = request.GET.get("condition", "")
    every = [standing(parts, summary, name) for name in parts.registry.fragments()]
    found = [
        one
        for one in every
        if (wanted in one.name or wanted in one.owner.lower()) and condition in {"", one.condition}
    ]
    found.sort(key=lambda one: (_order(one), one.name))
    page = Paginator(found, FRAGMENTS_PER_PAGE).get_page(request.GET.get("page"))
    counts = {name: sum(o.condition == name for o in every) for name in get_args(Condition)}
    context = {
        **_around(request, summary),
        "page": page,
        "all": len(every),
        "counts": counts,
        "q": wanted,
        "condition": condition,
        "errors": with_times(summary.errors()[:10]),
        "tiles": tiles(summary),
        "changes": changes(every)[:10],
        "vitals": [(name, vitals(found)) for name, found in summary.vitals().items()][:20],
        "is_live": request.GET.get("live") != "off",
    }
    return render(request, "operations/board.html", context)


@staff_only
@require_safe
def fragment(request: HttpRequest, name: str) -> HttpResponse:
    """One fragment with everything that is known of it."""
    parts = runtime()
    summary = Summary(exchange().reports())
    try:
        found = standing(parts, summary, name)
    except UnknownFragment:
        return refusal(request, f"No fragment {name} is registered.", status=404)
    context = {
        **_around(request, summary),
        "fragment": found,
        "errors": with_times(summary.errors(name)[:20]),
        "changes": changes([found]),
        "rows": vitals(summary.vitals().get(name, {})),
        "may_change": staff_user(request).has_perm("operations.change_releases"),
        "is_live": request.GET.get("live") != "off",
    }
    return render(request, "operations/fragment.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def changing(request: HttpRequest, name: str, action: Action) -> HttpResponse:
    """Ask whether a change is meant (GET), and make it (POST)."""
    user = staff_user(request)
    if not user.has_perm("operations.change_releases"):
        return refusal(request, _NO_RIGHT)
    version = (request.POST if request.method == "POST" else request.GET).get("version", "")
    edit = edit_of(action, version)
    writer = open_writer(settings.FRAGMENT_REGISTRY)
    words, past, meaning = WORDS[action]
    context: dict[str, object] = {
        "name": name,
        "version": version,
        "words": words,
        "meaning": meaning,
    }
    try:
        if request.method == "POST":
            what = f"{action} {version}".strip()
            who, seen = user.get_username(), request.POST.get("seen", "")
            change(writer, name, edit, seen=seen, who=who, what=what)
        else:
            context["proposal"] = propose(writer, name, edit)
            return render(request, "operations/change.html", context)
    except RegistryError as error:
        context["problem"] = str(error)
        return render(request, "operations/change.html", context, status=409)
    which = f"{name} {version}".strip()
    logger.warning("registry: %s %s by %s", which, past, user.get_username())
    runtime().measures.count("changes", action=action)
    messages.success(request, f"{which} is {past}. Every process follows in a moment.")
    return redirect("operations-fragment", name=name)


def _around(request: HttpRequest, summary: Summary) -> dict[str, object]:
    """What every page of the desk says about the site and the processes behind the numbers."""
    own = summary.reports[0]
    # htmx gets no scripts: the browser would refuse to make a page out of such a text.
    is_part = request.headers.get("hx-request") == "true"
    return {
        "base": "operations/bare.html" if is_part else "operations/base.html",
        "summary": summary,
        "processes": summary.reports,
        "process": own["process"],
        "is_shared": exchange().is_shared,
        "generation": own["generation"],
        "problems": own["problems"],
        "templates": own["templates"],
    }


def _order(one: Standing) -> int:
    return ("failing", "troubled", "well", "quiet").index(one.condition)
