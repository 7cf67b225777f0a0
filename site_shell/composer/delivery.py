"""How a slot reaches the browser: with the page, at its end, or when it is looked at.

``inline`` is in the body, in order. ``deferred`` sends its skeleton in place and its HTML at the
end, as soon as it is there. ``lazy`` is not fetched with the page; the browser asks for it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from .errors import SlotError

DeliveryMode = Literal["inline", "deferred", "lazy"]

OPTIONS: Final = ("delivery", "skeleton", "href", "label", "refresh")
MODES: Final[tuple[DeliveryMode, ...]] = get_args(DeliveryMode)
MAX_LABEL: Final = 200
MAX_EVENTS: Final = 8

TEMPLATE: Final = re.compile(r"[\w-]+(?:[./][\w-]+)*")
_EVENT: Final = re.compile(r"[a-z][a-z0-9-]{0,63}:[a-z][a-z0-9-]{0,63}")
# A place of this site. Browsers read a backslash as a slash, and "//" as another host.
_HREF: Final = re.compile(r"(?:/(?![/\\])|[#?])[^\x00-\x20\x7f\\]{0,2000}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What stands in the place of a slot until it is there, and what makes it come again.

    ``skeleton`` is a template of the site; ``href`` and ``label`` are the link for who has no
    script; ``refresh`` are the custom events after which the browser fetches the slot anew.
    """

    skeleton: str = ""
    href: str = ""
    label: str = ""
    refresh: tuple[str, ...] = ()


AT_ONCE: Final = Arrival()


def arrival_of(mode: DeliveryMode, attributes: Mapping[str, object]) -> Arrival:
    """Read the options of a slot. Raises SlotError."""
    given = {name: attributes.get(name) for name in OPTIONS[1:] if attributes.get(name)}
    if not given:
        return AT_ONCE
    for name, legal in (
        ("skeleton", ("deferred", "lazy")),
        ("label", ("deferred", "lazy")),
        ("href", ("lazy",)),
    ):
        if name in given and mode not in legal:
            raise SlotError(f"{name} is for delivery={' or '.join(legal)}, not for {mode}")
    return Arrival(
        skeleton=_text(given, "skeleton", TEMPLATE, "the name of a template, like parts/wait.html"),
        href=_text(given, "href", _HREF, "a path of this site, like /cart/, or an anchor"),
        label=_label(given.get("label", "")),
        refresh=_events(given.get("refresh", "")),
    )


def _text(given: Mapping[str, object], name: str, pattern: re.Pattern[str], rule: str) -> str:
    value = given.get(name, "")
    if value and not (isinstance(value, str) and pattern.fullmatch(value)):
        raise SlotError(f"{name}={str(value)[:200]!r} must be {rule}")
    return str(value)


def _label(value: object) -> str:
    text = str(value)
    if len(text) > MAX_LABEL:
        raise SlotError(f"label has {len(text)} characters, more than {MAX_LABEL}")
    return text


def _events(value: object) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(str(value).replace(",", " ").split()))
    for word in words:
        if not _EVENT.fullmatch(word):
            raise SlotError(f"refresh={word[:200]!r} must be an event's name, like cart:item-added")
    if len(words) > MAX_EVENTS:
        raise SlotError(f"refresh names {len(words)} events, more than {MAX_EVENTS}")
    return words
