"""Reading HTML just far enough: where its tags are, and where it only looks as if there were some.

Comments, scripts, styles and attribute values may contain the text of any tag. A parser of trees
would know that too, at a hundred times the cost; here one regular expression tells tokens apart
the way the tokenizer of the HTML standard does. Its quantifiers are possessive, so that no input
makes it slow.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["start", "end", "raw", "open"]

PLAIN_TAG: Final = "micro-frontend"

_RAW_NAMES = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
# What may follow a tag's name, up to its ">". A ">" inside a quoted value does not end the tag.
# A quote that is never closed swallows everything.
_REST = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|["'].*+)?+)*+"""
_TOKEN = re.compile(
    rf"""
    <!--(?:-?>|.*?(?:--!?>|(?P<open_comment>\Z)))
  | <(?P<raw>{"|".join(_RAW_NAMES)})(?=[\s/>])
        (?P<raw_rest>{_REST})
        (?:>(?P<text>.*?)(?:</(?P=raw)(?=[\s/>])[^>]*+(?:>|(?P<open_end>\Z))|(?P<open_raw>\Z))
          |(?P<open_raw_tag>\Z))
  | <(?P<slash>/?)(?P<name>[a-z][^\s/>]*+)(?P<rest>{_REST})(?:>|(?P<open_tag>\Z))
  | <(?:[!?]|/(?=[^>]))[^>]*+(?:>|(?P<open_other>\Z))
  | </?(?P<open_start>\Z)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_NOT_RAW = r"(?![sxtni](?:cript|tyle|extarea|itle|mp|frame|oembed|oframes)[\s/>])"
_RAW_ELEMENTS = "|".join(
    rf"<{name}(?=[\s/>]){_REST}>.*?</{name}(?=[\s/>])[^>]*+>" for name in _RAW_NAMES
)
# The same grammar again, of whole texts in which everything ends: a text is matched in one go,
# twenty times as fast as token by token. The first two lines are shortcuts for common tags.
# There are no groups, which in possessive repetitions confuse CPython.
_FINISHED = re.compile(
    rf"""
    (?: [^<]*+
        (?: </[a-z][^>=]*+>
          | <{_NOT_RAW}[a-z][^\s/>=]*+(?:[\s/][^>=]*+(?:=(?:"[^"]*+"|'[^']*+')[^>=]*+)*+)?+>
          | <(?:/|{_NOT_RAW})[a-z][^\s/>]*+{_REST}>
          | <!--(?:-?>|.*?--!?>)
          | {_RAW_ELEMENTS}
          | <(?:!(?!--)|\?|/(?=[^a-z>]))[^>]*+>
          | <(?=[^a-z/!?]|/>)
        )
    )*+ [^<]*+
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?P<name>=?[^\s/>=]++)
        (?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s>]*+)))?+""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, an element whose content is text (``raw``), or something that never ends (``open``).

    ``text`` is the content of a raw element; ``rest`` is what stands between a tag's name and
    its end. Names are in lower case.
    """

    kind: Kind
    name: str
    start: int
    end: int
    rest: str = ""
    text: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """Names in lower case and unescaped values; of repeated ones the first, as in browsers."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.rest):
            value = match["double"] or match["single"] or match["bare"] or ""
            found.setdefault(match["name"].lower(), html.unescape(value))
        return found


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tags and raw elements of an HTML text, in order."""
    for match in _TOKEN.finditer(text, start):
        span = match.span()
        # The last group that took part tells the kind; an unfinished one always comes last.
        if match.lastgroup is not None and match.lastgroup.startswith("open_"):
            yield Token("open", (match["raw"] or match["name"] or "").lower(), *span)
        elif match["raw"] is not None:
            yield Token("raw", match["raw"].lower(), *span, match["raw_rest"], match["text"])
        elif match["name"] is not None:
            kind: Kind = "end" if match["slash"] else "start"
            yield Token(kind, match["name"].lower(), *span, match["rest"])


def unfinished(text: str) -> str:
    """What the text opens and never ends, and would so swallow all that follows it; or nothing.

    >>> unfinished("<p>fine</p>"), unfinished("<p>then <!-- this")
    ('', 'a comment or tag')
    """
    if _FINISHED.fullmatch(text):
        return ""
    for token in tokens(text):
        if token.kind == "open":
            return f"<{token.name}>" if token.name else "a comment or tag"
    return ""


def line_of(text: str, position: int) -> int:
    """The number of the line, from 1, in which a position of the text lies."""
    return text.count("\n", 0, position) + 1
