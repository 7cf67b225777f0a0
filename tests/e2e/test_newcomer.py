"""What a browser without any cookie does first: nothing is lost, and nothing is done twice."""

from functools import partial

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from . import shop
from .shopper import beginning
from .waiting import eventually
from .words import ENGLISH as WORDS


class Crossing:
    """Holds back what pages send until everything has been sent, so that nothing of it can
    know the answer to another."""

    def __init__(self, context: BrowserContext) -> None:
        self._held: list[Route] = []
        context.route("**/actions/**", self._hold)
        self._page = context.pages[0]

    def let_go(self, count: int) -> None:
        """When so many have come."""
        assert eventually(partial(self._have, count)), f"{len(self._held)} of {count} were sent"
        for route in self._held:
            route.continue_()
        self._held.clear()

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def _have(self, count: int) -> bool:
        self._page.wait_for_timeout(20)
        return len(self._held) >= count


def heart(page: Page) -> Locator:
    return page.get_by_role("button", name=WORDS.bookmark(shop.FOUND["en"]), exact=True).first


def add(page: Page) -> Locator:
    return page.get_by_role("button", name=WORDS.add_to_cart)


def quantities(page: Page) -> list[str]:
    """Of what is in the cart."""
    page.goto(shop.CART)
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS.your_cart)
    fields = page.get_by_role("textbox", name=beginning(f"{WORDS.quantity}:"))
    return [field.input_value() for field in fields.all()]


def test_a_heart_and_the_cart_at_the_same_moment_are_both_kept(page: Page) -> None:
    page.goto(shop.PRODUCT)
    crossing = Crossing(page.context)
    heart(page).click()
    add(page).click()
    crossing.let_go(2)
    expect(heart(page)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status").filter(has_text=WORDS.cart).first).to_be_attached()
    page.context.unroute_all()
    assert quantities(page) == ["1"]
    page.goto(shop.BOOKMARKS)
    expect(page.locator('[data-boundary="bookmarks/list"]')).to_contain_text(shop.FOUND["en"])


def test_what_two_tabs_do_first_is_in_one_cart(page: Page) -> None:
    """Both were opened before anybody could be known."""
    other = page.context.new_page()
    page.goto(shop.PRODUCT)
    other.goto(shop.FEW_LEFT)
    crossing = Crossing(page.context)
    add(page).click()
    add(other).click()
    crossing.let_go(2)
    for tab in (page, other):
        expect(tab.get_by_role("status").filter(has_text=WORDS.cart).first).to_be_attached()
    page.context.unroute_all()
    assert quantities(page) == ["1", "1"]


def test_the_same_in_two_tabs_at_the_same_moment_is_one(page: Page) -> None:
    """As of anybody who is known: a double click, wherever its second half lands."""
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(shop.PRODUCT)
    crossing = Crossing(page.context)
    for tab in (page, other):
        add(tab).click()
    crossing.let_go(2)
    for tab in (page, other):
        expect(tab.get_by_role("status").filter(has_text=WORDS.cart).first).to_be_attached()
    page.context.unroute_all()
    assert quantities(page) == ["1"]


@pytest.mark.parametrize("clicks", [2, 3])
def test_a_double_click_is_one_thing_in_the_cart(shopper: Page, clicks: int) -> None:
    """Without script, too: the browser gives the first up, and keeps whom the last was."""
    shopper.goto(shop.PRODUCT)
    add(shopper).click(click_count=clicks)
    expect(shopper.get_by_role("status").filter(has_text=WORDS.cart).first).to_be_attached()
    assert quantities(shopper) == ["1"]


@pytest.mark.ours
def test_who_signs_out_is_followed_by_somebody_else(page: Page) -> None:
    """A key of the one before would lead to what was his."""
    page.goto(shop.PRODUCT)
    with page.expect_request("**/actions/**") as sent:
        add(page).click()
    first = sent.value.headers.get("first-visit")
    page.evaluate("document.dispatchEvent(new CustomEvent('visitor:changed', {detail: {}}))")
    with page.expect_request("**/actions/**") as sent:
        heart(page).click()
    expect(heart(page)).to_have_attribute("aria-pressed", "true")
    assert sent.value.headers.get("first-visit") != first
