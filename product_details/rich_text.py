"""Which HTML an editor may use in a description. Everything else is taken out."""

import re
from html import unescape

import nh3

TEXT_TAGS = {"p", "br", "strong", "b", "em", "i", "u", "s", "a", "code"}
BLOCK_TAGS = {"ul", "ol", "li", "blockquote", "h2", "h3", "h4"}
ATTRIBUTES = {"a": {"href"}, "*": {"dir", "lang"}}
SCHEMES = {"https", "http", "mailto", "tel"}
# The page's own h1 is the product's name; the editor's largest heading is one below it.
_H1 = re.compile(r"(</?)h1\b", re.IGNORECASE)


def clean(html: str) -> str:
    """Return the harmless part of an HTML fragment.

    >>> clean('<h1 onclick="x()">Care</h1><script>steal()</script><a href="javascript:x">a</a>')
    '<h2>Care</h2><a rel="noopener noreferrer">a</a>'
    """
    return nh3.clean(
        _H1.sub(r"\1h2", html),
        tags=TEXT_TAGS | BLOCK_TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
    )


def plain(html: str) -> str:
    """Return the text of an HTML fragment on one line, for summaries and structured data."""
    spaced = re.sub(r"</(p|li|h[1-4]|blockquote)>|<br\s*/?>", " ", html, flags=re.IGNORECASE)
    text = nh3.clean(spaced, tags=set())
    return " ".join(unescape(text).split())
