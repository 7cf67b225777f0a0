"""What a page's policy has to know of its templates: their inline blocks and their ids.

Read from the source and not from what is rendered. A block that is hashed may run; were the
rendered text hashed, a value that found its way into a block would be allowed along with it.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ..csp import NO_SOURCES, Sources
from ..marks import NO_MARKS, Marks, marks_of
from ..markup import tokens

_SYNTAX: Final = re.compile(r"\{\{|\{%|\{#")
_COMMENT: Final = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
_OTHER: Final = re.compile(r"""\{%\s*(?:extends|include)\s+(?:"([^"]+)"|'([^']+)')""")
# What a browser runs, or takes as instructions: everything else is data.
_SCRIPTS: Final = frozenset(
    {
        *("", "module", "importmap", "speculationrules"),
        *("text/javascript", "application/javascript", "text/ecmascript", "application/ecmascript"),
    }
)


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """``hashes`` are sources for the policy; ``problems`` blocks that no hash can allow."""

    hashes: Sources = NO_SOURCES
    marks: Marks = NO_MARKS
    problems: tuple[str, ...] = ()


NO_FACTS: Final = TemplateFacts()


def facts_of(source: str) -> TemplateFacts:
    """The facts of one template, without those that it extends and includes."""
    text = _COMMENT.sub("", source)
    hashes: set[tuple[str, str]] = set()
    problems: list[str] = []
    for directive, block in _blocks(text):
        if _SYNTAX.search(block):
            problems.append(
                f"an inline {'style' if directive == 'style-src' else 'script'} with template "
                f"syntax in it cannot be hashed, so browsers refuse it: {block.strip()[:60]!r}"
            )
        else:
            digest = base64.b64encode(hashlib.sha256(_as_read(block)).digest()).decode()
            hashes.add((directive, f"'sha256-{digest}'"))
    found = marks_of(text)
    plain = frozenset([value for value in found.ids if not _SYNTAX.search(value)])
    return TemplateFacts(
        frozenset(hashes), Marks(plain, is_partial=plain != found.ids), tuple(problems)
    )


def facts_of_all(name: str, source_of: Callable[[str], str | None]) -> TemplateFacts:
    """The facts of a template together with all that it extends and includes by name."""
    waiting, seen = [name], {name}
    found: list[TemplateFacts] = []
    while waiting:
        source = source_of(waiting.pop())
        if source is None:
            continue
        found.append(facts_of(source))
        others = {one or other for one, other in _OTHER.findall(_COMMENT.sub("", source))} - seen
        seen |= others
        waiting += sorted(others)
    return TemplateFacts(
        NO_SOURCES.union(*[facts.hashes for facts in found]),
        Marks(
            frozenset().union(*[facts.marks.ids for facts in found]),
            is_partial=any(facts.marks.is_partial for facts in found),
        ),
        tuple([problem for facts in found for problem in facts.problems]),
    )


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Directive and content of the inline blocks to which a policy applies."""
    for token in tokens(text):
        if token.kind != "raw" or not token.text.strip():
            continue
        if token.name == "style":
            yield "style-src", token.text
        elif token.name == "script":
            attributes = token.attributes
            if "src" not in attributes and attributes.get("type", "").lower() in _SCRIPTS:
                yield "script-src", token.text


def _as_read(block: str) -> bytes:
    # The parser of a browser knows one kind of line break: https://html.spec.whatwg.org/#parse-state
    return block.replace("\r\n", "\n").replace("\r", "\n").encode()
