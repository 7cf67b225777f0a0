"""The shopper is told what has happened: once, without JavaScript too, and in every tab."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from . import shop

ADDED = "Added to your cart: Tide Vase"


def test_without_script_the_next_page_tells_it_and_no_other(plain_page: Page) -> None:
    put_into_cart(plain_page)
    expect(told(plain_page)).to_contain_text(ADDED)
    plain_page.goto(shop.PRODUCTS)
    expect(told(plain_page)).to_have_count(0)


def test_it_is_told_in_the_language_of_the_page(plain_page: Page) -> None:
    plain_page.goto(f"/de{shop.PRODUCT}")
    plain_page.locator("form[action='/actions/cart/add/add'] button").click()
    expect(told(plain_page, "Meldungen")).to_contain_text("In den Warenkorb gelegt: ")


def test_the_page_that_tells_it_is_nobody_elses(plain_page: Page) -> None:
    plain_page.goto(shop.PRODUCT)
    with plain_page.expect_response(re.compile(r"/cart/$")) as answered:
        plain_page.get_by_role("button", name="Add to cart").click()
    headers = answered.value.all_headers()
    assert "no-store" in headers["cache-control"]
    assert "etag" not in headers


def test_with_script_it_becomes_a_toast_in_its_place(page: Page) -> None:
    page.goto(shop.PRODUCT)
    # A form that is sent before its script is there.
    form = page.locator("form[action='/actions/cart/add/add']")
    form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    expect(page).to_have_url(re.compile(r"/cart/$"))
    toast = page.locator("site-notifications").get_by_role("status")
    expect(toast).to_contain_text(ADDED)
    expect(page.locator("main").get_by_text(ADDED)).to_have_count(0)


def test_the_cart_of_another_tab_follows(new_context: Callable[..., BrowserContext]) -> None:
    context = new_context()
    here, there = context.new_page(), context.new_page()
    put_into_cart(here)
    there.goto(shop.PRODUCTS)
    expect(mini_cart(there)).to_contain_text("1")
    here.goto(shop.VARIANT)
    here.get_by_label("Quantity").fill("3")
    here.get_by_role("button", name="Add to cart").click()
    expect(mini_cart(there)).to_contain_text("4")
    expect(there.locator("site-notifications .toast")).to_have_count(0)


def test_a_double_click_buys_one(plain_page: Page) -> None:
    put_into_cart(plain_page)
    plain_page.goto(shop.VARIANT)
    plain_page.get_by_label("Quantity").fill("3")
    plain_page.get_by_role("button", name="Add to cart").dblclick()
    expect(plain_page).to_have_url(re.compile(r"/cart/$"))
    plain_page.goto("/cart/")
    quantities = plain_page.get_by_role("main").get_by_role("textbox")
    assert sorted(box.input_value() for box in quantities.all()) == ["1", "3"]


def put_into_cart(page: Page) -> None:
    page.goto(shop.PRODUCT)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text(ADDED).first).to_be_visible()


def told(page: Page, name: str = "Notifications") -> Locator:
    return page.get_by_role("main").get_by_role("status", name=name)


def mini_cart(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("link", name=re.compile("Cart"))
