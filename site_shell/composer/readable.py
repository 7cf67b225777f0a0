"""A query without what its page cannot read, so that an edited link leads to what is left of it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from .page_templates.config import PageSpec
from .request import BadRequest, last_values

_COMMA: Final = re.compile(r",|%2c", re.IGNORECASE)


def readable(page: PageSpec, raw: str) -> tuple[str, tuple[str, ...]]:
    """The raw query without what breaks the page's rules, and the names of what is left out.

    Of a name that may come several times what can be read stays. What the page does not read is
    somebody else's, and stays as it is.
    """
    pairs = [(_name(page, pair), pair) for pair in raw.split("&")]
    kept = [(name, good) for name, pair in pairs for good in _good(page, name, pair)]
    # Each of them can be read; together they may be too long.
    for name in page.query:
        together = "&".join([pair for other, pair in kept if other == name])
        if not _can_read(page, name, together):
            kept = [(other, pair) for other, pair in kept if other != name]
    whole = set(kept)
    lost = [name for name, pair in pairs if name and (name, pair) not in whole]
    return "&".join([pair for _, pair in kept]), tuple(dict.fromkeys(lost))


def _name(page: PageSpec, pair: str) -> str:
    """The name of the page's that a pair gives a value; the empty text for others."""
    return next(iter(last_values(f"{pair.partition('=')[0]}=", frozenset(page.query))), "")


def _good(page: PageSpec, name: str, pair: str) -> Iterator[str]:
    if not name or _can_read(page, name, pair):
        yield pair
    elif name in page.many:
        key, _, value = pair.partition("=")
        parts = [part for part in _COMMA.split(value) if part]
        good = [part for part in parts if _can_read(page, name, f"{key}={part}")]
        if good:
            yield f"{key}={','.join(good)}"


def _can_read(page: PageSpec, name: str, raw: str) -> bool:
    with suppress(BadRequest):
        found = last_values(raw, frozenset({name}), page.many, page.typed)
        page.query[name].read(name, found.get(name, ""))
        return True
    return False
