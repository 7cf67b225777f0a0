"""The fragments of the service."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from fragment_contract import Cache, Css, Text, fragment

from .models import NAME_MAX_LENGTH, REF_MAX_LENGTH, REF_PATTERN

Ref = Annotated[str, Text(pattern=REF_PATTERN, max_length=REF_MAX_LENGTH)]
Name = Annotated[str, Text(min_length=1, max_length=NAME_MAX_LENGTH)]

STYLES = Css("bookmarks/bookmarks.css")


@fragment(
    "bookmarks/toggle",
    version="1.0.0",
    # The same for everybody: who has saved what is told apart, once for a whole page.
    cache=Cache(max_age=3_600, stale_while_revalidate=86_400, stale_if_error=604_800),
    tags=("bookmarks-toggle",),
    css=(STYLES,),
)
def toggle(request: HttpRequest, *, ref: Ref, name: Name) -> HttpResponse:
    """The button that saves a product, for cards and for the product's own page."""
    return render(request, "bookmarks/toggle.html", {"ref": ref, "name": name})
