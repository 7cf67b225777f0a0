"""What a slot's ``passthrough`` lets a fragment see of the browser's request."""

from dataclasses import dataclass
from typing import Final

from .request import PageRequest, last_values
from .slot import Slot

# More than any sensible value; a cache key is made of it.
_LONGEST: Final = 2048


@dataclass(frozen=True, slots=True)
class Inputs:
    """Query values become parameters, headers and cookies headers; all are in the cache key."""

    parameters: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


NO_INPUTS: Final = Inputs()


def inputs_of(slot: Slot, request: PageRequest) -> Inputs:
    """Take what the slot names, and nothing else. Raises BadRequest on a malformed value."""
    if not slot.passthrough:
        return NO_INPUTS
    names = frozenset(item.name for item in slot.passthrough if item.source == "query")
    query = last_values(request.query, names) if names else {}
    given = dict(slot.parameters)
    parameters = [
        (name, value[:_LONGEST])
        for name, value in sorted(query.items())
        # The template's word counts, not the visitor's.
        if value and name not in given
    ]
    headers = [
        (item.name, value[:_LONGEST])
        for item in slot.passthrough
        if item.source == "header" and (value := request.headers.get(item.name))
    ]
    cookies = [
        f"{item.name}={value[:_LONGEST]}"
        for item in slot.passthrough
        if item.source == "cookie" and (value := request.cookie(item.name))
    ]
    if cookies:
        headers.append(("cookie", "; ".join(cookies)))
    return Inputs(tuple(parameters), tuple(sorted(headers)))
