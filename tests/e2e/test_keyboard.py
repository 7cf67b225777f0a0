"""Without a mouse: past the header, through the shop, and told of everything that happens."""

import pytest
from playwright.sync_api import Page, expect

from . import shop


@pytest.mark.parametrize("path", [shop.HOME, shop.PRODUCT, shop.BOOKMARKS, shop.UNKNOWN_PAGE])
def test_the_first_key_leads_past_the_header(page: Page, path: str) -> None:
    page.goto(path)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_product_is_saved_and_bought_by_keyboard(page: Page) -> None:
    page.goto(shop.PRODUCT)
    product = page.locator('[data-boundary="product_details/page"]')
    heart = product.get_by_role("button", name="Bookmark Tide Vase")
    expect(heart).to_have_attribute("aria-pressed", "false")
    heart.focus()
    page.keyboard.press("Space")
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(heart).to_be_focused()
    told = page.locator("site-notifications").get_by_role("status")
    expect(told).to_contain_text("Tide Vase")

    page.get_by_label("Quantity").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add to cart")).to_be_focused()
    page.keyboard.press("Enter")
    expect(told.filter(has_text="cart")).to_contain_text("Tide Vase")
    expect(page.get_by_role("button", name="Add to cart")).to_be_focused()
