"""What a visitor reads when something is wrong; templates may say more."""

from collections.abc import Sequence
from html import escape
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.translation import override as speaking

_WORDS: Final[dict[int, tuple[str | Promise, str | Promise]]] = {
    400: (
        gettext_lazy("Bad request"),
        gettext_lazy("The address holds something that we cannot read."),
    ),
    404: (gettext_lazy("Not found"), gettext_lazy("There is no such page.")),
    405: (
        gettext_lazy("Not allowed"),
        gettext_lazy("This page can be read, and nothing else."),
    ),
    410: (gettext_lazy("Gone"), gettext_lazy("This page is no longer there.")),
    408: (
        gettext_lazy("That took too long"),
        gettext_lazy("It took too long until everything had arrived."),
    ),
    413: (
        gettext_lazy("That is too large"),
        gettext_lazy("What was sent is larger than we can take."),
    ),
    500: (
        gettext_lazy("Our mistake"),
        gettext_lazy("Something went wrong on our side. Please try again in a moment."),
    ),
    502: (
        gettext_lazy("Not available"),
        gettext_lazy("A part of this page is not available. Please try again in a moment."),
    ),
    504: (
        gettext_lazy("Not available"),
        gettext_lazy("A part of this page takes too long. Please try again in a moment."),
    ),
}
_LAST_RESORT: Final = (
    '<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title></head><body><main><h1>{title}</h1><p>{message}</p>"
    '<p><a href="{mount}">{home}</a></p></main></body></html>'
)


def sentences(status: int) -> tuple[str, str]:
    """Title and message for a status, in the language that is spoken now."""
    known = 502 if status == 503 else status
    title, sentence = _WORDS.get(known) or _WORDS[500 if status >= 500 else 400]
    return str(title), str(sentence)


def left_out(names: Sequence[str]) -> str:
    """What a visitor is told whose address has values that its page cannot read."""
    known = {"names": ", ".join(names)}
    return gettext("A part of the address could not be read and was left out: %(names)s") % known


def last_resort(status: int, message: str = "", *, locale: str = "en", mount: str = "/") -> bytes:
    """A page that needs nothing to be well. ``message`` is plain text."""
    with speaking(locale):
        title, sentence = sentences(status)
        return _LAST_RESORT.format(
            locale=get_language() or "en",
            title=title,
            message=escape(message or sentence),
            mount=mount,
            home=gettext("Home"),
        ).encode()


def slot_label(delivery: str, locale: str) -> str:
    """The words of a link in the place of a slot that comes later."""
    with speaking(locale):
        if delivery == "deferred":
            return gettext("Go to this part of the page")
        return gettext("Show this part of the page")
