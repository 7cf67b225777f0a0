"""The whole way, from the front page to the review: by everybody who may come along it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from . import shop
from .shopper import Shopper
from .words import ENGLISH, GERMAN, Words

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
WITHOUT_SCRIPT = {"java_script_enabled": False}


@pytest.mark.parametrize(
    ("words", "options"),
    [
        pytest.param(ENGLISH, DESKTOP, id="en, desktop, script"),
        pytest.param(GERMAN, PHONE, id="de, phone, script"),
        pytest.param(ENGLISH, PHONE | WITHOUT_SCRIPT, id="en, phone, no script"),
        pytest.param(GERMAN, DESKTOP | WITHOUT_SCRIPT, id="de, desktop, no script"),
    ],
)
def test_from_the_front_page_to_the_review(
    new_context: Callable[..., BrowserContext], words: Words, options: dict[str, Any]
) -> None:
    has_script = options.get("java_script_enabled", True)
    shopper = Shopper(new_context(**options).new_page(), words, has_script)
    product = shop.FOUND[words.code]
    shopper.visit(shop.HOME)
    shopper.search(shop.KIND[words.code])
    shopper.narrow()
    shopper.search(product)
    shopper.open_product(product)
    shopper.bookmark(product)
    shopper.add_to_cart(2)
    expect(shopper.open_cart().first).to_contain_text(product)

    # Who signs in keeps what was there before, and is told so.
    email = shopper.create_account()
    expect(shopper.page.get_by_text(words.from_before).first).to_be_attached()
    expect(shopper.open_cart().first).to_contain_text(product)
    shopper.visit(shop.BOOKMARKS)
    expect(shopper.part("bookmarks/list")).to_contain_text(product)

    number = shopper.check_out(email)
    expect(shopper.part("cart/order")).to_contain_text(product)
    shopper.open_cart()
    expect(shopper.part("cart/page").get_by_role("listitem")).to_have_count(0)
    shopper.visit(f"/orders/{number}/")
    expect(shopper.part("cart/order")).to_contain_text(email)

    shopper.visit(shop.HOME)
    shopper.search(product)
    shopper.open_product(product)
    shopper.review(f"After order {number}")
