"""The head of a page, merged from the page template's own and the fragments' head blocks.

A fragment's body may open with ``<head>...</head>``: title, meta, canonical and other links,
JSON-LD. What a fragment says replaces what the template says; where two fragments disagree, the
one that comes first in the page counts, required ones before all others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from .assets import AssetLink
from .markup import Token, tokens

# Links of a fragment's head that may go into the page's; stylesheets become assets.
_LINKS: Final = frozenset({"canonical", "alternate", "prev", "next", "author", "license", "help"})
_ONE_ONLY: Final = frozenset({"title", "canonical"})
# Every one beyond it would be a line in the log as well; honest heads have ten.
_MAX_TAGS: Final = 100


@dataclass(frozen=True, slots=True)
class HeadPart:
    """One element of a head. Parts of one ``identity`` are replaced together."""

    identity: str
    html: str


@dataclass(frozen=True, slots=True)
class HeadBlock:
    """What a fragment wants in the head. ``refused`` says what it may not have there."""

    parts: tuple[HeadPart, ...] = ()
    assets: tuple[AssetLink, ...] = ()
    refused: tuple[str, ...] = ()


EMPTY_HEAD: Final = HeadBlock()


@dataclass(frozen=True, slots=True)
class PageHead:
    """The template's own head up to ``</head>``, cut where fragments may replace an element.

    ``text`` is all of it.
    """

    pieces: tuple[str | HeadPart, ...]
    text: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        texts = [piece if isinstance(piece, str) else piece.html for piece in self.pieces]
        object.__setattr__(self, "text", "".join(texts))


def split_head(text: str) -> tuple[HeadBlock, str]:
    """A fragment's HTML as its head block, if it opens with one, and the rest."""
    stripped = text.lstrip()
    if stripped[:5].lower() != "<head":
        return EMPTY_HEAD, text
    parts: list[HeadPart] = []
    assets: list[AssetLink] = []
    refused: list[str] = []
    for count, token in enumerate(tokens(stripped)):
        if token.kind == "end" and token.name == "head":
            if count > _MAX_TAGS:
                refused.append(f"{count} tags in a fragment's head: {_MAX_TAGS} count")
            return HeadBlock(tuple(parts), tuple(assets), tuple(refused)), stripped[token.end :]
        html = stripped[token.start : token.end]
        if count > _MAX_TAGS:
            continue
        if (asset := _stylesheet(token)) is not None:
            assets.append(asset)
        elif (identity := _identity(token)) in _ONE_ONLY and any(
            part.identity == identity for part in parts
        ):
            refused.append(f"a second {identity}: {html[:80]}")
        elif identity is not None:
            parts.append(HeadPart(identity, html))
        elif token.kind != "end" and token.name != "head":
            refused.append(f"<{token.name}> may not be in a fragment's head: {html[:80]}")
    # No end: it was no head block, or <header>.
    return EMPTY_HEAD, text


def cut_page_head(text: str) -> PageHead:
    """The template's head, ready to be merged with those of fragments."""
    pieces: list[str | HeadPart] = []
    done = 0
    for token in tokens(text):
        identity = _identity(token)
        if identity is not None:
            pieces += text[done : token.start], HeadPart(identity, text[token.start : token.end])
            done = token.end
    return PageHead((*pieces, text[done:]))


def merge(page: PageHead, blocks: Iterable[HeadBlock]) -> tuple[str, str, list[str]]:
    """The template's head without what is replaced, what comes on top, and the conflicts.

    ``blocks`` come in the order in which they count.
    """
    blocks = [block for block in blocks if block.parts]
    if not blocks:
        return page.text, "", []
    chosen: dict[str, str] = {}
    conflicts: list[str] = []
    for block in blocks:
        own: dict[str, str] = {}
        for part in block.parts:
            own[part.identity] = own.get(part.identity, "") + part.html
        for identity, html in own.items():
            known = chosen.setdefault(identity, html)
            if known != html:
                conflicts.append(f"two fragments set {identity}: {known[:80]} counts")
    kept = [
        piece if isinstance(piece, str) else piece.html
        for piece in page.pieces
        if isinstance(piece, str) or piece.identity not in chosen
    ]
    return "".join(kept), "".join(chosen.values()), conflicts


def _identity(token: Token) -> str | None:
    """What the element says about the page; None for elements that may not be merged."""
    if token.name == "title" and token.kind == "raw":
        return "title"
    if token.name == "script" and token.kind == "raw":
        is_data = token.attributes.get("type", "").lower() == "application/ld+json"
        return f"json-ld:{token.text.strip()}" if is_data else None
    if token.kind != "start" or token.name not in {"meta", "link"}:
        return None
    attributes = token.attributes
    if token.name == "link":
        rel = attributes.get("rel", "").lower()
        if rel == "canonical":
            return "canonical"
        rest = f"{attributes.get('hreflang', '')} {attributes.get('href', '')}"
        return f"link:{rel} {rest}" if rel in _LINKS else None
    if "http-equiv" in attributes:
        return None
    for key in ("name", "property"):
        if name := attributes.get(key, "").lower():
            return f"meta:{name}"
    return None


def _stylesheet(token: Token) -> AssetLink | None:
    if token.kind != "start" or token.name != "link":
        return None
    attributes = token.attributes
    if attributes.get("rel", "").lower() != "stylesheet" or not attributes.get("href"):
        return None
    return AssetLink(
        "css",
        attributes["href"],
        integrity=attributes.get("integrity", ""),
        crossorigin=attributes.get("crossorigin"),
        media=attributes.get("media", ""),
    )
