"""A foreign podlet's proxies: the paths of its service that Podium's layouts make public.

``podlet.proxy({ name: "api", target: "/api" })`` is reached at ``<public pathname>/api/...``, which
is ``/actions/<fragment>/api/...`` here. Our own fragments declare actions instead.
"""

import re
from dataclasses import replace
from typing import Final, Literal
from urllib.parse import urlsplit

from ..composer.headers import NO_STORE, Headers, encode
from ..composer.known_manifest import KnownManifest
from ..composer.own_path import is_own_path
from ..composer.release import Release
from ..composer.reply import Answer
from ..composer.site import Site
from ..composer.transport import FetchRequest, FetchResponse
from .forwarding import Method, Post, forwarded
from .verdict import Refused

ProxyMethod = Literal["GET"] | Method
READS: Final = frozenset({"GET", "HEAD"})

# Printable, and nothing that another server could read as a way out of the target.
_REST: Final = re.compile(r"(?:/[\x21\x23-\x24\x26-\x2e\x30-\x3b\x3d\x40-\x5b\x5d-\x7e%]*)*")
_CLIMBS: Final = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)|%2f|%5c|%00|//", re.IGNORECASE)
_QUERY: Final = re.compile(r"[\x21\x23-\x3b\x3d\x3f-\x7e]{0,8192}")
# What a script fetches or a browser shows; scripts come from the manifest's assets alone.
_SHOWN: Final = re.compile(
    r"(?:application/(?:[\w.-]+\+)?json|application/(?:problem\+json|pdf|xml)|text/(?:plain|html|csv"
    r"|xml|calendar|vcard)|image/[\w.+-]+|font/[\w.+-]+)(?:\s*;[\x20-\x7e]*)?",
    re.IGNORECASE,
)
_PASSED: Final = frozenset(
    {"content-type", "content-language", "content-disposition", "allow", "retry-after"}
)
_VALUE: Final = re.compile(r"[\t\x20-\x7e]{1,1024}")
_BAD_GATEWAY: Final = 502


def target_of(post: Post, known: KnownManifest, release: Release) -> str | Refused | None:
    """The URL that a request is for; None where the podlet declares no such proxy."""
    if known.manifest.fragment is not None:
        return None
    name, _, _ = post.action.partition("/")
    proxy = next((each for each in known.manifest.proxy if each.name == name), None)
    if proxy is None:
        return None
    target = proxy.target
    if not target.startswith("/") and "://" in target:
        if not _same_server(target, release.url):
            return Refused(_BAD_GATEWAY, f"proxy {name!r} leads to a server of no registry")
    else:
        target = f"{release.url}/{target.lstrip('/')}"
    rest, query = post.rest, post.request.query
    if not _REST.fullmatch(rest) or _CLIMBS.search(rest) or not _QUERY.fullmatch(query):
        return Refused(404, f"{rest!r:.80} is no path below a proxy")
    return f"{target.rstrip('/')}{rest}" + (f"?{query}" if query else "")


def proxied(post: Post, url: str, *, site: Site, timeout: float) -> FetchRequest:
    """The request to the podlet: that of an action, and what a reader wants to have."""
    # The body of a GET, which may be of any kind, was not read.
    request = forwarded(post, post.method or "POST", url, site=site, timeout=timeout)
    accept = post.request.headers.get("accept", "")
    headers = [*request.headers, *([("accept", accept)] if _VALUE.fullmatch(accept) else [])]
    return replace(request, method=post.method or "GET", headers=tuple(headers))


def passed_on(
    post: Post, response: FetchResponse, fixed: Headers, *, is_shared: bool
) -> Answer | Refused:
    """The answer for the browser. No cookies, no policies, no scripts of the podlet's own.

    ``is_shared``: everybody is asked the same release; what another one answers no cache may keep.
    """
    location = response.header("location")
    is_moved = 300 <= response.status < 400
    if is_moved and not is_own_path(location):
        return Refused(_BAD_GATEWAY, f"Location {location!r:.200} is no path of this site")
    kind = response.header("content-type") or ""
    if response.body and not _SHOWN.fullmatch(kind):
        return Refused(_BAD_GATEWAY, f"content-type {kind!r:.100} is not passed on")
    headers = [
        (name, value)
        for name, value in response.headers
        if name in _PASSED and _VALUE.fullmatch(value)
    ]
    control = response.header("cache-control") or NO_STORE
    is_kept = is_shared and post.request.method in READS and _VALUE.fullmatch(control)
    headers += [
        ("location", location or "" if is_moved else ""),
        ("cache-control", control if is_kept else NO_STORE),
        ("vary", "accept, accept-language, hx-request"),
        ("content-length", str(len(response.body))),
        ("x-request-id", post.trace.request_id),
    ]
    body = b"" if post.request.method == "HEAD" else response.body
    return Answer(response.status, [*fixed, *encode(headers)], body)


def _same_server(url: str, other: str) -> bool:
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.netloc) == (two.scheme, two.netloc)
