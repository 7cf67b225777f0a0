"""One login: a shopper's way from an anonymous cart to an account and out again.

With JavaScript and without, on desktop and phone.
"""

import re
import secrets

import pytest
from playwright.sync_api import Browser, Page, expect

from . import shop
from .shopper import PASSWORD, Account


def somebody() -> str:
    return f"ada-{secrets.token_hex(6)}@example.com"


def register(page: Page, email: str, path: str = "/account/register/") -> None:
    page.goto(path)
    main = page.get_by_role("main")
    main.get_by_label("Name").fill("Ada")
    main.get_by_label("E-mail address").fill(email)
    main.get_by_label("New password").fill(PASSWORD)
    main.get_by_role("button", name="Create the account").click()


def sign_in(page: Page, email: str, path: str = "/account/sign-in/") -> None:
    page.goto(path)
    main = page.get_by_role("main")
    main.get_by_label("E-mail address").fill(email)
    main.get_by_label("Password").fill(PASSWORD)
    main.get_by_role("button", name="Sign in").click()


def sign_out(page: Page, name: str = "Sign out") -> None:
    page.goto("/account/")
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def put_something_into_the_cart(page: Page) -> None:
    page.goto(shop.VARIANT)
    # Whoever leaves before the answer has come has no cart yet.
    with page.expect_response("**/actions/cart/add/add"):
        page.get_by_role("button", name="Add to cart").click()
    page.goto("/cart/")
    expect(page.get_by_role("main")).to_contain_text("Tide Vase")


def test_what_was_put_into_the_cart_before_comes_along(shopper: Page) -> None:
    put_something_into_the_cart(shopper)
    register(shopper, somebody())
    expect(shopper).to_have_url(re.compile("/account/$"))
    expect(shopper.get_by_text("Welcome, Ada.").first).to_be_visible()
    shopper.goto("/cart/")
    expect(shopper.get_by_role("main")).to_contain_text("Tide Vase")


def test_after_signing_out_the_next_person_sees_nothing_of_it(
    shopper: Page, account: Account
) -> None:
    sign_in(shopper, account.email)
    expect(shopper).to_have_url(re.compile("/account/$"))
    put_something_into_the_cart(shopper)
    sign_out(shopper)
    expect(shopper.get_by_text("You are signed out.").first).to_be_visible()
    shopper.goto("/cart/")
    expect(shopper.get_by_role("main")).not_to_contain_text("Tide Vase")
    sign_in(shopper, account.email, "/account/sign-in/?next=/cart/")
    expect(shopper).to_have_url(re.compile("/cart/$"))
    expect(shopper.get_by_role("main")).to_contain_text("Tide Vase")


def test_a_wrong_password_is_explained_and_the_problem_has_the_focus(shopper: Page) -> None:
    sign_in(shopper, "nobody@example.com")
    summary = shopper.get_by_role("main").get_by_role("alert")
    expect(summary).to_contain_text("do not belong together")
    expect(summary).to_be_focused()
    expect(shopper.get_by_label("E-mail address")).to_have_value("nobody@example.com")
    expect(shopper.get_by_label("Password")).to_have_value("")


def test_a_problem_leads_to_its_field(shopper: Page) -> None:
    shopper.goto("/account/register/")
    shopper.get_by_role("main").get_by_role("button", name="Create the account").click()
    summary = shopper.get_by_role("main").get_by_role("alert")
    summary.get_by_role("link", name="Enter your e-mail address.").click()
    expect(shopper.get_by_role("main").get_by_label("E-mail address")).to_be_focused()


def test_signing_out_everywhere_signs_the_other_browser_out(page: Page, browser: Browser) -> None:
    email = somebody()
    register(page, email)
    other = browser.new_context(base_url=re.sub(r"/account/.*", "", page.url)).new_page()
    sign_in(other, email)
    expect(other).to_have_url(re.compile("/account/$"))
    sign_out(page, "Sign out everywhere")
    other.goto("/account/")
    expect(other).to_have_url(re.compile("/account/sign-in/"))
    other.context.close()


def test_the_keyboard_is_enough(page: Page, account: Account) -> None:
    page.goto("/account/sign-in/")
    page.get_by_role("main").get_by_label("E-mail address").focus()
    page.keyboard.type(account.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/account/$"))


@pytest.mark.parametrize("path", ["/account/", "/account/password/"])
def test_what_needs_a_sign_in_leads_there(page: Page, path: str) -> None:
    page.goto(path)
    expect(page).to_have_url(re.compile(rf"/account/sign-in/\?next={path}$"))


def test_pages_of_the_account_are_in_german_too(plain_page: Page) -> None:
    plain_page.goto("/de/account/sign-in/")
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    plain_page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    expect(plain_page.get_by_role("main").get_by_role("alert")).to_contain_text("2 Angaben")
