"""``{% load fragment_contract %}``"""

from django import template

from .. import wire

register = template.Library()


@register.simple_tag
def action_url(fragment: str, action: str) -> str:
    """The path to which a form posts: ``{% action_url "reviews/form" "submit" %}``."""
    return wire.action_path(fragment, action)
