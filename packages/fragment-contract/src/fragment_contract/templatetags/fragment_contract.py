"""``{% load fragment_contract %}``"""

from django import template

from .. import wire
from ..links import current_link

register = template.Library()


@register.simple_tag
def action_url(fragment: str, action: str) -> str:
    """The path to which a form posts: ``{% action_url "reviews/form" "submit" %}``."""
    return wire.action_path(fragment, action)


@register.simple_tag
def link(path: str) -> str:
    """A path of the site in the language of the page: ``{% link "/products/" %}``."""
    return current_link(path)
