"""The editor for descriptions. It offers just what ``rich_text`` lets through."""

from typing import Any

from django_prose_editor.widgets import (  # type: ignore[import-untyped]  # it has no types
    AdminProseEditorWidget,
)

EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Underline": True,
    "Strike": True,
    "Code": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "History": True,
}


class DescriptionEditor(AdminProseEditorWidget):  # type: ignore[misc]  # untyped
    """ProseMirror. (Unfold's own editor was tried: it joins paragraphs as soon as it opens.)"""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Take only the attributes: the rest is the same everywhere."""
        super().__init__(attrs=attrs, config={"extensions": EXTENSIONS}, preset="configurable")
