"""An order on paper: all of it, and nothing of the shop around it."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, StorageState, expect

from . import audits
from .shopper import Shopper
from .states import STATES, Who
from .words import ENGLISH

# CSS pixels between the usual margins of A4, which is the narrower one of the usual papers.
PAPER = 718


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_order_is_printed_whole_and_alone(
    new_context: Callable[..., BrowserContext],
    cookies: dict[Who, StorageState | None],
    scheme: Literal["light", "dark"],
) -> None:
    context = new_context(storage_state=cookies["customer"], color_scheme=scheme)
    shopper = Shopper(context.new_page(), ENGLISH)
    next(state for state in STATES if state.name == "thank you").reach(shopper)
    page, order = shopper.page, shopper.part("cart/order")
    shown = [line.inner_text() for line in order.locator("dd, address, li").all()]
    assert len(shown) > 5
    audits.settle(page)

    page.emulate_media(media="print")
    page.evaluate(audits.PAINTED)
    with audits.window(page, PAPER, 1000):
        for around in ("banner", "navigation", "contentinfo", "search", "button"):
            assert page.get_by_role(around).count() == 0, around
        expect(page.get_by_role("status")).to_have_count(0)
        printed = order.inner_text()
        for text in shown:
            for line in filter(None, text.split("\n")):
                assert line in printed
        assert page.evaluate(audits.TOO_WIDE) == []
        assert page.evaluate(audits.CUT_OFF) == []
        assert [found for found in audits.axe(page) if found.startswith("color-contrast")] == []
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    # Letters, not a picture of them, and on one sheet.
    paper = page.pdf(format="A4", tagged=True)
    assert b"/Font" in paper
    assert paper.count(b"/Type /Page\n") == 1
