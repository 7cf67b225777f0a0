"""The custom events that a service sends with its answer, and what they mean in words.

Where a script runs, the notifications bundle puts them into words (its ``messages.ts``, the same
sentences); where none does, and after a redirect, the next page tells them.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext

from ..composer.notices import MAX_TEXT, Level, Notice, Notices

MAX_TRIGGER: Final = 4096
# ``HX-Trigger: cart:updated, visitor:changed`` is HTMX's short form of events without details.
_NAMES: Final = re.compile(r"[a-z0-9:-]+(?:\s*,\s*[a-z0-9:-]+)*")
_LEVELS: Final[Mapping[str, Level]] = {
    "info": "info",
    "success": "success",
    "warning": "warning",
    "error": "error",
}


@dataclass(frozen=True, slots=True)
class Said:
    """Events by name, with their details. ``problem`` is what was wrong with the header."""

    events: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""

    @property
    def trigger(self) -> str:
        """The events as an HX-Trigger header, in ASCII; empty without any."""
        return json.dumps(self.events) if self.events else ""

    def notices(self, locale: str) -> Notices:
        """The same for a page that is yet to come."""
        with translation.override(locale):
            found = [notice_of(name, detail) for name, detail in self.events.items()]
        return Notices(tuple([notice for notice in found if notice]), self.events)


SILENCE: Final = Said()


def said_in(header: str | None, events: Collection[str]) -> Said:
    """What an HX-Trigger header says, of the events that the fragment declares."""
    if not header:
        return SILENCE
    if len(header) > MAX_TRIGGER:
        return Said(problem=f"HX-Trigger has {len(header)} characters, more than {MAX_TRIGGER}")
    found = _events_in(header)
    if found is None:
        return Said(problem=f"HX-Trigger is no JSON object: {header!r:.200}")
    undeclared = sorted(found.keys() - set(events))
    kept = {name: detail for name, detail in found.items() if name in events}
    problem = f"HX-Trigger names undeclared events: {undeclared!r:.200}" if undeclared else ""
    return Said(kept, problem)


def notice_of(name: str, detail: object) -> Notice | None:
    """An event in the words of the active language; None if there is nothing to say."""
    compose = _COMPOSERS.get(name)
    if compose is None or not isinstance(detail, dict):
        return None
    try:
        return compose(detail)
    except (KeyError, TypeError, ValueError):
        # Malformed, of which the bundle would say nothing either.
        return None


def _events_in(header: str) -> dict[str, object] | None:
    if _NAMES.fullmatch(header.strip()):
        return {name.strip(): {} for name in header.split(",")}
    try:
        found = json.loads(header)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _added(detail: Mapping[str, Any]) -> Notice:
    quantity, price = detail["quantity"], detail.get("price")
    if type(quantity) is not int or not 1 <= quantity <= 999:
        raise ValueError(quantity)
    what = _text(detail["name"]) if quantity == 1 else f"{quantity} × {_text(detail['name'])}"
    if price is not None:
        what = f"{what}, {_text(price, 40)}"
    return Notice(gettext("Added to your cart: %(what)s") % {"what": what}, "success")


def _toggled(detail: Mapping[str, Any]) -> Notice:
    sentences = {
        "added": gettext("Added to your bookmarks: %(name)s"),
        "removed": gettext("Removed from your bookmarks: %(name)s"),
    }
    return Notice(sentences[detail["state"]] % {"name": _text(detail["name"])}, "success")


def _reviewed(detail: Mapping[str, Any]) -> Notice:
    sentences = {
        "pending": gettext(
            "Thank you. Your review awaits moderation and appears once it is approved."
        ),
        "published": gettext("Thank you. Your review is published."),
        "deleted": gettext("Your review is deleted."),
    }
    return Notice(sentences[detail["state"]], "success")


def _shown(detail: Mapping[str, Any]) -> Notice:
    return Notice(_text(detail["message"]), _LEVELS[detail["level"]])


def _text(value: object, longest: int = MAX_TEXT) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise ValueError(f"no text of 1 to {longest} characters: {value!r:.80}")
    return value


_COMPOSERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Notice]]] = {
    "cart:item-added": _added,
    "bookmark:toggled": _toggled,
    "review:submitted": _reviewed,
    "notification:show": _shown,
}
