"""Slots inside fragments: what a fragment that declares ``nested`` may ask for, and how far.

A fragment says less than a page: it gets nothing of the visitor's request past the page's
authors, chooses no release and no credentials, and cannot decide the page's status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from .errors import SlotError
from .page import plain_tags
from .slot import Slot, broken_slot, slot_from_tag

# Fragments around a fragment. A page with more is not designed but grown.
MAX_DEPTH: Final = 3
# Nested slots of one page, however they are spread.
MAX_NESTED: Final = 50
_MAX_REMEMBERED: Final = 65_536
_OF_PAGES: Final = (
    *("passthrough", "response-headers", "set-cookies", "response_headers", "set_cookies"),
    *("options", "strategy", "required", "fallback", "skeleton"),
)


@dataclass(frozen=True, slots=True)
class Inside:
    """A fragment's HTML: literal bytes and the positions of slots in ``slots``."""

    pieces: tuple[bytes | int, ...]
    slots: tuple[Slot, ...]


def inside(html: bytes, depth: int) -> Inside:
    """Cut a fragment's HTML at its slots, which are at ``depth``. Remembered, for small ones."""
    return (_inside if len(html) <= _MAX_REMEMBERED else _inside.__wrapped__)(html, depth)


@lru_cache(maxsize=512)
def _inside(html: bytes, depth: int) -> Inside:
    text = html.decode()
    pieces: list[bytes | int] = []
    slots: list[Slot] = []
    done = 0
    for token, end in plain_tags(text):
        pieces.append(text[done : token.start].encode())
        done = end
        # One more than there may be, so that somebody says so; the others are left out.
        if len(slots) <= MAX_NESTED:
            pieces.append(len(slots))
            slots.append(replace(_slot(token.attributes), depth=depth))
    pieces.append(text[done:].encode())
    return Inside(tuple(pieces), tuple(slots))


def refusal(slot: Slot, ancestors: tuple[Slot, ...], before: int) -> str:
    """Why a slot is not asked for, in a word; empty if nothing is wrong with it.

    ``ancestors`` are the slots around it, ``before`` is the number of nested slots that the
    page has already.
    """
    if slot.depth > MAX_DEPTH:
        return "nested-too-deep"
    if any(
        (slot.fragment, slot.parameters) == (other.fragment, other.parameters)
        for other in ancestors
    ):
        return "nested-cycle"
    return "nested-too-many" if before >= MAX_NESTED else ""


def _slot(attributes: Mapping[str, str]) -> Slot:
    given = {name: value for name, value in attributes.items() if name != "/"}
    try:
        for name in _OF_PAGES:
            if name in given:
                raise SlotError(f"{name}: a slot inside a fragment cannot say that, a page can")
        slot = slot_from_tag(given)
        if slot.on_error == "fail":
            raise SlotError("error-handling: a slot inside a fragment cannot fail the page")
    except SlotError as error:
        return broken_slot(given.get("src"), error)
    return slot
