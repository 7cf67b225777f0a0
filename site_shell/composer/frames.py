"""What the composer itself writes around fragments that do not come with the page.

Three elements, for which static/composer/delivery.js has the behaviour: ``fragment-slot`` holds
the place, ``fragment-part`` is HTML that came at the end, ``fragment-arrival`` says that the part
before it is complete. Without script they are containers with links in them.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Final
from urllib.parse import urlencode

from .assets import NO_ASSETS, AssetLink, Assets
from .errors import PageTemplateError
from .locales import Locales
from .passthrough import inputs_of
from .request import PageRequest
from .slot import Slot

logger = logging.getLogger(__name__)

# The HTML of a template of the site. Raises PageTemplateError.
LocalTemplate = Callable[[str], bytes]

PREFIX: Final = "/_composer/fragments/"
# Below a fragment's own address: it in the site's layout, for who has no script.
PAGE: Final = "page/"


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around one slot of one page.

    ``waiting`` stands in the page until the slot's HTML is there, ``opening`` and ``closing``
    around it then. ``scripts`` are what any of that needs."""

    waiting: bytes = b""
    opening: bytes = b""
    closing: bytes = b""
    scripts: Assets = NO_ASSETS


NO_FRAME: Final = Frame()


class Scripts:
    """The composer's own modules. ``find`` is asked for one when the first page needs it: a site
    that has none of that need not have collected them."""

    def __init__(self, find: Callable[[str], AssetLink]) -> None:
        self._find = find

    @cached_property
    def delivery(self) -> AssetLink:
        """Moves what comes late, loads what is lazy, fetches again what is to be refreshed."""
        return self._module("composer/delivery.js")

    @cached_property
    def hydrate(self) -> AssetLink:
        """Loads the modules that wait for something."""
        return self._module("composer/hydrate.js")

    def _module(self, name: str) -> AssetLink:
        # Async: what comes late is moved while the rest is still on its way.
        return replace(self._find(name), is_async=True)


class Frames:
    """Makes the frames of slots. ``sign`` makes texts of them; it may raise SlotError.

    ``label`` are the words in a language of a link of which the slot says none, by its delivery.
    """

    def __init__(
        self,
        *,
        sign: Callable[[Slot], str],
        label: Callable[[str, str], str],
        locales: Locales,
        scripts: Scripts,
    ) -> None:
        self._sign = sign
        self._label = label
        self._locales = locales
        self.scripts = scripts

    def frame(
        self,
        position: int,
        slot: Slot,
        request: PageRequest,
        locale: str,
        template: LocalTemplate,
    ) -> Frame:
        """The frame of a slot of one page. Raises SlotError, BadRequest."""
        address = ""
        if slot.delivery == "lazy" or slot.arrival.refresh:
            address = self.address(slot, request, locale)
        source = f' src="{escape(address)}"' if address else ""
        if slot.arrival.refresh:
            source += f' refresh="{" ".join(slot.arrival.refresh)}"'
        is_held = bool(slot.arrival.refresh) and slot.delivery != "lazy"
        return Frame(
            waiting=self._waiting(position, slot, locale, template, source, address),
            opening=f"<fragment-slot{source}>".encode() if is_held else b"",
            closing=b"</fragment-slot>" if is_held else b"",
            scripts=(self.scripts.delivery,),
        )

    def address(self, slot: Slot, request: PageRequest, locale: str) -> str:
        """Where a browser gets the slot; with what it lets through of the page's query."""
        query = self.query(slot, request)
        path = self._locales.link(f"{PREFIX}{self._sign(slot)}/", locale)
        return f"{path}{'?' if query else ''}{query}"

    def query(self, slot: Slot, request: PageRequest) -> str:
        """What a slot lets through of a page's query; mostly nothing."""
        asked = tuple([item for item in slot.passthrough if item.source == "query"])
        if not asked:
            return ""
        return urlencode(inputs_of(replace(slot, passthrough=asked), request).parameters)

    def _waiting(
        self,
        position: int,
        slot: Slot,
        locale: str,
        template: LocalTemplate,
        source: str,
        address: str,
    ) -> bytes:
        if slot.delivery == "inline":
            return b""
        label = escape(slot.arrival.label or self._label(slot.delivery, locale))
        if slot.delivery == "deferred":
            state = f' id="{slot_id(position)}" aria-busy="true"'
            href = f"#{slot_id(position)}-late"
        else:
            state = ' loading="lazy"'
            path, mark, query = address.partition("?")
            href = slot.arrival.href or f"{path}{PAGE}{mark}{query}"
        return b"".join(
            [
                f"<fragment-slot{state}{source}>".encode(),
                _skeleton(slot, template),
                f'<a class="fragment-slot__link" href="{escape(href)}">{label}</a>'.encode(),
                b"</fragment-slot>",
            ]
        )


def slot_id(position: int) -> str:
    """The id under which a slot's place in the page is known to what comes late."""
    return f"fragment-slot-{position + 1}"


def late_part(position: int, html: bytes) -> bytes:
    """HTML at the end of the page, for a place further up in it."""
    name = slot_id(position)
    return b"".join(
        [
            f'<fragment-part id="{name}-late">'.encode(),
            html,
            f'</fragment-part><fragment-arrival for="{name}" hidden></fragment-arrival>'.encode(),
        ]
    )


def _skeleton(slot: Slot, template: LocalTemplate) -> bytes:
    if not slot.arrival.skeleton:
        return b""
    try:
        return template(slot.arrival.skeleton)
    except PageTemplateError as error:
        logger.error("%s: skeleton=%r: %s", slot.fragment, slot.arrival.skeleton, error)
        return b""
