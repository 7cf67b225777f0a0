"""Two want the last piece, and order at the same moment."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from . import shop
from .shopper import Shopper
from .words import ENGLISH

# Sends the order as its button would, and waits for nothing.
SEND = """(name) => [...document.querySelectorAll("button")]
    .find((button) => button.textContent.trim() === name).click()"""


def at_checkout(page: Page) -> Shopper:
    """Somebody with all that there is of it, and a form that only has to be sent."""
    shopper = Shopper(page, ENGLISH)
    shopper.visit(shop.RARE)
    most = page.get_by_label(ENGLISH.quantity, exact=True).get_attribute("max")
    shopper.add_to_cart(int(most or 1))
    shopper.open_cart()
    page.get_by_role("link", name=ENGLISH.to_checkout).click()
    shopper.fill_in("ada@shoppers.example")
    return shopper


def test_one_gets_it_and_the_other_one_is_told(
    new_context: Callable[..., BrowserContext],
) -> None:
    shoppers = [at_checkout(new_context().new_page()) for _ in range(2)]
    for shopper in shoppers:
        shopper.page.evaluate(SEND, ENGLISH.place_order)
    for shopper in shoppers:
        done = shopper.page.get_by_role("heading", level=1, name=ENGLISH.thank_you)
        expect(done.or_(shopper.page.get_by_role("alert")).first).to_be_visible()
    lucky = [s for s in shoppers if "/orders/" in s.page.url]
    assert len(lucky) == 1
    (other,) = [s for s in shoppers if s not in lucky]
    expect(other.page.get_by_role("alert")).to_contain_text(ENGLISH.problem)
    expect(other.part("cart/checkout").get_by_label(ENGLISH.your_name)).to_have_value(
        "Ada Lovelace"
    )
    other.visit(shop.RARE)
    expect(other.main.get_by_text("Sold out").first).to_be_visible()
    expect(other.page.get_by_role("button", name=ENGLISH.add_to_cart)).to_have_count(0)
