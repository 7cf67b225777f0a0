"""The ids of a piece of HTML and its links to ids: what can collide when pieces become a page.

Every body is read once, with three regular expressions that may find too much: a look-alike in a
comment or in a text. Where something collides the HTML is read again, properly.
"""

import html as _html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from .markup import tokens

ClashKind: TypeAlias = Literal["id", "own id", "anchor elsewhere", "anchor nowhere"]

# Over bytes in lower case, and with nothing in front of the name: so it is found by its letters.
# The value is looked at and not consumed: it may hold what is another attribute to a browser.
_VALUE: Final = rb"""\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>][^\s>]*+))"""
_ID: Final = re.compile(rb"id(?=" + _VALUE + rb")")
# Nearly all links lead to other pages: those are passed over at once.
_HREF: Final = re.compile(rb"href(?=\s*+=\s*+[\"']?#)(?=" + _VALUE + rb")")
_BEFORE_A_NAME: Final = frozenset(b" \t\n\r\f\"'/")
# Links to the top of the page need no id: https://html.spec.whatwg.org/#scroll-to-fragid
_TOP: Final = frozenset({"", "top"})


@dataclass(frozen=True, slots=True)
class Marks:
    """``twice`` are ids that occur more than once, ``anchors`` what links ``#...`` lead to.

    ``is_partial``: there may be more ids than these; a template computes some when it is rendered.
    """

    ids: frozenset[str] = frozenset()
    twice: frozenset[str] = frozenset()
    anchors: frozenset[str] = frozenset()
    is_partial: bool = False


NO_MARKS: Final = Marks()


@dataclass(frozen=True, slots=True)
class Clash:
    """``one`` and ``other`` are names of pieces; ``other`` may be the same, or empty: nowhere."""

    kind: ClashKind
    value: str
    one: str
    other: str = ""

    def __str__(self) -> str:
        value = self.value[:80]
        match self.kind:
            case "id":
                return f"{self.one} and {self.other} both have the id {value!r}"
            case "own id":
                return f"{self.one} has the id {value!r} more than once"
            case "anchor elsewhere":
                return f"{self.one} links to #{value}, which is in {self.other}"
        return f"{self.one} links to #{value}, which is nowhere in the page"


def marks_of(text: str) -> Marks:
    """What looks like an id or a link to one. Cheap, and never too little."""
    # A lone surrogate is in no HTML that came as bytes, and never in an id that matters.
    data = text.encode(errors="replace")
    lower = data.lower()
    return _marks(list(_values(_ID, data, lower)), list(_values(_HREF, data, lower)))


@lru_cache(maxsize=128)
def exact_marks(text: str) -> Marks:
    """What is an id or a link to one, for a browser that reads the text."""
    ids: list[str] = []
    links: list[str] = []
    for token in tokens(text):
        if token.kind in {"start", "raw"}:
            attributes = token.attributes
            ids += [value for value in (attributes.get("id"),) if value]
            links += [value for value in (attributes.get("href"),) if value]
    return _marks(ids, links)


Piece: TypeAlias = tuple[str, Marks, bytes]


def clashes(pieces: Sequence[Piece], template: Marks, *, is_whole: bool) -> Iterator[Clash]:
    """What collides between the fragments of a page, and with its template.

    A piece is a name, its marks and its HTML. Links that lead nowhere are told of a page that
    ``is_whole``: in others a piece may be missing.
    """
    owners: dict[str, Piece | None] = dict.fromkeys(template.ids)
    for piece in pieces:
        name, marks, html = piece
        if marks.twice:
            twice = exact_marks(html.decode()).twice
            yield from (Clash("own id", value, name) for value in sorted(twice))
        for value in sorted(marks.ids & owners.keys()):
            owner = owners[value]
            if _has(piece, value) and (owner is None or _has(owner, value)):
                yield Clash("id", value, owner[0] if owner else "the page template", name)
        owners |= dict.fromkeys(marks.ids - owners.keys(), piece)
    for name, marks, html in pieces:
        for value in sorted(marks.anchors - marks.ids):
            if value not in exact_marks(html.decode()).anchors:
                continue
            other = owners.get(value)
            if other is not None:
                yield Clash("anchor elsewhere", value, name, other[0])
            elif value not in owners and is_whole and not template.is_partial:
                yield Clash("anchor nowhere", value, name)


def _has(piece: Piece, value: str) -> bool:
    return value in exact_marks(piece[2].decode()).ids


def _marks(ids: Sequence[str], links: Sequence[str]) -> Marks:
    anchors = frozenset([link[1:] for link in links if link.startswith("#")])
    unique = frozenset(ids)
    twice: frozenset[str] = frozenset()
    if len(unique) < len(ids):
        twice = frozenset([value for value, count in Counter(ids).items() if count > 1])
    return Marks(unique, twice, frozenset([a for a in anchors if a.lower() not in _TOP]))


def _values(pattern: re.Pattern[bytes], data: bytes, lower: bytes) -> Iterator[str]:
    for match in pattern.finditer(lower):
        start = match.start()
        if start and data[start - 1] in _BEFORE_A_NAME:
            begin, end = match.span(match.lastindex or 0)
            value = data[begin:end].decode()
            if value:
                yield _html.unescape(value) if "&" in value else value
