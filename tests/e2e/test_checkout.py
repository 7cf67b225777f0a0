"""From a product to thank-you, with the real services, with and without JavaScript."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dev.running_site import RunningSite

from . import shop
from .harm import get

NUMBER = r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}"
FORM = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "method": "delivery",
    "street": "12 St James's Square",
    "city": "London",
    "postcode": "SW1Y 4JH",
    "payment": "demo-card",
}


def fill_in(page: Page) -> None:
    for label, value in (
        ("Your name", FORM["name"]),
        ("Email address", FORM["email"]),
        ("House number and street", FORM["street"]),
        ("Town or city", FORM["city"]),
        ("Postcode", FORM["postcode"]),
    ):
        page.get_by_label(label, exact=True).fill(value)


def put_into_cart(page: Page, address: str = shop.VARIANT) -> None:
    page.goto(address)
    with page.expect_response("**/actions/cart/add/add"):
        page.get_by_role("button", name="Add to cart").click()


def test_a_shopper_orders_and_is_thanked(shopper: Page) -> None:
    put_into_cart(shopper)
    shopper.goto("/cart/")
    main = shopper.get_by_role("main")
    expect(main).to_contain_text("Tide Vase")
    main.get_by_role("button", name=re.compile("^One more: Tide Vase")).click()
    expect(main.get_by_label(re.compile("^Quantity: Tide Vase"))).to_have_value("2")
    main.get_by_role("link", name="Go to checkout").click()

    fill_in(shopper)
    shopper.get_by_role("button", name="Place the order").click()
    expect(shopper).to_have_url(re.compile(f"/orders/{NUMBER}/$"))
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Thank you!")
    expect(main).to_contain_text("12 St James's Square")

    shopper.goto("/cart/")
    expect(main).to_contain_text("There is nothing in it yet.")


def test_a_mistake_is_explained_and_what_was_typed_stays(shopper: Page) -> None:
    put_into_cart(shopper)
    shopper.goto("/checkout/")
    fill_in(shopper)
    shopper.get_by_label("Postcode").fill("12345")
    shopper.get_by_role("button", name="Place the order").click()
    problem = shopper.get_by_role("alert").get_by_role("link", name="Enter a postcode such as")
    problem.click()
    expect(shopper.get_by_label("Postcode")).to_be_focused()
    expect(shopper.get_by_label("Postcode")).to_have_value("12345")
    expect(shopper.get_by_label("Your name")).to_have_value(FORM["name"])


def test_what_was_removed_can_be_put_back(shopper: Page) -> None:
    put_into_cart(shopper)
    shopper.goto("/cart/")
    main = shopper.get_by_role("main")
    main.get_by_role("button", name=re.compile(r"^Remove\s?: Tide Vase")).click()
    expect(main).to_contain_text("You removed Tide Vase")
    main.get_by_role("button", name=re.compile(r"^Put it back\s?: Tide Vase")).click()
    expect(main.get_by_label(re.compile("^Quantity: Tide Vase"))).to_have_value("1")


def test_the_header_counts_along(page: Page) -> None:
    put_into_cart(page)
    link = page.get_by_role("banner").get_by_role("link", name=re.compile("^Cart"))
    expect(link).to_contain_text("1 thing,")
    page.goto("/cart/")
    page.get_by_role("button", name=re.compile("^One more: Tide Vase")).click()
    expect(link).to_contain_text("2 things,")


def test_an_order_is_for_its_shopper_alone(page: Page, client: httpx.Client) -> None:
    put_into_cart(page)
    page.goto("/checkout/")
    fill_in(page)
    page.get_by_role("button", name="Place the order").click()
    page.wait_for_url("**/orders/**")
    somebody = client.get(page.url)
    assert somebody.status_code == 404
    assert FORM["street"] not in somebody.text
    # Who follows the link of the mail in another browser is told what would help.
    number = page.url.rstrip("/").rpartition("/")[2]
    assert f'"/account/sign-in/?next=/orders/{number}/"' in somebody.text
    unknown = client.get(page.url.replace(number, "2222-2222-2222")).text
    assert unknown.count("2222-2222-2222") == somebody.text.count(number)


class Buyer:
    """A browser without a screen: cookies, and forms as they come."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def act(self, action: str, **data: str) -> httpx.Response:
        return self.http.post(f"/actions/{action}", data=data)

    def checkout(self) -> dict[str, str]:
        html = self.http.get("/checkout/").text
        return dict(re.findall(r'<input type="hidden" name="(key|seen)" value="([^"]+)"', html))

    def order(self, form: dict[str, str]) -> httpx.Response:
        return self.act("cart/checkout/place", **FORM, **form)


@pytest.mark.ours
def test_many_want_the_last_pieces_and_none_is_sold_twice(site: RunningSite) -> None:
    """Through the shell and over both databases; each buyer sends the form twice at once."""
    html = get(site, shop.FEW_LEFT).text
    sku = re.findall(r'name="sku" value="([^"]+)"', html)[0]
    left = int(re.findall(r'name="quantity"[^>]* max="(\d+)"', html)[0])
    with ExitStack() as stack:
        same: dict[str, Any] = {
            "base_url": site.origin,
            "timeout": 30,
            "headers": {"origin": site.origin},
        }
        buyers = [Buyer(stack.enter_context(httpx.Client(**same))) for _ in range(left + 2)]
        for buyer in buyers:
            assert buyer.act("cart/add/add", sku=sku, quantity="1").status_code == 303
        forms = [buyer.checkout() for buyer in buyers]
        twice = [*zip(buyers, forms, strict=True)] * 2
        with ThreadPoolExecutor(len(twice)) as pool:
            answers = list(pool.map(lambda pair: pair[0].order(pair[1]), twice))
    numbers = {a.headers["location"] for a in answers if a.status_code == 303}
    assert len(numbers) == left
    assert {a.status_code for a in answers} <= {303, 409, 422}
    assert "Sold out" in get(site, shop.FEW_LEFT).text


@pytest.mark.ours
def test_without_the_catalogue_the_cart_still_shows(
    fragile_site: RunningSite, new_context: Callable[..., BrowserContext]
) -> None:
    page, origin = new_context().new_page(), fragile_site.origin
    put_into_cart(page, f"{origin}{shop.VARIANT}")
    fragile_site.kill("product_details")
    page.goto(f"{origin}/cart/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Tide Vase")
    expect(main).to_contain_text("We cannot ask for prices and stock at the moment.")
    page.goto(f"{origin}/checkout/")
    expect(main).to_contain_text("ordering has to wait")
