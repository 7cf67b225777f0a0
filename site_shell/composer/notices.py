"""What a visitor is told on the next page: kept in a cookie, shown once, without any script.

An action is answered with a redirect, and what came of it is told by the page behind that. The
cookie is signed, so that nobody else can put words into the shop's mouth; nothing secret is in it.
A page with it is this visitor's alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias, get_args

from django.core import signing
from django.template.loader import render_to_string
from django.utils import translation

from .audience import NOTICES_COOKIE, cookie_value
from .page import Layout
from .request import PageRequest

Level: TypeAlias = Literal["info", "success", "warning", "error"]
COOKIE: Final = NOTICES_COOKIE
# Where a page template wants them.
PLACE: Final = b"<!-- notices -->"
# Longer than any redirect takes, and short enough that nobody reads it on another day.
SECONDS: Final = 300
MAX_ITEMS: Final = 5
MAX_TEXT: Final = 300
# Browsers drop cookies of more than 4096 bytes with their name and attributes.
MAX_BYTES: Final = 3000
_SALT: Final = "site_shell.composer.notices"
_LEVELS: Final = frozenset(get_args(Level))


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence, as plain text in the visitor's language."""

    text: str
    level: Level = "info"


@dataclass(frozen=True, slots=True)
class Notices:
    """What is to be told, and the custom events that no page has dispatched yet, by name."""

    items: tuple[Notice, ...] = ()
    events: Mapping[str, object] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.items or self.events)

    def __add__(self, later: "Notices") -> "Notices":
        items = [*self.items, *(item for item in later.items if item not in self.items)]
        return Notices(tuple(items[-MAX_ITEMS:]), {**self.events, **later.events})


NO_NOTICES: Final = Notices()


def read(cookie_header: str) -> Notices | None:
    """What the cookie says; None without one. One that is forged or old says nothing."""
    value = cookie_value(cookie_header, COOKIE)
    if not value:
        return None
    if len(value) > MAX_BYTES:
        return NO_NOTICES
    try:
        return _notices_of(signing.loads(value, salt=_SALT, max_age=SECONDS))
    except Exception:
        # Forged, expired, or not what we write: signing raises zlib's and json's errors as well.
        return NO_NOTICES


def set_cookie(notices: Notices, *, https: bool) -> str:
    """The value of a Set-Cookie header. What is too long for a cookie is cut."""
    return _cookie(_written(notices), SECONDS, https=https)


def cleared_cookie(*, https: bool) -> str:
    """The value of a Set-Cookie header that forgets what was told."""
    return _cookie("", 0, https=https)


def are_due(request: PageRequest) -> bool:
    """Whether somebody is going to read the answer: a page that is fetched ahead may never be."""
    return request.method != "HEAD" and "prefetch" not in request.headers.get("sec-purpose", "")


def told(layout: Layout, notices: Notices, locale: str, *, https: bool) -> Layout:
    """The layout with the notices in it, if it has a place for them; and they are forgotten."""
    body = list(layout.body)
    for index, piece in enumerate(body):
        if isinstance(piece, bytes) and PLACE in piece:
            body[index] = piece.replace(PLACE, _region(notices, locale), 1)
            forgotten = ("set-cookie", cleared_cookie(https=https))
            return replace(layout, body=tuple(body), headers=(*layout.headers, forgotten))
    return layout


def _region(notices: Notices, locale: str) -> bytes:
    if not notices:
        return b""
    context = {"items": notices.items, "events": json.dumps(notices.events)}
    with translation.override(locale):
        return render_to_string("composer/notices.html", context).encode()


def _cookie(value: str, seconds: int, *, https: bool) -> str:
    secure = "; Secure" if https else ""
    return f"{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _written(notices: Notices) -> str:
    """Sentences are more important than events, and the last ones more than the first."""
    items, events = list(notices.items[-MAX_ITEMS:]), dict(notices.events)
    longest = MAX_TEXT
    while True:
        texts = [[item.level, _cut(item.text, longest)] for item in items]
        value = signing.dumps({"m": texts, "e": events}, salt=_SALT, compress=True)
        if len(value) <= MAX_BYTES:
            return value
        if events:
            events = {}
        elif len(items) > 1:
            del items[0]
        else:
            longest //= 2


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _notices_of(payload: Any) -> Notices:
    items = [Notice(text, level) for level, text in payload["m"] if level in _LEVELS and text]
    events = payload["e"]
    if not isinstance(events, dict) or not all(isinstance(item.text, str) for item in items):
        return NO_NOTICES
    return Notices(tuple(items[-MAX_ITEMS:]), events)
