"""One fragment that uses everything, and one that uses nothing."""

from typing import Annotated, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import escape
from fragment_contract import (
    Cache,
    Css,
    Gone,
    Integer,
    Js,
    Moved,
    NothingToShow,
    Text,
    add_tags,
    fragment,
    inputs,
    visitor,
)

Name = Annotated[str, Text(pattern=r"[a-z]+", min_length=1, max_length=20)]


@fragment(
    "greeting/hello",
    version="1.2.3",
    cache=Cache(max_age=60, stale_while_revalidate=600, stale_if_error=86_400),
    tags=("greeting:{name}",),
    css=(Css("greeting/hello.css"),),
    js=(Js("greeting/hello.js", type="module"),),
    fallback="greeting/fallback.html",
    events=("greeting:waved",),
)
def hello(
    request: HttpRequest,
    *,
    name: Name,
    tone: Literal["warm", "cool"] = "warm",
    times: Annotated[int, Integer(1, 9)] = 1,
    loud: bool = False,
) -> HttpResponse:
    if name == "nobody":
        raise Http404
    if name == "ghost":
        raise Gone
    if name == "silence":
        raise NothingToShow
    if name == "anna":
        raise Moved("/greetings/hannah/")
    context = {"name": name, "tone": tone, "times": range(times), "loud": loud}
    response = TemplateResponse(request, "greeting/hello.html", context)
    add_tags(response, "greetings")
    return response


@hello.action("wave", methods=("POST", "DELETE"))
def wave(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{request.method} {len(request.body)}</p>")


@fragment("greeting/own", version="1", cache=Cache.no_store(), identity="required")
def own(request: HttpRequest) -> HttpResponse:
    who = visitor(request)
    return HttpResponse(f"<p>{who.subject if who else '?'}</p>")


@fragment("greeting/mine", version="1", cache=Cache.private(max_age=10), identity="optional")
def mine(request: HttpRequest) -> HttpResponse:
    who = visitor(request)
    if who is None:
        return HttpResponse("<p>nobody</p>")
    state = "signed in" if who.is_signed_in else "not signed in"
    return HttpResponse(f"<p>{escape(' '.join((who.subject, who.name, who.former, state)))}</p>")


@fragment(
    "greeting/priced",
    version="1",
    cache=Cache(max_age=60),
    varies=("query:preview", "header:X-Currency", "cookie:theme"),
)
def priced(request: HttpRequest, *, amount: int = 1) -> HttpResponse:
    seen = inputs(request)
    currency = seen.headers.get("x-currency", "CHF")
    extras = escape(f"{sorted(seen.query.items())} {sorted(seen.cookies.items())}")
    return HttpResponse(f"<p>{amount} {escape(currency)} {extras}</p>")


@fragment("greeting/bare", version="1", cache=Cache.no_store())
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>Bare.</p>")


@fragment("greeting/guestbook", version="1", cache=Cache(max_age=60))
def guestbook(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>Sign here.</p>")


@guestbook.action("sign", identity="required")
def sign(request: HttpRequest) -> HttpResponse:
    who = visitor(request)
    if who is None or not who.is_signed_in:
        return HttpResponse(status=401)
    return HttpResponse(f"<p>{who.subject}</p>")
