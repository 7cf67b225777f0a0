"""Into the cart, with JavaScript and without."""

import re
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from . import shop
from .waiting import eventually

LISTEN = """() => {
    window.told = [];
    document.addEventListener("cart:item-added", (event) => window.told.push(event.detail));
}"""


def test_with_script_the_page_stays_and_everyone_is_told(page: Page) -> None:
    page.goto(shop.VARIANT)
    page.evaluate(LISTEN)
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Add to cart").click()

    toast = page.locator("site-notifications").get_by_role("status")
    expect(toast).to_contain_text("2 × Tide Vase")
    (detail,) = page.evaluate("window.told")  # which a page that was left would not know
    assert detail.items() >= {"ref": "h1001", "quantity": 2}.items()
    assert detail["sku"].startswith("H1001-")
    assert re.search(r"\d", detail["price"])
    expect(page).to_have_url(re.compile(rf"{shop.VARIANT}$"))
    expect(page.get_by_role("button", name="Add to cart")).to_be_focused()


def test_with_script_the_same_can_be_added_again(page: Page) -> None:
    page.goto(shop.PRODUCT)
    page.evaluate(LISTEN)
    toasts = page.locator("site-notifications").get_by_text("Added to your cart")
    for count in (1, 2):
        page.get_by_role("button", name="Add to cart").click()
        told = f"window.told.length === {count}"
        assert eventually(partial(page.evaluate, told))
    expect(toasts.first).to_be_visible()


def test_without_script_the_cart_is_next(plain_page: Page) -> None:
    plain_page.goto(shop.VARIANT)
    plain_page.get_by_role("button", name="Add to cart").click()
    expect(plain_page).to_have_url(re.compile(r"/cart/$"))
    expect(plain_page.get_by_role("main")).to_contain_text("Tide Vase")
    plain_page.get_by_role("main").get_by_role("link", name="Tide Vase").click()
    expect(plain_page).to_have_url(re.compile(rf"{shop.VARIANT}$"))


@pytest.mark.parametrize(("quantity", "why"), [("", "Enter how many"), ("-1", "at least 1")])
def test_a_quantity_that_makes_no_sense_is_explained(
    shopper: Page, quantity: str, why: str
) -> None:
    shopper.goto(shop.PRODUCT)
    shopper.get_by_label("Quantity").fill(quantity)
    with shopper.expect_response("**/actions/**") as sent:
        shopper.get_by_role("button", name="Add to cart").click()
    assert sent.value.status == 422
    expect(shopper.get_by_role("alert")).to_contain_text(why)
    expect(shopper.get_by_label("Quantity")).to_have_value(quantity)


def test_what_is_sold_out_cannot_be_added(shopper: Page) -> None:
    shopper.goto(shop.SOLD_OUT)
    expect(shopper.get_by_role("main").get_by_text("Sold out").first).to_be_visible()
    expect(shopper.get_by_role("button", name="Add to cart")).to_have_count(0)
