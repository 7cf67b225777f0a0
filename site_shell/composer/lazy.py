"""A slot by itself: what browsers ask for when it comes into view, and the page without script.

``/_composer/fragments/<slot>/`` is a small document: stylesheets in its head, the fragment in its
body, for delivery.js to take apart. ``.../page/`` is the fragment in the layout of the site.
"""

import logging
from dataclasses import replace
from typing import Final

from .budget import Budget
from .compose import PageComposer
from .frames import PAGE, PREFIX
from .head import PageHead
from .page import Layout, Pages, SlotCollector, local_html
from .page_cache import MemoryKey
from .page_templates.config import DEFAULT_BUDGET_MS
from .reply import Answer
from .request import PageRequest, Trace
from .site import Site
from .slot import Slot
from .slot_token import BadToken, SlotTokens
from .stand_ins import FALLBACK_SECONDS
from .visit import Visit

logger = logging.getLogger(__name__)

LAZY: Final = "fragment"
_TEMPLATES: Final = ("fragment.html", "composer/fragment.html")
_BEFORE: Final = '<!doctype html><html><head><meta charset="utf-8"><title>Part of a page</title>'
_NO_INDEX: Final = (("x-robots-tag", "noindex"),)


class UnknownPart(Exception):
    """Nothing that can be asked for. ``status`` is the answer's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class LazySlots:
    """Answers requests for single slots, which have to be signed."""

    def __init__(self, *, site: Site, composer: PageComposer, tokens: SlotTokens) -> None:
        self._site = site
        self._composer = composer
        self._tokens = tokens

    async def answer(
        self,
        request: PageRequest,
        key: MemoryKey,
        trace: Trace,
        pages: Pages,
        path: str,
        locale: str,
        started: float,
    ) -> Answer:
        """The answer to a request with that key, for a path without its language.

        Raises UnknownPart, PageTemplateError.
        """
        token, _, rest = path.removeprefix(PREFIX).partition("/")
        slot = self._slot(token)
        context = {**self._site.context(locale), "page_path": self._site.locales.mount(locale)}
        if rest == PAGE:
            layout = self._page(pages, slot, context, locale)
            seconds = DEFAULT_BUDGET_MS / 1000
        elif not rest:
            head = PageHead((_BEFORE,))
            body = (b"</head><body>", 0, b"</body></html>")
            layout = Layout(head, body, (slot,), is_part=True)
            seconds = slot.timeout_ms / 1000 + FALLBACK_SECONDS
        else:
            raise UnknownPart("there is nothing below a slot", 404)
        visit = Visit(
            Budget(seconds),
            trace,
            lambda name: local_html(pages, name, context, locale),
            started,
            self._site.callers.of(request),
        )
        # It is a part of other pages, and not to be found by itself.
        layout = replace(layout, headers=_NO_INDEX)
        about = (LAZY, (rest, slot))
        return await self._composer.fill(
            request, key, about, pages.version, layout, locale, visit, pages.preview
        )

    def _slot(self, token: str) -> Slot:
        try:
            return self._tokens.read(token)
        except BadToken as error:
            raise UnknownPart(str(error), error.status) from error

    def _page(self, pages: Pages, slot: Slot, context: dict[str, object], locale: str) -> Layout:
        collector = SlotCollector()
        # Alone on a page it decides the page's status.
        answer = collector.place(replace(slot, required=True))
        values = {**context, "answer": answer, "title": slot.arrival.label}
        return pages.layout(_TEMPLATES, values, locale, collector)
