"""Without a mouse: past the header, through the shop, and told of everything that happens."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from . import shop
from .shopper import Shopper, beginning
from .words import ENGLISH


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


def reach(page: Page, target: Locator, key: str = "Tab", most: int = 120) -> None:
    """Press a key until the focus is there."""
    expect(target).to_be_visible()
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{most} times {key} do not lead to {target}")


def test_the_way_to_the_thank_you_needs_no_mouse(page: Page) -> None:
    words, name = ENGLISH, shop.FOUND["en"]
    shopper = Shopper(page, words)
    shopper.visit(shop.HOME)
    reach(page, page.get_by_role("banner").get_by_role("searchbox", name=words.search))
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    # The page before shows some products as well.
    expect(page).to_have_url(re.compile(r"\?q="))

    found = shopper.part("product_details/list").get_by_role("link", name=name, exact=True)
    reach(page, found.first)
    page.keyboard.press("Enter")
    expect(shopper.heading()).to_have_text(name)

    reach(page, shopper.main.get_by_role("button", name=words.add_to_cart))
    page.keyboard.press("Enter")
    told = page.locator("site-notifications").get_by_role("status")
    expect(told).to_contain_text(name)

    # Another one takes the place of the link when it counts what was added.
    cart = page.get_by_role("banner").get_by_role("link", name=beginning(words.cart))
    expect(cart).to_contain_text("1")
    reach(page, cart, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(shopper.heading()).to_have_text(words.your_cart)
    more = shopper.main.get_by_role("button", name=beginning(words.one_more))
    reach(page, more)
    page.keyboard.press("Enter")
    expect(shopper.main.get_by_label(beginning(f"{words.quantity}: "))).to_have_value("2")
    expect(more).to_be_focused()
    reach(page, shopper.main.get_by_role("link", name=words.to_checkout))
    page.keyboard.press("Enter")
    expect(shopper.heading()).to_have_text(words.checkout)

    form = shopper.part("cart/checkout")
    for label, text in (
        (words.your_name, "Ada Lovelace"),
        (words.checkout_email, "ada@shoppers.example"),
        (words.street, "12 St James's Square"),
        (words.town, "London"),
        (words.postcode, "SW1Y 4JH"),
    ):
        reach(page, form.get_by_label(label))
        page.keyboard.type(text)
    # To one shop and back again, by the arrows that change a choice.
    reach(page, form.get_by_label(words.send_it), "Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(form.get_by_label(words.street)).to_be_hidden()
    page.keyboard.press("ArrowUp")
    expect(form.get_by_label(words.street)).to_have_value("12 St James's Square")
    reach(page, form.get_by_role("button", name=words.place_order))
    page.keyboard.press("Enter")
    expect(shopper.heading()).to_have_text(words.thank_you)
