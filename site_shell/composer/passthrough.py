"""What a slot's ``passthrough`` lets a fragment see of the browser's request.

A value has one spelling here: of duplicates one counts, nothing and the empty text are the same,
names are in order. So two requests that say the same share one entry of the fragment cache, and
two that differ in anything a fragment sees never do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .allowances import ALL, DEVICE_TYPE, Source, may_be_asked
from .request import BadRequest, PageRequest, every_value, last_values
from .slot import Slot

# More than any sensible value; a cache key is made of it.
LONGEST: Final = 2048
# Of "all": more is no question to a fragment, but an attempt to fill the cache.
MAX_VALUES: Final = 50
# What a header of ours may carry on: no control characters, and no bytes of unknown encoding.
_PRINTABLE: Final = re.compile(r"[\x20-\x7e]{1,2048}")
_COOKIE_VALUE: Final = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e\" ,]{1,2048}")
_COOKIE_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
_PARAMETER: Final = re.compile(r"[^\x00-\x1f\x7f]{1,64}")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Query values become parameters, headers and cookies headers; all are in the cache key."""

    parameters: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


NO_INPUTS: Final = Inputs()


def inputs_of(
    slot: Slot, request: PageRequest, own_cookies: frozenset[str] = frozenset()
) -> Inputs:
    """Take what the slot names, and nothing else. Raises BadRequest on a malformed value.

    ``own_cookies`` are the shell's: no fragment ever sees one.
    """
    if not slot.passthrough:
        return NO_INPUTS
    query, header, cookie = (_names(slot, source) for source in ("query", "header", "cookie"))
    headers = sorted(_headers(header, request)) if header else []
    if cookie and (cookies := sorted(_cookies(cookie, request, own_cookies))):
        headers.append(("cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    return Inputs(_parameters(query, slot, request) if query else (), tuple(headers))


def device_type(request: PageRequest) -> str:
    """What Podium's layouts tell of the visitor's device: desktop, tablet or mobile."""
    if request.headers.get("sec-ch-ua-mobile") == "?1":
        return "mobile"
    agent = request.headers.get("user-agent", "")
    if "iPad" in agent or "Tablet" in agent or ("Android" in agent and "Mobile" not in agent):
        return "tablet"
    return "mobile" if "Mobi" in agent else "desktop"


def _names(slot: Slot, source: Source) -> frozenset[str]:
    return frozenset([item.name for item in slot.passthrough if item.source == source])


def _parameters(
    names: frozenset[str], slot: Slot, request: PageRequest
) -> tuple[tuple[str, str], ...]:
    found = last_values(request.query, names)
    if ALL in names:
        found = every_value(request.query) | found
        if len(found) > MAX_VALUES:
            raise BadRequest(f"The address has more than {MAX_VALUES} values.")
    given = dict(slot.parameters)
    # The template's word counts, not the visitor's.
    kept = {name: value for name, value in found.items() if value and name not in given}
    for name, value in kept.items():
        if len(value) > LONGEST:
            raise BadRequest(f"The value of {name:.64} is longer than {LONGEST} characters.")
    return tuple(sorted((n, v) for n, v in kept.items() if _PARAMETER.fullmatch(n)))


def _headers(names: frozenset[str], request: PageRequest) -> Iterator[tuple[str, str]]:
    given = names - {ALL}
    if ALL in names:
        free = sorted(name for name in request.headers if may_be_asked(name, by_name=False))
        given |= frozenset(free[:MAX_VALUES])
    for name in given:
        if name == DEVICE_TYPE:
            yield name, device_type(request)
            continue
        value = request.headers.get(name, "").strip(" \t")
        if _PRINTABLE.fullmatch(value):
            yield name, value


def _cookies(
    names: frozenset[str], request: PageRequest, own: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """The first of each name: browsers send the one with the longest path first."""
    found: dict[str, str] = {}
    for part in request.headers.get("cookie", "").split(";"):
        name, _, value = part.strip(" \t").partition("=")
        if (name in names or ALL in names) and name not in own:
            found.setdefault(name, value)
    kept = [
        (name, value)
        for name, value in sorted(found.items())
        if _COOKIE_NAME.fullmatch(name) and _COOKIE_VALUE.fullmatch(value)
    ]
    yield from kept[:MAX_VALUES]
