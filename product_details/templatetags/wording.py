"""The language of a text in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def lang(text: str) -> SafeString | str:
    """Return the attribute that says what language a text is in, if it is not the page's."""
    code: str = getattr(text, "lang", "")
    return format_html(' lang="{}"', code) if code else ""
