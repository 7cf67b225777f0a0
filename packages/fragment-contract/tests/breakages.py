"""Fragments that are broken in one respect each, by the check that finds it."""

import itertools
from dataclasses import replace
from typing import Any

from conforming import (
    BASE,
    CONTENT,
    HTML,
    MANIFEST,
    Breakage,
    accepting,
    depending_on,
    on,
    silent_about,
    with_header,
)
from fragment_contract.manifest import Asset, FragmentInfo, Manifest
from fragment_contract.testing import Received, Reply

MANIFEST_PATH = f"{BASE}/manifest.json"
_counter = itertools.count()


def named(name: str) -> Breakage:
    other = replace(MANIFEST, name=name.replace("/", "-"), fragment=FragmentInfo(name=name))
    return on(MANIFEST_PATH, body=other.to_json())


def never_the_same(request: Received, reply: Reply) -> Reply:
    return on(CONTENT, body=f"<p>{next(_counter)}</p>")(request, reply)


def never_304(request: Received, reply: Reply) -> Reply:
    headers = {**dict(reply.headers)}
    return Reply(body=HTML, headers=headers) if reply.status == 304 else reply


def always_304(request: Received, reply: Reply) -> Reply:
    asked = "if-none-match" in request.headers
    return replace(reply, status=304) if asked and reply.status == 200 else reply


def head_without_etag(request: Received, reply: Reply) -> Reply:
    return with_header("etag", None)(request, reply) if request.method == "HEAD" else reply


def failing_on_locales(request: Received, reply: Reply) -> Reply:
    asked = request.path == CONTENT and request.headers.get("podium-locale")
    return Reply(status=500) if asked else reply


def failing_on_currencies(request: Received, reply: Reply) -> Reply:
    asked = request.path == CONTENT and request.headers.get("x-currency")
    return Reply(status=500) if asked else reply


def html(text: str) -> Breakage:
    return on(CONTENT, body=text)


def header(name: str, value: str | None) -> Breakage:
    return with_header(name, value)


def asset(**fields: Any) -> Breakage:
    script = Asset(value="https://cdn.example/x.js", type="module", **fields)
    return on(MANIFEST_PATH, body=replace(MANIFEST, js=(script,)).to_json())


def asking_manifest() -> Manifest:
    info = replace(MANIFEST.fragment or FragmentInfo(name="greeting/hello"), identity="optional")
    return replace(MANIFEST, fragment=info)


def asking(request: Received, reply: Reply) -> Reply:
    """Says that it wants to know who is asking, and believes everybody."""
    return on(MANIFEST_PATH, body=asking_manifest().to_json())(request, reply)


def asking_the_right_way(request: Received, reply: Reply) -> Reply:
    if request.path != CONTENT or "authorization" not in request.headers:
        return reply
    return Reply(status=401, headers={"www-authenticate": 'Bearer error="invalid_token"'})


def asking_without_a_word(request: Received, reply: Reply) -> Reply:
    has_token = request.path == CONTENT and "authorization" in request.headers
    return Reply(status=401) if has_token else asking(request, reply)


BROKEN: list[tuple[str, str, Breakage]] = [
    ("manifest-valid", "answers 404, not 200", on(MANIFEST_PATH, status=404)),
    ("manifest-valid", "content type 'text/html'", on(MANIFEST_PATH, content_type="text/html")),
    ("manifest-valid", "name: is required", on(MANIFEST_PATH, body="{}")),
    ("manifest-name", "fragment.name is 'greeting/other'", named("greeting/other")),
    ("content", "answers 500, not 200", on(CONTENT, status=500)),
    ("content", "content type 'text/plain'", on(CONTENT, content_type="text/plain")),
    ("content", "the content is empty", html(" \n ")),
    ("content", "more than 1048576", html("x" * 1_048_577)),
    ("content", "not UTF-8", on(CONTENT, body=b"<p>\xff</p>")),
    ("version", "no header podlet-version", header("podlet-version", None)),
    ("version", "is '2', but the manifest's is '1.0.0'", header("podlet-version", "2")),
    ("cache-control", "no cache-control", header("cache-control", None)),
    ("cache-control", "needs whole seconds, not 'soon'", header("cache-control", "max-age=soon")),
    ("cache-control", "no directive 'max age=1'", header("cache-control", "max age=1")),
    ("cache-control", "says max-age twice", header("cache-control", "max-age=1, max-age=2")),
    ("cache-control", "public and private", header("cache-control", "public, private")),
    ("cache-control", "public and no-store", header("cache-control", "public, no-store")),
    ("etag", "no well-formed etag, but ''", header("etag", None)),
    ("etag", "no well-formed etag, but 'abc'", header("etag", "abc")),
    ("etag", "If-None-Match is answered 200", never_304),
    ("etag", "another ETag is answered 304", always_304),
    ("head", "HEAD answers 405, but GET 200", on(CONTENT, method="HEAD", status=405)),
    ("head", "etag is None for HEAD", head_without_etag),
    ("methods", "POST answers 200", on(CONTENT, method="POST", status=200)),
    ("methods", "must name GET, not ''", on(CONTENT, method="POST", headers={})),
    ("independence", "two equal requests", never_the_same),
    *(
        ("independence", f"request header {name}", depending_on(name))
        for name in ("x-request-id", "traceparent", "fragment-deadline-ms", "cookie")
    ),
    ("independence", "request header authorization", depending_on("authorization")),
    ("independence", "request header referer", depending_on("referer")),
    ("identity", "alg none is answered 200, not 401", asking),
    ("identity", "www-authenticate is '' of a bad token", asking_without_a_word),
    ("cookies", "Set-Cookie", header("set-cookie", "a=b")),
    ("cookies", "Vary: cookie", header("vary", "Accept-Language, Cookie")),
    ("cookies", "Vary: *", header("vary", "*")),
    ("inputs", "Vary does not name 'x-currency'", header("vary", None)),
    ("inputs", "header:X-Currency of", failing_on_currencies),
    ("locale", "answered 500", failing_on_locales),
    ("surrogate-keys", "not 'Big'", header("surrogate-key", "small Big")),
    ("surrogate-keys", "not ''", header("surrogate-key", "two  spaces")),
    ("head-block", "</head> is missing", html("<head><title>x</title>")),
    ("head-block", "not <p>", html("<head><p>x</p></head>")),
    ("head-block", "not <base>", html("<head><base href='/x'></head>")),
    ("head-block", "loose text: 'x'", html("<head>x</head>")),
    ("head-block", "more than one title", html("<head><title>a</title><title>b</title></head>")),
    ("head-block", "must be JSON-LD", html("<head><script src='/x.js'></script></head>")),
    ("head-block", "into the manifest", html("<head><link rel=stylesheet href=/x.css></head>")),
    ("head-block", "http-equiv", html("<head><meta http-equiv=refresh content=0></head>")),
    (
        "head-block",
        "is not JSON",
        html("<head><script type=application/ld+json>{</script></head>"),
    ),
    ("head-block", "<head> can only be", html("<p>x</p><head><title>x</title></head>")),
    ("head-block", "<head> can only be", html("text<head><title>x</title></head>")),
    ("head-block", "<body> can only be", html("<body><p>x</p></body>")),
    ("head-block", "not a page", html("<!DOCTYPE html><p>x</p>")),
    ("no-inline-code", "inline <script>", html("<script>alert(1)</script>")),
    ("no-inline-code", "inline <style>", html("<style>p { color: red }</style>")),
    ("no-inline-code", "attribute style of <p>", html("<p style='color: red'>x</p>")),
    ("no-inline-code", "attribute onclick of <a>", html("<a onclick='x()'>x</a>")),
    ("no-inline-code", "javascript: URL", html("<a href=' JavaScript:x()'>x</a>")),
    ("keys", "leave it out", html('<input name="idempotency_key" value="a">')),
    ("csp", "{'img-src': ['https://a.example']}", html("<img src='https://a.example/x.png'>")),
    ("csp", "'img-src'", html("<img srcset='/a.png 1x, //a.example/b.png 2x'>")),
    ("csp", "'form-action'", html("<form action='https://a.example/'></form>")),
    ("csp", "'frame-src'", html("<iframe src='HTTPS://A.example:8443/x'></iframe>")),
    ("integrity", "has no integrity", asset()),
    ("integrity", "no crossorigin", asset(integrity="sha256-AA==")),
    ("ids", "the id 'a'", html("<p id=a>x</p><p ID='a'>y</p>")),
    ("parameter-unknown", "answers 200, not 400", accepting("unknown")),
    ("parameter-unknown", "does not name", silent_about("unknown")),
    ("parameter-duplicate", "answers 200, not 400", accepting("name is given twice")),
    ("parameter-duplicate", "does not name 'name'", silent_about("twice")),
    ("parameter-missing", "answers 200, not 400", accepting("name is required")),
    ("parameter-missing", "does not name 'name'", silent_about("required")),
    *(
        ("parameter-malformed", f"{name}=", accepting(f"{name} is not legal"))
        for name in ("name", "page", "tone", "loud")
    ),
    ("parameter-malformed", "does not name 'name'", silent_about("not legal")),
    ("fallback", "answers 404, not 200", on(f"{BASE}/fallback", status=404)),
    ("fallback", "content type 'text/plain'", on(f"{BASE}/fallback", content_type="text/plain")),
    ("fallback", "is empty", on(f"{BASE}/fallback", body="")),
    ("assets", "hello.css answers 404", on("/static/hello.css", status=404)),
    ("assets", "content type 'text/html'", on("/static/hello.js", content_type="text/html")),
    ("assets", "has integrity sha384-", on("/static/hello.css", body="changed")),
    ("assets", "has integrity sha256-", on("/static/hello.js", body="changed")),
    ("actions", "answers 200, not 405", on(f"{BASE}/actions/wave", method="GET", status=200)),
    ("actions", "declares POST", on(f"{BASE}/actions/wave", method="GET", headers={})),
    ("healthz", "answers 503", on("/healthz", status=503)),
    ("readyz", "answers 503", on("/readyz", status=503)),
]
