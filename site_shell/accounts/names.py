"""What shoppers are called: a line of text that can stand on a page, in a letter and in a token."""

import unicodedata
from typing import Any, Final

from django import forms

# Control characters, line and paragraph separators, and halves of pairs.
_UNSEEN: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})
# What turns the direction of all that follows: https://www.unicode.org/reports/tr9/
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """The text without what shows nothing, or shows what follows in another order.

    >>> plain("Ada\\r\\nKing \\u202e")
    'Ada King'
    """
    shown = (
        " " if unicodedata.category(char) in _UNSEEN or char in _TURNING else char
        for char in unicodedata.normalize("NFC", text)
    )
    return " ".join("".join(shown).split())


class NameField(forms.CharField):
    """A name as it is kept."""

    def to_python(self, value: Any) -> str:
        """Make it plain; Django refuses one with NUL, which nobody has typed."""
        text = super().to_python(value) or ""
        return text if "\0" in text else plain(text)
