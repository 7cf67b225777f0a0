"""``{% load fragment_contract %}``"""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


@register.simple_tag
def idempotency_field() -> SafeString:
    """A hidden field with a new key: what is sent twice by this form is done once.

    Only in fragments that no cache shares: a form that is the same for everybody would have
    everybody's key. There the gateway takes notice of double clicks by itself.
    """
    key = secrets.token_urlsafe(18)
    return format_html('<input type="hidden" name="{}" value="{}">', wire.IDEMPOTENCY_FIELD, key)
