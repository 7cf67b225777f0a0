"""The HTML of a fragment as a tree, for the tests of its service. No Django.

Stricter than a browser: what is not well-formed, repeats an attribute or holds a comment fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

VOID: Final = {"input", "br", "img", "meta", "link", "path", "hr", "source"}


@dataclass
class Element:
    """One element with what is in it."""

    name: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    def walk(self) -> "Iterator[Element]":
        """This element and all within, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    @property
    def text(self) -> str:
        """All text within, with white space collapsed."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())

    def all(self, name: str = "", css: str = "") -> "list[Element]":
        """The elements within of that name and class."""
        return [
            element
            for element in self.walk()
            if (not name or element.name == name)
            and (not css or css in element.attributes.get("class", "").split())
        ]

    def one(self, name: str = "", css: str = "") -> "Element":
        """The only element within of that name and class."""
        (element,) = self.all(name, css)
        return element

    def by_id(self, value: str) -> "Element":
        """The only element with that id."""
        (element,) = [e for e in self.walk() if e.attributes.get("id") == value]
        return element


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"{tag} repeats an attribute: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {n: v or "" for n, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")


def parse(html: bytes | str) -> Element:
    """The document, which must be well-formed."""
    builder = _Builder()
    builder.feed(html.decode() if isinstance(html, bytes) else html)
    builder.close()
    assert builder.open == [builder.root], f"never closed: {[e.name for e in builder.open]}"
    return builder.root
