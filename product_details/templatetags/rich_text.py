"""Rich text in templates."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from .. import rich_text

register = template.Library()


@register.filter(name="rich_text")
def rich_text_filter(html: str) -> SafeString:
    """Mark HTML as safe after making it so, whatever way it came into the database."""
    return mark_safe(rich_text.clean(html))  # noqa: S308
