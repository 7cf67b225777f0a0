"""A rendered page template as what it is to the composer: literal text and slots.

While a page template is rendered, ``{% fragment %}`` hands its slot to the collector and leaves a
marker in the text. Markers hold a secret of this process: no value from outside can forge one.
``<micro-frontend>`` elements are found afterwards, by reading the HTML.
"""

import re
import secrets
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeAlias

from .errors import PageTemplateError, SlotError
from .head import PageHead, cut_page_head
from .markup import PLAIN_TAG, Token, line_of, tokens
from .page_templates.config import Match
from .page_templates.facts import NO_FACTS, TemplateFacts
from .slot import Slot, broken_slot, slot_from_tag

# Characters for private use: escaping leaves them alone, and HTML knows no meaning for them.
_SECRET: Final = secrets.token_hex(8)
_MARKER: Final = re.compile(f"\ue000{_SECRET}:(\\d+)\ue001")

_Span: TypeAlias = tuple[int, int, Slot]


@dataclass(frozen=True, slots=True)
class Layout:
    """A page before its slots are filled.

    ``head`` is the text before ``</head>``, or None if the template has none; ``body`` is
    all that follows, literal bytes and the positions of slots in ``slots``. ``is_part``: it is not
    a page but a fragment for a place in one, and of use only when it is whole. ``headers`` are
    some of its own, ``sees_headers`` those of requests on which it depends, because its slots see
    them.
    """

    head: PageHead | None
    body: tuple[bytes | int, ...]
    slots: tuple[Slot, ...]
    facts: TemplateFacts = NO_FACTS
    is_part: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    sees_headers: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = [
            name
            for slot in self.slots
            # Those are not in it: the browser asks for them with headers of their own.
            if slot.delivery != "lazy"
            for item in slot.passthrough
            for name in item.varies
        ]
        object.__setattr__(self, "sees_headers", frozenset(names))

    def letting_pass(self, names: Sequence[str]) -> "Layout":
        """The same layout, in which required slots may hand these headers to the page, too."""

        def wider(slot: Slot) -> Slot:
            if not slot.required or slot.problem:
                return slot
            merged = {*slot.response_headers, *names}
            return replace(slot, response_headers=tuple(sorted(merged)))

        return replace(self, slots=tuple([wider(slot) for slot in self.slots]))


class Pages(Protocol):
    """The pages and templates of the site as they are at one moment."""

    @property
    def version(self) -> int:
        """Grows whenever a page or a template changes."""

    @property
    def preview(self) -> str:
        """The version of the templates, for pages that only who asked for them gets to see."""

    def match(self, path: str) -> Match | None:
        """The page of a decoded path, which begins with a slash."""

    def layout(
        self,
        names: Sequence[str],
        context: Mapping[str, object],
        locale: str,
        collector: "SlotCollector | None" = None,
    ) -> "Layout":
        """Render the first of the templates that exists. Raises PageTemplateError."""


@dataclass(slots=True)
class SlotCollector:
    """Takes the slots of one rendering."""

    slots: list[Slot] = field(default_factory=list)

    def place(self, slot: Slot) -> str:
        """Take a slot and return the marker that stands for it in the text."""
        self.slots.append(slot)
        return f"\ue000{_SECRET}:{len(self.slots) - 1}\ue001"


# A context variable and not a template variable: {% include ... only %} hides those.
_collector: ContextVar[SlotCollector | None] = ContextVar("slot_collector", default=None)


def current_collector() -> SlotCollector | None:
    """The collector of the page that is being rendered, if one is."""
    return _collector.get()


@contextmanager
def collecting(collector: SlotCollector) -> Iterator[None]:
    """Let the tags of what is rendered inside hand their slots to the collector."""
    token = _collector.set(collector)
    try:
        yield
    finally:
        _collector.reset(token)


def lay_out(text: str, marked: list[Slot], facts: TemplateFacts = NO_FACTS) -> Layout:
    """Cut a rendered page at ``</head>`` and at its slots; ``facts`` are its templates'."""
    # The common page has no plain tags, and is read up to the end of its head only.
    has_plain_tags = f"<{PLAIN_TAG}" in text.lower()
    found = list(_until_head_end(text) if not has_plain_tags else tokens(text))
    head_end = next((t.start for t in found if t.kind == "end" and t.name == "head"), None)
    spans = [(*match.span(), marked[int(match[1])]) for match in _MARKER.finditer(text)]
    if has_plain_tags:
        spans = _merge(list(_plain_slots(text, found)), spans)
    if head_end is not None and spans and spans[0][0] < head_end:
        line = line_of(text, spans[0][0])
        raise PageTemplateError(f"a fragment cannot be inside <head> (line {line} as rendered)")
    body: list[bytes | int] = []
    done = head_end or 0
    for index, (start, end, _) in enumerate(spans):
        body += text[done:start].encode(), index
        done = end
    body.append(text[done:].encode())
    head = None if head_end is None else cut_page_head(text[:head_end])
    return Layout(head, tuple(body), tuple([slot for _, _, slot in spans]), facts)


def local_html(pages: Pages, name: str, context: Mapping[str, object], locale: str) -> bytes:
    """A template that stands in for a fragment. Raises PageTemplateError."""
    layout = pages.layout((name,), context, locale)
    if layout.slots or layout.head:
        raise PageTemplateError(f"{name}: a fallback has neither fragments nor a head")
    return b"".join([piece for piece in layout.body if isinstance(piece, bytes)])


def plain_tags(text: str) -> Iterator[tuple[Token, int]]:
    """The ``<micro-frontend>`` elements of a text: start tag, and where the element ends."""
    yield from _pairs(tokens(text))


def _until_head_end(text: str) -> Iterator[Token]:
    for token in tokens(text):
        yield token
        if token.kind == "end" and token.name == "head":
            return


def _pairs(found: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    plain = [token for token in found if token.name == PLAIN_TAG]
    # Each end tag is passed once, so that a text of nothing but slots takes no longer than others.
    ends = deque(token for token in plain if token.kind == "end")
    done = 0
    for token in plain:
        if token.start < done or token.kind != "start":
            continue
        while ends and ends[0].start < token.start:
            ends.popleft()
        # "<micro-frontend ... />" is not closed in HTML, but everyone who writes it means it.
        done = token.end if token.rest.endswith("/") or not ends else ends[0].end
        yield token, done


def _plain_slots(text: str, found: list[Token]) -> Iterator[_Span]:
    for token, end in _pairs(found):
        attributes = token.attributes
        attributes.pop("/", None)
        try:
            slot = slot_from_tag(attributes)
        except SlotError as error:
            slot = broken_slot(attributes.get("src"), error, required="required" in attributes)
        yield token.start, end, slot


def _merge(plain: list[_Span], marked: list[_Span]) -> list[_Span]:
    """All slots in order; markers inside a plain tag are its placeholder and go with it."""
    outside = [
        span for span in marked if not any(start <= span[0] < end for start, end, _ in plain)
    ]
    return sorted(plain + outside, key=lambda span: span[0])
