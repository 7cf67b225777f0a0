"""What a shopper does, step by step, and what is to be seen after each step."""

import re
import secrets
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, StorageState, expect

from . import shop
from .words import Words

PASSWORD = "terracotta-and-linen-42"


def beginning(name: str) -> re.Pattern[str]:
    """A name that goes on with the name of a product."""
    return re.compile(f"^{re.escape(name)}")


def somebody() -> str:
    """The address of somebody of whom the shop has not heard."""
    return f"{secrets.token_hex(6)}@shoppers.example"


@dataclass(frozen=True)
class Account:
    """Somebody with PASSWORD, signed in wherever these cookies are."""

    email: str
    cookies: StorageState


@dataclass(frozen=True)
class Shopper:
    """Somebody in front of a browser, who reads one of the languages."""

    page: Page
    words: Words
    has_script: bool = True

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def part(self, boundary: str) -> Locator:
        """A part of the page, by the team that serves it."""
        return self.page.locator(f'[data-boundary="{boundary}"]')

    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.words.mount}{path}")

    def search(self, text: str) -> None:
        """From the header of any page."""
        box = self.page.get_by_role("banner").get_by_role("search")
        box.get_by_role("searchbox", name=self.words.search).fill(text)
        box.get_by_role("button", name=self.words.find).click()
        expect(self.part("product_details/list").first).to_be_visible()

    def narrow(self) -> None:
        """By the first choice of the first facet, and back again by its chip."""
        filters = self.page.get_by_role("search", name=self.words.filters)
        choice = filters.get_by_role("checkbox").first
        if not choice.is_visible():
            filters.get_by_text(self.words.narrow, exact=True).click()
        choice.check()
        chips = self.main.get_by_role("link", name=self.words.remove_choice)
        before = chips.count()
        filters.get_by_role("button", name=self.words.show_products).click()
        expect(chips).to_have_count(before + 1)
        expect(self.part("bookmarks/toggle")).not_to_have_count(0)
        chips.last.click()
        expect(chips).to_have_count(before)

    def open_product(self, name: str) -> None:
        self.part("product_details/list").get_by_role("link", name=name, exact=True).first.click()
        expect(self.heading()).to_have_text(name)

    def bookmark(self, name: str) -> None:
        """With the heart beside the product's name."""
        heart = self.part("product_details/page").get_by_role(
            "button", name=self.words.bookmark(name), exact=True
        )
        heart.click()
        done = self.page.get_by_role("heading", name=self.words.is_bookmarked.format(name))
        pressed = heart.and_(self.page.locator("[aria-pressed=true]"))
        expect(pressed.or_(done)).to_be_visible()
        if not self.has_script:
            self.page.go_back()

    def add_to_cart(self, quantity: int = 1) -> None:
        """Of the product whose page is open; the shopper is told of it."""
        self.page.get_by_label(self.words.quantity, exact=True).fill(str(quantity))
        with self.page.expect_response(re.compile("/actions/")) as sent:
            self.page.get_by_role("button", name=self.words.add_to_cart).click()
        assert sent.value.status in {200, 303}
        told = self.page.get_by_role("status").filter(has_text=self.words.cart)
        expect(told.first).to_be_attached()

    def send(self, name: str) -> Locator:
        """A form of the page by its button, and what it is told that is wrong with it."""
        self.main.get_by_role("button", name=name, exact=True).click()
        alert = self.main.get_by_role("alert")
        expect(alert).to_be_visible()
        return alert

    def open_cart(self) -> Locator:
        """The lines of the cart."""
        self.visit(shop.CART)
        expect(self.heading()).to_have_text(self.words.your_cart)
        return self.part("cart/page").get_by_role("listitem")

    def create_account(self) -> str:
        """From the account's icon in the header; the address that was used."""
        email = somebody()
        self.page.get_by_role("banner").get_by_role("link", name=self.words.account).click()
        self.main.get_by_role("link", name=self.words.register).click()
        self.main.get_by_label(self.words.email).fill(email)
        self.main.get_by_label(self.words.new_password).fill(PASSWORD)
        self.main.get_by_role("button", name=self.words.create_account).click()
        return email

    def check_out(self, email: str) -> str:
        """From the cart to the thank-you; the number of the order."""
        self.open_cart()
        self.page.get_by_role("link", name=self.words.to_checkout).click()
        expect(self.heading()).to_have_text(self.words.checkout)
        self.fill_in(email)
        self.page.get_by_role("button", name=self.words.place_order).click()
        expect(self.heading()).to_have_text(self.words.thank_you)
        expect(self.page).to_have_url(re.compile("/orders/[^/]+/$"))
        number = self.page.url.rstrip("/").rpartition("/")[2]
        expect(self.part("cart/order")).to_contain_text(number)
        return number

    def fill_in(self, email: str) -> None:
        """Everything that the checkout asks for, for delivery."""
        form = self.part("cart/checkout")
        form.get_by_label(self.words.your_name).fill("Ada Lovelace")
        form.get_by_label(self.words.checkout_email).fill(email)
        form.get_by_label(self.words.send_it).check()
        form.get_by_label(self.words.street).fill("12 St James's Square")
        form.get_by_label(self.words.town).fill("London")
        form.get_by_label(self.words.postcode).fill("SW1Y 4JH")
        form.get_by_label(self.words.demo_card).check()

    def review_form(self) -> Locator:
        """The form for the product whose page is open; without script it has its own page."""
        way = self.page.get_by_role("link", name=self.words.own_review)
        if self.has_script:
            way.scroll_into_view_if_needed()
        else:
            way.click()
        form = self.page.get_by_role("region", name=self.words.write_review)
        expect(form).to_be_visible()
        return form

    def review(self, title: str) -> None:
        """The product whose page is open."""
        form = self.review_form()
        form.get_by_role("radio", name=self.words.best_rating).check()
        form.get_by_label(self.words.review_title).fill(title)
        form.get_by_label(self.words.review_text, exact=True).fill("It holds flowers.")
        form.get_by_label(self.words.your_name).fill("Ada")
        form.get_by_role("button", name=self.words.send_review).click()
        thanks = self.page.get_by_role("status").filter(has_text=self.words.awaits_moderation)
        expect(thanks.first).to_be_attached()
