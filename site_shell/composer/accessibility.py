"""What a fragment's HTML alone tells about whether everybody can use it.

Much can only be known in a browser (contrast, focus, what a script makes of it): that is for axe.
What is here needs no browser. The rules are WCAG 2.2's 1.1.1, 1.3.1, 2.4.3, 2.4.4, 2.4.6, 3.1.2 and
4.1.2, as far as a fragment can break them on its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

Attributes = dict[str, str | None]

_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_POSITIVE: Final = re.compile(r"\s*\+?0*[1-9][0-9]*\s*")
_REFERENCES: Final = ("aria-labelledby", "aria-describedby")
_NAMED_BY: Final = ("aria-label", "aria-labelledby", "title")
_NAMELESS_INPUTS: Final = frozenset({"hidden", "submit", "reset", "image", "button"})
_NEED_TEXT: Final = {"a": "link", "button": "button", **dict.fromkeys(_HEADINGS, "heading")}


def problems(html: str) -> list[str]:
    """What is wrong, each with the line and the element; empty if nothing is."""
    parser = _Reader()
    parser.feed(html)
    parser.close()
    return [f"line {line}: {what}" for line, what in sorted(parser.result())]


@dataclass(slots=True)
class _Element:
    tag: str
    line: int
    attributes: Attributes
    has_name: bool
    is_hidden: bool
    # The form controls that a label is around.
    controls: list["_Control"] = field(default_factory=list)


@dataclass(slots=True)
class _Control:
    tag: str
    line: int
    identity: str | None
    has_name: bool


class _Reader(HTMLParser):
    """Follows which elements are open, and what names them."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[tuple[int, str]] = []
        self._open: list[_Element] = []
        self._controls: list[_Control] = []
        self._ids: set[str] = set()
        self._labelled: set[str] = set()
        self._references: list[tuple[int, str, str]] = []
        self._level = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, attributes = self.getpos()[0], dict(attrs)
        self._note(tag, line, attributes)
        is_hidden = (
            attributes.get("aria-hidden") == "true"
            or "hidden" in attributes
            or any(element.is_hidden for element in self._open)
        )
        if not is_hidden:
            self._look(tag, line, attributes)
        if tag not in _VOID:
            self._open.append(_Element(tag, line, attributes, _is_named(attributes), is_hidden))

    def handle_endtag(self, tag: str) -> None:
        if tag not in [element.tag for element in self._open]:
            return
        while (element := self._open.pop()).tag != tag:
            self._end(element)
        self._end(element)

    def handle_data(self, data: str) -> None:
        # A hidden text names nothing, but for the title of a picture in the text.
        if data.strip() and not (self._open and self._open[-1].is_hidden):
            self._name_all()

    def result(self) -> Iterator[tuple[int, str]]:
        """Everything that was found, when all is read."""
        while self._open:
            self._end(self._open.pop())
        yield from self._found
        for control in self._controls:
            if not control.has_name and control.identity not in self._labelled:
                yield control.line, f"<{control.tag}> has no label"
        for line, attribute, identity in self._references:
            if identity not in self._ids:
                yield (
                    line,
                    f"{attribute} names the id {identity!r:.60}, which is not in the fragment",
                )

    def _note(self, tag: str, line: int, attributes: Attributes) -> None:
        """What holds for hidden elements, too."""
        if identity := attributes.get("id"):
            self._ids.add(identity)
        names = [("for", attributes.get("for"))] if tag == "label" else []
        for attribute, value in [*names, *((a, attributes.get(a)) for a in _REFERENCES)]:
            self._references += [(line, attribute, one) for one in (value or "").split()]
        if tag == "label" and attributes.get("for"):
            self._labelled.add(attributes["for"] or "")
        language = attributes.get("lang")
        if language is not None and not _LANGUAGE.fullmatch(language):
            self._found.append((line, f"lang={language!r:.30} is no language"))

    def _look(self, tag: str, line: int, attributes: Attributes) -> None:
        """What an element that can be perceived owes to everybody."""
        if tag in {"img", "area"} or (tag == "input" and attributes.get("type") == "image"):
            alternative = attributes.get("alt")
            if alternative is None and not _is_named(attributes) and not _is_ornament(attributes):
                self._found.append((line, f"<{tag}> has no alt; an ornament has an empty one"))
            if alternative and alternative.strip():
                self._name_all()
        if tag == "iframe" and not _is_named(attributes):
            self._found.append((line, "<iframe> has no title"))
        if tag in {"input", "select", "textarea"}:
            self._control(tag, line, attributes)
        if _POSITIVE.fullmatch(attributes.get("tabindex") or ""):
            self._found.append((line, f"<{tag}> has a tabindex above 0, before the whole page"))
        if tag in _HEADINGS:
            self._heading(tag, line)

    def _heading(self, tag: str, line: int) -> None:
        level = _HEADINGS[tag]
        # The first one follows on the page's own, of which nothing is known here.
        if self._level and level > self._level + 1:
            self._found.append((line, f"<{tag}> follows on <h{self._level}>: a level is left out"))
        self._level = level

    def _control(self, tag: str, line: int, attributes: Attributes) -> None:
        kind = (attributes.get("type") or "text").lower() if tag == "input" else tag
        if kind == "button" and not (attributes.get("value") or _is_named(attributes)):
            self._found.append((line, "<input type=button> has no value"))
        if kind in _NAMELESS_INPUTS:
            return
        control = _Control(tag, line, attributes.get("id"), _is_named(attributes))
        self._controls.append(control)
        for element in self._open:
            if element.tag == "label":
                element.controls.append(control)

    def _name_all(self) -> None:
        for element in self._open:
            element.has_name = True

    def _end(self, element: _Element) -> None:
        for control in element.controls:
            control.has_name = control.has_name or element.has_name
        what = _NEED_TEXT.get(element.tag)
        is_link = element.tag != "a" or "href" in element.attributes
        if what and is_link and not element.has_name and not element.is_hidden:
            self._found.append((element.line, f"<{element.tag}> is a {what} without a name"))


def _is_named(attributes: Attributes) -> bool:
    return any((attributes.get(name) or "").strip() for name in _NAMED_BY)


def _is_ornament(attributes: Attributes) -> bool:
    return attributes.get("role") in {"presentation", "none"}
