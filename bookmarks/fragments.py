"""The fragments of the service: a button for everybody, and three that know who is asking."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from fragment_contract import (
    Cache,
    Css,
    Integer,
    Js,
    NothingToShow,
    Text,
    Visitor,
    fragment,
    visitor,
)

from . import actions, lists, selectors
from .models import NAME_MAX_LENGTH, REF_MAX_LENGTH, REF_PATTERN

Ref = Annotated[str, Text(pattern=REF_PATTERN, max_length=REF_MAX_LENGTH)]
NoRef = Annotated[str, Text(pattern=rf"({REF_PATTERN})?", max_length=REF_MAX_LENGTH)]
Name = Annotated[str, Text(min_length=1, max_length=NAME_MAX_LENGTH)]
Words = Annotated[str, Text(max_length=NAME_MAX_LENGTH)]

STYLES = Css("bookmarks/bookmarks.css")
SCRIPT = Js("bookmarks/bookmarks.js", type="module")
EVENTS = ("bookmark:toggled", "notification:show")


@fragment(
    "bookmarks/toggle",
    version="1.0.0",
    # The same for everybody: who has saved what is told apart, once for a whole page.
    cache=Cache(max_age=3_600, stale_while_revalidate=86_400, stale_if_error=604_800),
    tags=("bookmarks-toggle",),
    css=(STYLES,),
    js=(SCRIPT,),
    events=EVENTS,
)
def toggle(request: HttpRequest, *, ref: Ref, name: Name) -> HttpResponse:
    """The button that saves a product, for cards and for the product's own page."""
    return render(request, "bookmarks/toggle.html", {"ref": ref, "name": name})


toggle.action("set", identity="required")(actions.set_state)


@fragment(
    "bookmarks/state",
    version="1.0.0",
    cache=Cache.private(),
    css=(STYLES,),
    js=(SCRIPT,),
    identity="optional",
    events=("notification:show",),
)
def state(request: HttpRequest) -> HttpResponse:
    """The way to the list, for the header; it tells the page's buttons what is saved."""
    shopper = _visitor(request)
    refs = selectors.saved_refs(shopper.subject) if shopper else ()
    return render(request, "bookmarks/state.html", {"refs": refs})


state.action("adopt", identity="required")(actions.adopt_former)
state.action("forget", identity="required")(actions.forget)


@fragment(
    "bookmarks/list",
    version="1.0.0",
    cache=Cache.private(),
    css=(STYLES,),
    js=(SCRIPT,),
    identity="optional",
    nested=True,
    events=EVENTS,
)
def bookmark_list(
    request: HttpRequest,
    *,
    name: Words = "",
    ref: NoRef = "",
    page: Annotated[int, Integer(1, 1000)] = 1,
) -> HttpResponse:
    """What the shopper saved, filtered by name and by reference, and what was just removed."""
    shopper = _visitor(request)
    subject = shopper.subject if shopper else ""
    context = {
        "listing": selectors.listing(subject, name=name, ref=ref, page=page),
        "removed": selectors.just_removed(subject),
        "name": name,
        "ref": ref,
        "is_signed_in": shopper is not None and shopper.is_signed_in,
    }
    return render(request, "bookmarks/list.html", context)


bookmark_list.action("set", identity="required")(actions.set_in_list)


@fragment(
    "bookmarks/recent",
    version="1.0.0",
    cache=Cache.private(),
    css=(STYLES,),
    identity="optional",
    nested=True,
)
def recent(request: HttpRequest, *, limit: Annotated[int, Integer(1, 12)] = 4) -> HttpResponse:
    """What was saved last, for the home page; nothing for who saved nothing."""
    shopper = _visitor(request)
    bookmarks = selectors.newest(shopper.subject, limit=limit) if shopper else []
    if not bookmarks:
        raise NothingToShow
    return render(request, "bookmarks/recent.html", {"bookmarks": bookmarks})


def _visitor(request: HttpRequest) -> Visitor | None:
    """Who is asking, with everything that was saved before signing in."""
    found = visitor(request)
    if found is not None and found.former:
        lists.adopt(found.subject, found.former)
    return found
