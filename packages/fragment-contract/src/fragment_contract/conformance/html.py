"""Looking into the HTML of a fragment, with the standard library's tolerant parser."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

import httpx

_HEAD_ELEMENTS: Final = ("title", "meta", "link", "script")
_WHOLE_PAGE: Final = ("html", "head", "body")
_JSON_LD: Final = "application/ld+json"
# Blocks of data, which a browser does not run.
_DATA_BLOCKS: Final = (_JSON_LD, "application/json", "speculationrules", "importmap")


def media_type(response: httpx.Response) -> str:
    """The content type without its parameters."""
    header: str = response.headers.get("content-type", "")
    return header.partition(";")[0].strip().lower()


def head_problems(html: str) -> Iterator[str]:
    """What is wrong with the head block at the start of a fragment, if it has one."""
    parser = _HeadParser()
    parser.feed(html)
    parser.close()
    yield from parser.problems
    if parser.state == "inside":
        yield "the head block is never closed: </head> is missing"


def inline_code(html: str) -> Iterator[str]:
    """Scripts and styles that only an unsafe content security policy would let pass."""
    parser = _CodeParser()
    parser.feed(html)
    parser.close()
    yield from parser.problems


class _HeadParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.state = "before"
        self.problems: list[str] = []
        self._element = ""
        self._text = ""
        self._titles = 0

    def handle_decl(self, decl: str) -> None:
        self.problems.append(f"a fragment is not a page: it has <!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "head" and self.state == "before":
            self.state = "inside"
        elif tag in _WHOLE_PAGE:
            self.problems.append(f"<{tag}> can only be one head block at the very start")
        elif self.state == "inside":
            self._start_in_head(tag, dict(attrs))
        else:
            self.state = "after"

    def _start_in_head(self, tag: str, attributes: dict[str, str | None]) -> None:
        self._element, self._text = tag, ""
        if tag not in _HEAD_ELEMENTS:
            self.problems.append(f"the head block may hold title, meta, link, JSON-LD, not <{tag}>")
        elif tag == "script" and attributes.get("type") != _JSON_LD:
            self.problems.append("a script in the head block must be JSON-LD; scripts are assets")
        elif tag == "link" and attributes.get("rel") == "stylesheet":
            self.problems.append("a stylesheet belongs into the manifest, not the head block")
        elif tag == "meta" and "http-equiv" in attributes:
            self.problems.append("meta http-equiv in the head block: headers are the composer's")
        self._titles += tag == "title"
        if self._titles > 1:
            self.problems.append("the head block has more than one title")

    def handle_data(self, data: str) -> None:
        if self.state == "inside" and self._element in ("title", "script"):
            self._text += data
        elif data.strip() and self.state == "inside":
            self.problems.append(f"the head block has loose text: {data.strip()[:40]!r}")
        elif data.strip() and self.state == "before":
            self.state = "after"

    def handle_endtag(self, tag: str) -> None:
        if tag == "head" and self.state == "inside":
            self.state = "after"
        elif self.state == "inside" and tag == "script":
            try:
                json.loads(self._text)
            except ValueError as error:
                self.problems.append(f"JSON-LD in the head block is not JSON: {error}")
        if tag == self._element:
            self._element = ""


class _CodeParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "style":
            self.problems.append("inline <style>: put it into a stylesheet")
        inline = tag == "script" and "src" not in attributes
        if inline and attributes.get("type") not in _DATA_BLOCKS:
            self.problems.append("inline <script>: put it into a script file")
        for name, value in attributes.items():
            if name == "style" or name.startswith("on"):
                self.problems.append(f"attribute {name} of <{tag}>: use a class or a script file")
            elif (value or "").strip().lower().startswith("javascript:"):
                self.problems.append(f"a javascript: URL in attribute {name} of <{tag}>")
