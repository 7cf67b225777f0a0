"""What of a browser's request a service gets to see: little, and all of it on purpose."""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from fragment_contract import wire

from ..composer.asking import operational_headers
from ..composer.request import PageRequest, Trace
from ..composer.site import Site
from ..composer.transport import FetchRequest
from .content import Body

Method = Literal["POST", "PUT", "PATCH", "DELETE"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)

MAX_ANSWER_BYTES: Final = 1_048_576
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;\s*[\w.+-]+=(?:[^\s\",;]+|\"[^\"]*\"))*")
_CHARSET: Final = re.compile(r";\s*charset=\"?([^\s\";]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """An action as the browser sent it: framework-free. Its body is read when that is due.

    ``address`` is the browser's, or empty where nobody knows it. ``rest`` is the raw path after the
    name of a foreign podlet's proxy, with its first slash.
    """

    fragment: str
    action: str
    request: PageRequest
    trace: Trace
    body: Body
    address: str = ""
    rest: str = ""

    @property
    def by_htmx(self) -> bool:
        """Whether a script waits for a fragment; otherwise a browser waits for a page."""
        return self.request.headers.get(wire.HX_REQUEST) == "true"

    @property
    def has_body(self) -> bool:
        """Whether one was announced."""
        headers = self.request.headers
        return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return self.request.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def method(self) -> Method | None:
        """The method, if it is one of those that actions can have."""
        return next((method for method in METHODS if method == self.request.method), None)


def why_unreadable(post: Post) -> str:
    """Why no service could read the body; empty if nothing speaks against it.

    A compressed body would be as large as it likes once it is unpacked, and no browser sends one.
    """
    coding = post.request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        return f"content-encoding is {coding!r:.40}"
    media_type = post.request.headers.get("content-type", "")
    if post.has_body and not (media_type.isascii() and _MEDIA_TYPE.fullmatch(media_type.strip())):
        return f"content-type is {media_type!r:.100}"
    # Python knows codecs that make no text at all, or text that no database takes.
    charset = _CHARSET.search(media_type)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        return f"charset is {charset[1]!r:.40}"
    return ""


def forwarded(
    post: Post,
    method: Method,
    url: str,
    *,
    site: Site,
    timeout: float,
    who: tuple[tuple[str, str], ...] = (),
) -> FetchRequest:
    """The request to the service. No cookie, no query, no address of the visitor.

    ``who`` is what the service is told of the visitor, where its manifest asks for that.
    """
    content = post.body.content
    locale = site.locales.of(post.request)
    context = [
        (wire.LOCALE, locale),
        (wire.ACCEPT_LANGUAGE, locale),
        (wire.REQUESTED_BY, "site-shell"),
        (wire.MOUNT_ORIGIN, site.origin),
        (wire.MOUNT_PATHNAME, site.locales.mount(locale)),
        (wire.PUBLIC_PATHNAME, f"{wire.ACTION_PREFIX}{post.fragment}/"),
        (wire.DEBUG, "false"),
        *who,
        *operational_headers(post.trace, timeout),
    ]
    if post.by_htmx:
        context.append((wire.HX_REQUEST, "true"))
    if content:
        context.append(("content-type", post.request.headers["content-type"].strip()))
    return FetchRequest(
        url=url,
        headers=tuple(context),
        method=method,
        body=content.data,
        upload=None if content.file is None else content,
        timeout=timeout,
        max_bytes=MAX_ANSWER_BYTES,
    )
