"""``{% fragment "reviews/list" product=ref timeout=400 %}`` in any Django template."""

from dataclasses import dataclass

from django.template import Context, Library
from django.templatetags.static import static
from django.utils import translation
from django.utils.safestring import SafeString

from ..conf import runtime
from ..configuration import settings
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


@register.simple_tag
def link(path: str) -> str:
    """A path of the site in the language of the page: ``{% link "/products/" %}``."""
    locales = runtime().site.locales
    return locales.link(path, translation.get_language() or locales.default)


@dataclass(frozen=True, slots=True)
class Language:
    """The page in one language. ``name`` is what people who speak it call it."""

    code: str
    name: str
    path: str
    is_current: bool
    is_default: bool


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[Language]:
    """The page in all languages of the site: ``{% languages as languages %}``."""
    locales = runtime().site.locales
    current, path = locales.split(str(context.get("page_path", "/")))
    names = dict(settings.LANGUAGES)
    return [
        Language(
            code=code,
            name=str(names[code]),
            path=locales.link(path, code),
            is_current=code == current,
            is_default=code == locales.default,
        )
        for code in locales.codes
    ]


@register.simple_tag
def absolute(name: str) -> str:
    """The URL of a static file with its origin, for whoever reads it elsewhere than on the site."""
    url = static(name)
    return f"{runtime().site.origin}{url}" if url.startswith("/") else url
