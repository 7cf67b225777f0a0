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
from html.entities import html5
from typing import Final, Literal

Kind = Literal["start", "end", "raw", "open"]

PLAIN_TAG: Final = "micro-frontend"

_RAW_NAMES = ("style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
# White space of HTML: not that of Unicode, which may be a part of names.
_WS = r" \t\n\r\f"
_VALUE = rf"""(?:"[^"]*+"|'[^']*+'|["'].*+|[^{_WS}>"'][^{_WS}>]*+)"""
# What may follow a tag's name, up to its ">". A ">" inside a quoted value does not end the tag.
# A quote that is never closed swallows everything. A name may begin with "=".
_REST = rf"(?:[{_WS}/]++|[^{_WS}/>][^{_WS}/>=]*+(?:[{_WS}]*+=[{_WS}]*+{_VALUE}?+)?+)*+"
_AFTER_NAME = rf"(?=[{_WS}/>])"
# A script ends at its end tag; but in what looks like a comment a script may be inside a script.
_INNER = rf"<script{_AFTER_NAME}(?:[^<-]++|-(?!->)|<(?!/script{_AFTER_NAME}))*+(?:</script)?+"
_COMMENTED = rf"(?:[^<-]++|-(?!->)|{_INNER}|<(?!/?script{_AFTER_NAME}))*+(?:-->)?+"
_SCRIPT = rf"(?:[^<]++|<(?!/script{_AFTER_NAME}|!--)|<!(?=--){_COMMENTED})*+"
_TOKEN = re.compile(
    rf"""
    <!--(?:-?>|.*?(?:--!?>|(?P<open_comment>\Z)))
  | <(?P<raw>(?P<is_script>script)|{"|".join(_RAW_NAMES)}){_AFTER_NAME}
        (?P<raw_rest>{_REST})
        (?:>(?P<text>(?(is_script){_SCRIPT}|.*?))
            (?:</(?P=raw){_AFTER_NAME}{_REST}(?:>|(?P<open_end>\Z))|(?P<open_raw>\Z))
          |(?P<open_raw_tag>\Z))
  | <(?P<plain>plaintext){_AFTER_NAME}{_REST}(?P<open_plain>.*+)
  | <(?P<slash>/?)(?P<name>[a-z][^{_WS}/>]*+)(?P<rest>{_REST})(?:>|(?P<open_tag>\Z))
  | <(?:[!?]|/(?=[^>]))[^>]*+(?:>|(?P<open_other>\Z))
  | </?(?P<open_start>\Z)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
_NOT_RAW = rf"(?![sxtnip](?:cript|tyle|extarea|itle|mp|frame|oembed|oframes|laintext){_AFTER_NAME})"
_RAW_ELEMENTS = "|".join(
    rf"<{name}{_AFTER_NAME}{_REST}>{text}</{name}{_AFTER_NAME}{_REST}>"
    for name, text in (("script", _SCRIPT), *[(name, ".*?") for name in _RAW_NAMES])
)
# The same grammar again, of whole texts in which everything ends: a text is matched in one go,
# twenty times as fast as token by token. The first two lines are shortcuts for common tags.
# There are no groups, which in possessive repetitions confuse CPython.
_FINISHED = re.compile(
    rf"""
    (?: [^<]*+
        (?: </[a-z][^>=]*+>
          | <{_NOT_RAW}[a-z][^{_WS}/>=]*+
              (?:[{_WS}/][^>=]*+(?:(?<=[a-z0-9-])=(?:"[^"]*+"|'[^']*+')[^>=]*+)*+)?+>
          | <(?:/|{_NOT_RAW})[a-z][^{_WS}/>]*+{_REST}>
          | <!--(?:-?>|.*?--!?>)
          | {_RAW_ELEMENTS}
          | <(?:!(?!--)|\?|/(?=[^a-z>]))[^>]*+>
          | <(?=[^a-z/!?]|/>)
        )
    )*+ [^<]*+
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(
    rf"""[{_WS}/]*+(?P<name>[^{_WS}/>][^{_WS}/>=]*+)
        (?:[{_WS}]*+=[{_WS}]*+
           (?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^{_WS}>]*+)))?+""",
    re.VERBOSE,
)
_NEWLINE = re.compile(r"\r\n?")
_REFERENCE = re.compile(r"&(?:#[0-9]++;?+|#[Xx][0-9A-Fa-f]++;?+|([A-Za-z][A-Za-z0-9]*+)(;|=)?+)")


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
            found.setdefault(_lower(match["name"]), _value(value))
        return found


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tags and raw elements of an HTML text, in order."""
    for match in _TOKEN.finditer(text, start):
        span = match.span()
        # The last group that took part tells the kind; an unfinished one always comes last.
        if match.lastgroup is not None and match.lastgroup.startswith("open_"):
            yield Token(
                "open", (match["raw"] or match["plain"] or match["name"] or "").lower(), *span
            )
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


def _lower(name: str) -> str:
    """As browsers see it: only the letters of ASCII have another case."""
    return re.sub("[A-Z]+", lambda found: found[0].lower(), name).replace("\0", "\ufffd")


def _value(text: str) -> str:
    text = _NEWLINE.sub("\n", text).replace("\0", "\ufffd")
    return _REFERENCE.sub(_unescape, text) if "&" in text else text


def _unescape(found: re.Match[str]) -> str:
    """A character reference in a value. ``&copy=1`` is a part of a URL, ``&copy;`` a sign."""
    name, end = found[1], found[2]
    if name is None:
        return html.unescape(found[0])
    if end == "=":
        return found[0]
    return html5.get(f"{name}{end or ''}", found[0])


def line_of(text: str, position: int) -> int:
    """The number of the line, from 1, in which a position of the text lies."""
    return text.count("\n", 0, position) + 1
