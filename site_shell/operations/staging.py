"""Where a member of staff sets what they alone want to see otherwise. Works without JavaScript."""

import logging
import time
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ..composer.conf import Runtime, runtime
from ..composer.errors import ComposerError, StagingError
from ..composer.own_path import own_path
from ..composer.staging import (
    COOKIE,
    FAULT_NAMES,
    Fault,
    Staging,
    is_url,
    parse_named_fault,
    parse_override,
)
from ..composer.staging_cookie import SECONDS
from .staff import staff_only, staff_user

logger = logging.getLogger(__name__)

_MAX_WISHES: Final = 40


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def staging(request: HttpRequest) -> HttpResponseBase:
    """What is set now, and forms to change it.

    A GET changes nothing, whatever its query says, but begins the time of what is set anew: this
    is where somebody is known to be still on the staff.
    """
    parts = runtime()
    back = _back(request)
    now = _allowed(request, parts.stagings.read(request.headers.get("cookie", "")))
    problem = ""
    if request.method == "POST":
        try:
            return _save(request, parts, _changed(request, parts, now), back)
        except ComposerError as error:
            problem = str(error)
    context = {
        "staging": now,
        "minutes": SECONDS // 60,
        "may_stage": _may_stage(request),
        "is_on": _is_on(now),
        "fragments": parts.registry.fragments(),
        "services": _services(parts),
        "fault_names": FAULT_NAMES,
        "origins": parts.stage.origins.patterns,
        "wishes": [(wish, _meaning(wish)) for wish in request.GET.getlist("set")[:_MAX_WISHES]],
        "problem": problem,
        "given": request.POST,
        "back": back,
    }
    response = render(request, "operations/staging.html", context, status=422 if problem else 200)
    if COOKIE in request.COOKIES:
        _hand_over(request, response, parts, now)
    return response


def _changed(request: HttpRequest, parts: Runtime, now: Staging) -> Staging:
    """The staging after one form. Raises StagingError, UnknownFragment.

    With what is put in a place comes the overlay, so that nobody forgets that it is not the shop.
    """
    posted = request.POST
    action = posted.get("action", "")
    if action in {"override", "fault", "accept"} and not _may_stage(request):
        raise StagingError("you may look behind the pages, but not change them for yourself")
    match action:
        case "overlay":
            return replace(now, overlay=posted.get("overlay") == "on")
        case "override":
            wish = f"{posted.get('fragment', '')}={posted.get('target', '')}"
            return replace(_with(now, parts, wish), overlay=True)
        case "fault":
            fault = posted.get("fault", "").replace("MS", posted.get("ms", "").strip() or "800")
            wish = f"{posted.get('name', '')}={fault}"
            return replace(_with(now, parts, wish, is_fault=True), overlay=True)
        case "accept":
            for wish in posted.getlist("set")[:_MAX_WISHES]:
                now = replace(_with(now, parts, wish, is_fault=_is_fault(wish)), overlay=True)
            return now
        case "remove":
            wish = posted.get("wish", "")
            return replace(
                now,
                overrides=tuple([o for o in now.overrides if f"{o[0]}={o[1]}" != wish]),
                faults=tuple([f for f in now.faults if f"{f[0]}={f[1]}" != wish]),
            )
        case "clear":
            return _nothing(request)
    raise StagingError("this form asks for nothing that is known here")


def _with(now: Staging, parts: Runtime, wish: str, *, is_fault: bool = False) -> Staging:
    """The staging with one wish more, in the place of an earlier one for the same name."""
    if is_fault:
        name, fault = parse_named_fault(wish)
        _known(parts, name)
        faults: list[tuple[str, Fault]] = [f for f in now.faults if f[0] != name]
        return replace(now, faults=(*faults, (name, fault)))
    name, target = parse_override(wish)
    # Finds out, too, whether there is such a release and whether such a machine may be asked.
    release = parts.registry.releases(name)[0]
    changed = replace(now, overrides=(*[o for o in now.overrides if o[0] != name], (name, target)))
    staged = changed.of(name)
    assert staged is not None
    parts.stage.release(release, staged)
    return changed


def _known(parts: Runtime, name: str) -> None:
    if "/" in name:
        parts.registry.releases(name)
    elif not any(fragment.startswith(f"{name}/") for fragment in parts.registry.fragments()):
        services = ", ".join(_services(parts))
        raise StagingError(f"no fragment of {name!r} is registered; services: {services}")


def _services(parts: Runtime) -> list[str]:
    return sorted({fragment.partition("/")[0] for fragment in parts.registry.fragments()})


def _save(request: HttpRequest, parts: Runtime, wanted: Staging, back: str) -> HttpResponse:
    """Send the cookie and go back."""
    response = redirect(back or "staging")
    _hand_over(request, response, parts, wanted)
    logger.warning("staging of %s: %s", wanted.user, wanted.summary)
    return response


def _hand_over(
    request: HttpRequest, response: HttpResponse, parts: Runtime, wanted: Staging
) -> None:
    """Give the browser its cookie, for the whole time from now on, or take it away."""
    if not _is_on(wanted):
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    wanted = replace(wanted, expires=time.time() + SECONDS)
    value = parts.stagings.write(wanted, request.session.session_key or "")
    response.set_cookie(
        COOKIE,
        value,
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _allowed(request: HttpRequest, found: Staging | None) -> Staging:
    """What is left of a cookie's staging for who may no longer have all of it."""
    if found is None:
        return _nothing(request)
    return found if _may_stage(request) else replace(found, overrides=(), faults=())


def _may_stage(request: HttpRequest) -> bool:
    """Everybody on the staff may look behind the pages; to change them is a right of its own."""
    return staff_user(request).has_perm("operations.stage")


def _is_on(staging: Staging) -> bool:
    return bool(staging.overlay or staging.overrides or staging.faults)


def _nothing(request: HttpRequest) -> Staging:
    return Staging(staff_user(request).get_username(), 0.0)


def _is_fault(wish: str) -> bool:
    """A link says ``reviews/list=500`` or ``reviews/list=2.0.0``: the names of faults win."""
    try:
        parse_named_fault(wish)
    except StagingError:
        return False
    return True


def _meaning(wish: str) -> str:
    name, _, value = wish.partition("=")
    if _is_fault(wish):
        return f"{name} fails: {value}"
    return f"{name} comes from {value}" if is_url(value) else f"{name} in release {value}"


def _back(request: HttpRequest) -> str:
    """Where to go afterwards: a page of this site."""
    return own_path(request.POST.get("next") or request.GET.get("next"), otherwise="")
