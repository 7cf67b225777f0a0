"""What of a required fragment's answer becomes the page's: headers and cookies, by name alone."""

import logging
import re
from collections.abc import Iterator, Sequence
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from .outcome import Outcome

logger = logging.getLogger(__name__)

# Of every required fragment; a slot or a page may name more.
DEFAULT: Final = frozenset({"content-language", "x-robots-tag"})
# RFC 6265, 6.1 asks browsers for this much of a cookie; and RFC 6265bis for this many days.
_MAX_COOKIE: Final = 4096
_MAX_AGE: Final = 400 * 86_400
_COOKIE: Final = re.compile(
    r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,128})=(\"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*\""
    r"|[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*)"
)
_PATH: Final = re.compile(r"/[\x21-\x3a\x3c-\x7e]{0,1023}")
_SECONDS: Final = re.compile(r"-?[0-9]{1,10}")


def passed_headers(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """The headers that a page takes over from its required fragments."""
    return {
        name: value
        for outcome in outcomes
        if outcome.slot.required and outcome.is_sound
        for name, value in outcome.headers
        if name in DEFAULT or name in outcome.slot.response_headers
    }


def passed_cookies(
    outcomes: Sequence[Outcome], own: frozenset[str], *, https: bool
) -> list[tuple[str, str]]:
    """The ``Set-Cookie`` headers that a page takes over, one for each name."""
    found: dict[str, str] = {}
    for outcome in outcomes:
        if not outcome.slot.set_cookies or not outcome.is_sound:
            continue
        for name, value in outcome.headers:
            if name != "set-cookie":
                continue
            cookie, problem = sane_cookie(value, own, https=https)
            if problem:
                logger.warning("%s: Set-Cookie is left out: %s", outcome.slot.fragment, problem)
            else:
                found[cookie.partition("=")[0]] = cookie
    return [("set-cookie", cookie) for cookie in found.values()]


def cookie_name(header: str) -> str:
    """The name of the cookie that a Set-Cookie header sets."""
    return header.partition(";")[0].partition("=")[0].strip(" \t")


def sane_cookie(header: str, own: frozenset[str], *, https: bool) -> tuple[str, str]:
    """A Set-Cookie header as the shell would write it, or what is wrong with it.

    Its attributes are written anew: for this host alone, no longer than browsers keep a cookie,
    never sent along by other sites' pages.

    >>> sane_cookie("hint=a; Domain=evil.example; SameSite=None; Path=/x", frozenset(), https=True)
    ('hint=a; Path=/x; SameSite=Lax; Secure', '')
    """
    if len(header) > _MAX_COOKIE:
        return "", f"it has {len(header)} characters, more than {_MAX_COOKIE}"
    pair, *rest = header.split(";")
    match = _COOKIE.fullmatch(pair.strip(" \t"))
    if match is None:
        return "", f"{pair!r:.80} is no cookie"
    name = match[1]
    is_host, is_secure = name.startswith("__Host-"), name.startswith("__Secure-")
    if name in own:
        return "", f"{name} is the shell's own"
    if name.lower().startswith(("__host-", "__secure-")) and not (is_host or is_secure):
        return "", f"{name!r:.80} only looks like a name with a prefix"
    if (is_host or is_secure) and not https:
        return "", f"{name} needs https"
    given = {word.strip(" \t").lower(): text.strip(" \t") for word, text in _attributes(rest)}
    parts = [match[0], *_lifetime(given)]
    parts.append(f"Path={given['path'] if not is_host and _is_path(given.get('path')) else '/'}")
    parts += ["HttpOnly"] if "httponly" in given else []
    parts.append("SameSite=Strict" if given.get("samesite", "").lower() == "strict" else _LAX)
    parts += ["Secure"] if https else []
    return "; ".join(parts), ""


_LAX: Final = "SameSite=Lax"


def _attributes(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        word, _, text = part.partition("=")
        yield word, text


def _lifetime(given: dict[str, str]) -> list[str]:
    """Max-Age, or Expires; without a sane one it is a cookie of the session."""
    seconds = given.get("max-age", "")
    if _SECONDS.fullmatch(seconds):
        return [f"Max-Age={min(max(int(seconds), 0), _MAX_AGE)}"]
    if "expires" in given:
        try:
            moment = parsedate_to_datetime(given["expires"])
            return [f"Expires={format_datetime(moment, usegmt=True)}"]
        except (ValueError, TypeError, OverflowError):
            return []
    return []


def _is_path(text: str | None) -> bool:
    return text is not None and _PATH.fullmatch(text) is not None
