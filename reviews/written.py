"""Text that people typed."""

import unicodedata
from typing import Any, Final

from django import forms

_NUL: Final = "\0"
# What turns the direction of all that follows in its line, such as the badge beside a name.
# https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class WrittenField(forms.CharField):
    """Text that a person typed, brought into one form before it is measured and kept.

    Browsers send line breaks as two characters where they counted one. Control characters
    show nothing and break XML and terminals, others turn what the page says beside it; they go. NUL
    stays, for Django to refuse.
    """

    def to_python(self, value: Any) -> str:
        """Return the text with plain line breaks and without control characters."""
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        kept = "\n\t" + _NUL if isinstance(self.widget, forms.Textarea) else _NUL
        return "".join(
            char if char in kept or not _is_unseen(char) else " " for char in text
        ).strip()

    def validate(self, value: str) -> None:
        """Refuse text of which nothing can be seen, such as zero-width spaces."""
        visible = any(unicodedata.category(char)[0] in "LNPS" for char in value)
        super().validate(value if visible or _NUL in value else "")


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) == "Cc" or char in _TURNING
