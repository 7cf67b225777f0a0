"""``{% fragment "reviews/list" product=ref timeout=400 %}`` in any Django template."""

from django.template import Context, Library
from django.utils.safestring import SafeString

from ..errors import SlotError
from ..inline import resolve_now
from ..page import current_collector
from ..slot import broken_slot, make_slot

register = Library()


@register.simple_tag(takes_context=True)
def fragment(context: Context, name: object, **attributes: object) -> str:
    """Ask for a fragment: on a page its place is noted, anywhere else it is resolved at once."""
    try:
        slot = make_slot(name, attributes)
    except SlotError as error:
        slot = broken_slot(name, error, required=attributes.get("required") is True)
    collector = current_collector()
    if collector is not None:
        return collector.place(slot)
    return SafeString(resolve_now(slot, context.get("request")))
