"""What the content of a fragment promises to caches and to the page it goes into."""

import re
from typing import Final
from urllib.parse import quote

import httpx

from .. import wire
from ..caching import check_tags
from ..errors import InvalidTag, NotApplicable
from .check import check, demand
from .html import head_problems, inline_code, media_type
from .target import Target

_ETAG: Final = re.compile(r'(W/)?"[\x21\x23-\x7e]*"')
_AGES: Final = ("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error")
_SAME_FOR_HEAD: Final = (
    "cache-control",
    "content-type",
    "etag",
    "location",
    wire.SURROGATE_KEY,
    wire.VERSION,
)
# A form's own key differs each time, and says nothing.
_KEY: Final = re.compile(rb'(name="%b" value=")[^"]*' % wire.IDEMPOTENCY_FIELD.encode())
_MAX_BYTES: Final = 1_048_576
# {"alg":"none","typ":"context+jwt","kid":"x"} and {"sub":"user:1"}, and no signature.
_FORGED: Final = (
    "eyJhbGciOiJub25lIiwidHlwIjoiY29udGV4dCtqd3QiLCJraWQiOiJ4In0.eyJzdWIiOiJ1c2VyOjEifQ."
)
# Each of these is either for logs alone, or never reaches a fragment at all.
_FOREIGN_HEADERS: Final = (
    {wire.REQUEST_ID: "conformance-1"},
    {wire.TRACEPARENT: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    {wire.DEADLINE_MS: "250"},
    {"cookie": "sessionid=conformance; csrftoken=conformance"},
    {"authorization": "Bearer conformance"},
    {"user-agent": "conformance/1.0"},
    {"referer": "https://example.org/conformance"},
)


@check("content", "The content answers 200 with HTML in UTF-8, or 204")
def content(target: Target) -> None:
    response = target.content()
    if response.status_code == 204:
        return
    demand(response.status_code == 200, f"the content answers {response.status_code}, not 200")
    kind = media_type(response)
    demand(kind == wire.HTML, f"the content has content type {kind!r}, not {wire.HTML}")
    demand(response.content.strip(), "the content is empty: answer 204 for nothing to show")
    size = len(response.content)
    demand(size <= _MAX_BYTES, f"the content has {size} bytes, more than {_MAX_BYTES}")
    try:
        response.content.decode("utf-8")
    except UnicodeDecodeError as error:
        demand(False, f"the content is not UTF-8: {error}")


@check("version", "The content carries the manifest's version in podlet-version", files=False)
def version(target: Target) -> None:
    found, expected = target.content().headers.get(wire.VERSION), target.manifest.version
    demand(found is not None, f"the content has no header {wire.VERSION}")
    demand(found == expected, f"{wire.VERSION} is {found!r}, but the manifest's is {expected!r}")


@check("cache-control", "The content says how long it may be kept")
def cache_control(target: Target) -> None:
    header = target.content().headers.get("cache-control", "")
    demand(header.strip(), "the content has no cache-control; say no-store if you mean that")
    directives: dict[str, str] = {}
    for item in header.split(","):
        name, _, value = item.strip().lower().partition("=")
        demand(re.fullmatch(r"[a-z-]+", name), f"cache-control has no directive {item.strip()!r}")
        demand(name not in directives, f"cache-control says {name} twice: {header!r}")
        directives[name] = value
    for name in directives.keys() & set(_AGES):
        legal = re.fullmatch(r"[0-9]{1,9}", directives[name])
        demand(legal, f"cache-control {name} needs whole seconds, not {directives[name]!r}")
    for one, other in (("public", "private"), ("public", "no-store"), ("no-store", "max-age")):
        both = one in directives and other in directives
        demand(not both, f"cache-control says {one} and {other}: {header!r}")


@check("etag", "The content has an ETag, and If-None-Match is answered with 304")
def etag(target: Target) -> None:
    first = target.content()
    if first.status_code != 200 or "no-store" in first.headers.get("cache-control", ""):
        raise NotApplicable("there is nothing to keep, so nothing to revalidate")
    tag = first.headers.get("etag", "")
    demand(_ETAG.fullmatch(tag), f"the content has no well-formed etag, but {tag!r}")
    again = target.content(headers={"if-none-match": tag})
    demand(again.status_code == 304, f"If-None-Match is answered {again.status_code}, not 304")
    demand(not again.content, "a 304 must have no body")
    other = target.content(headers={"if-none-match": '"another"'})
    demand(other.status_code == 200, f"another ETag is answered {other.status_code}, not 200")


@check("head", "HEAD answers what GET does, without the body")
def head(target: Target) -> None:
    got, asked = target.content(), target.content("HEAD")
    demand(
        asked.status_code == got.status_code,
        f"HEAD answers {asked.status_code}, but GET {got.status_code}",
    )
    demand(not asked.content, "the answer to HEAD has a body")
    is_kept = "no-store" not in got.headers.get("cache-control", "")
    for name in _SAME_FOR_HEAD if is_kept else set(_SAME_FOR_HEAD) - {"etag"}:
        one, other = asked.headers.get(name), got.headers.get(name)
        demand(one == other, f"{name} is {one!r} for HEAD, but {other!r} for GET")


@check("methods", "POST to the content answers 405 and names GET in Allow", files=False)
def methods(target: Target) -> None:
    response = target.content("POST")
    demand(response.status_code == 405, f"POST answers {response.status_code}, not 405")
    allowed = response.headers.get("allow", "")
    demand("GET" in allowed, f"the Allow header of a 405 must name GET, not {allowed!r}")


@check("independence", "The content is the same whoever asks, and however often")
def independence(target: Target) -> None:
    first = _comparable(target.content())
    demand(
        _comparable(target.content()) == first,
        "two equal requests had different answers: caches will show either",
    )
    declared = {word.lower() for word in target.varies}
    if target.identity != "none":
        # It reads that one, and refuses this value of it.
        declared.add(f"header:{wire.AUTHORIZATION}")
    for headers in _FOREIGN_HEADERS:
        if not declared.isdisjoint(f"header:{name}" for name in headers):
            continue
        answer = _comparable(target.content(headers=headers))
        demand(answer == first, f"the content depends on the request header {', '.join(headers)}")


@check("keys", "A form that caches share has no idempotency key")
def keys(target: Target) -> None:
    response = target.content()
    demand(
        not (_KEY.search(response.content) and _is_shared(response)),
        "everybody who gets this form from a cache would have the same idempotency key: leave it "
        "out, or do not let the fragment be shared (Cache.private() or Cache.no_store())",
    )


@check("identity", "A context token that nobody signed is answered 401", files=False)
def identity(target: Target) -> None:
    if target.identity == "none":
        raise NotApplicable("the fragment does not want to know who is asking")
    forged = target.content(headers={wire.AUTHORIZATION: f"Bearer {_FORGED}"})
    status = forged.status_code
    demand(status == 401, f"a token with alg none is answered {status}, not 401")
    told = forged.headers.get(wire.WWW_AUTHENTICATE, "")
    wanted = 'Bearer error="invalid_token"'
    demand(told == wanted, f"{wire.WWW_AUTHENTICATE} is {told!r} of a bad token, not {wanted!r}")


@check("cookies", "The content sets no cookie, and does not vary by one")
def cookies(target: Target) -> None:
    response = target.content()
    demand("set-cookie" not in response.headers, "the content has a Set-Cookie header")
    vary = {word.strip().lower() for word in response.headers.get("vary", "").split(",")}
    is_declared = any(word.startswith("cookie:") for word in target.varies)
    for word in ("*",) if is_declared else ("cookie", "*"):
        demand(word not in vary, f"the content has Vary: {word}, but a fragment sees no cookie")


@check(
    "inputs", "Declared inputs bring no error, whatever they hold, and Vary names them", files=False
)
def inputs(target: Target) -> None:
    if not target.varies:
        raise NotApplicable("the manifest declares no inputs in varies")
    vary = {word.strip().lower() for word in target.content().headers.get("vary", "").split(",")}
    for word in target.varies:
        source, _, name = word.partition(":")
        if source != "query" and "*" not in vary:
            told = "cookie" if source == "cookie" else name.lower()
            demand(told in vary, f"{word} is declared, but Vary does not name {told!r}")
        for value in ("conformance", "x" * 200, "<b>&\"'", "%00%FF"):
            status = _with_input(target, source, name, value).status_code
            demand(status < 500, f"{word} of {value[:20]!r} is answered {status}")


def _with_input(target: Target, source: str, name: str, value: str) -> httpx.Response:
    if source == "query":
        return target.content(raw=f"{quote(name)}={quote(value, safe='%')}")
    if source == "cookie":
        return target.content(headers={"cookie": f"{name}={quote(value)}"})
    return target.content(headers={name: value})


@check("locale", "An unknown locale is answered in some language, not with an error")
def locale(target: Target) -> None:
    for word in ("tlh-x-conformance", "x" * 200, "../../etc"):
        response = target.content(headers={wire.LOCALE: word, wire.ACCEPT_LANGUAGE: word})
        status = response.status_code
        demand(status in (200, 204), f"{wire.LOCALE}: {word[:20]} is answered {status}")


@check("surrogate-keys", "The tags match [a-z0-9:/_.-]{1,128}")
def surrogate_keys(target: Target) -> None:
    header = target.content().headers.get(wire.SURROGATE_KEY)
    if header is None:
        raise NotApplicable("the content has no surrogate-key")
    try:
        check_tags(header.split(" "))
    except InvalidTag as error:
        demand(False, str(error))


@check("head-block", "A head block is at the start, closed, and holds nothing but metadata")
def head_block(target: Target) -> None:
    for problem in head_problems(_html(target)):
        demand(False, problem)


@check("no-inline-code", "No inline script, style or event handler: a strict CSP stops them")
def no_inline_code(target: Target) -> None:
    for problem in inline_code(_html(target)):
        demand(False, problem)


def _html(target: Target) -> str:
    response = target.content()
    if response.status_code != 200:
        raise NotApplicable(f"the content answers {response.status_code}")
    return response.text


def _is_shared(response: httpx.Response) -> bool:
    control = response.headers.get("cache-control", "")
    return "private" not in control and "no-store" not in control


def _comparable(response: httpx.Response) -> tuple[int, bytes, str | None]:
    content = _KEY.sub(rb"\1", response.content)
    return response.status_code, content, response.headers.get("cache-control")
