"""A page outlives the services it can do without, and says so about the one it cannot."""

import re
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from dev.running_site import RunningSite

from . import shop
from .harm import get, has_logged, is_whole, log_end
from .shopper import Shopper, beginning
from .waiting import eventually
from .words import ENGLISH

pytestmark = pytest.mark.ours

# Each is visited for the first time by the test that names it.
NEW_TO_SHOPPERS = {
    "reviews are gone": "/products/h1002/heron-bottle-vase/",
    "reviews hang": "/products/h1003/three-pebbles-bud-vase/",
    "product is gone": "/products/h1007/orchard-planter/",
    "product hangs": "/products/h1008/windowsill-pot/",
}


@pytest.fixture
def paused(second_site: RunningSite) -> Iterator[list[str]]:
    """Services whose names are put in here hang until the test ends."""
    names: list[str] = []
    yield names
    for name in names:
        second_site.resume(name)
    eventually(lambda: is_whole(get(second_site, shop.PRODUCT)))


def hang(site: RunningSite, name: str, paused: list[str]) -> None:
    paused.append(name)
    site.pause(name)


def test_without_reviews_a_product_is_still_sold(fragile_site: RunningSite, page: Page) -> None:
    known = fragile_site.origin + shop.PRODUCT
    writing = page.context.new_page()
    writing.goto(known)
    writing.get_by_role("link", name="Write or change your review").scroll_into_view_if_needed()
    expect(writing.get_by_label("Title")).to_be_visible()
    page.goto(known)
    fragile_site.kill("reviews")

    page.reload()
    reviews = page.get_by_role("region", name="Customer reviews")
    expect(reviews.get_by_role("article").first).to_be_visible()

    response = page.goto(fragile_site.origin + NEW_TO_SHOPPERS["reviews are gone"])
    assert response
    assert response.status == 200
    expect(page.get_by_role("heading", level=1)).to_have_text("Heron Bottle Vase")
    expect(reviews).to_contain_text("cannot be shown right now")
    expect(page.get_by_role("contentinfo")).to_be_visible()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("site-notifications").get_by_role("status")).to_contain_text("Heron")

    # Who was writing meanwhile has nobody to send it to.
    writing.get_by_label("Title").fill("Kept")
    writing.get_by_role("button", name="Send review").click()
    expect(writing.locator("site-notifications").get_by_role("status")).to_contain_text(
        re.compile("Nothing is lost|What you typed is still here")
    )
    expect(writing.get_by_label("Title")).to_have_value("Kept")


def test_without_its_product_a_page_is_an_apology(fragile_site: RunningSite, page: Page) -> None:
    known = fragile_site.origin + shop.PRODUCT
    page.goto(known)
    fragile_site.kill("product_details")

    response = page.reload()
    assert response
    assert response.status == 200
    expect(page.get_by_role("heading", level=1)).to_have_text("Tide Vase")

    response = page.goto(fragile_site.origin + NEW_TO_SHOPPERS["product is gone"])
    assert response
    assert response.status == 503
    assert response.headers["cache-control"] == "no-store"
    assert int(response.headers["retry-after"]) > 0
    expect(page.get_by_role("main")).to_contain_text("try again")

    unseen = NEW_TO_SHOPPERS["product is gone"]
    for path, status in ((unseen, 503), (shop.PRODUCTS, 503), (shop.HOME, 200)):
        response = page.goto(fragile_site.origin + path)
        assert response
        assert response.status == status
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        for landmark in ("banner", "main", "contentinfo"):
            expect(page.get_by_role(landmark)).to_be_visible()
    assert get(fragile_site, "/healthz").status_code == 200


def test_a_page_does_not_wait_for_reviews_that_hang_and_shows_them_when_they_are_back(
    second_site: RunningSite, paused: list[str]
) -> None:
    path = NEW_TO_SHOPPERS["reviews hang"]
    since = log_end(second_site)
    hang(second_site, "reviews", paused)
    page = get(second_site, path)
    assert page.status_code == 200
    assert "Three Pebbles Bud Vase" in page.text
    assert "The reviews cannot be shown right now" in page.text
    slot = "fragment=reviews/list outcome=fallback reason=timeout"
    assert eventually(lambda: has_logged(second_site, since, slot))

    second_site.resume("reviews")
    assert eventually(lambda: is_whole(get(second_site, path)))


def test_a_page_does_not_wait_for_a_product_that_hangs_and_shows_it_when_it_is_back(
    second_site: RunningSite, paused: list[str]
) -> None:
    path = NEW_TO_SHOPPERS["product hangs"]
    since = log_end(second_site)
    hang(second_site, "product_details", paused)
    page = get(second_site, path)
    assert page.status_code in {503, 504}
    assert page.headers["cache-control"] == "no-store"
    assert "try again" in page.text
    slot = "fragment=product_details/page .*reason=timeout"
    assert eventually(lambda: has_logged(second_site, since, slot))

    second_site.resume("product_details")
    assert eventually(lambda: get(second_site, path).status_code == 200)


def test_a_cart_does_not_wait_for_a_catalogue_that_hangs(
    second_site: RunningSite, paused: list[str], browser: Browser
) -> None:
    context = browser.new_context(base_url=second_site.origin)
    shopper = Shopper(context.new_page(), ENGLISH)
    shopper.visit(shop.VARIANT)
    shopper.add_to_cart()
    hang(second_site, "product_details", paused)
    # What asks for longer than the page has is replaced by an apology that knows no lines.
    answer = shopper.page.goto(shop.CART)
    assert answer
    assert answer.status == 200
    cart = shopper.part("cart/page")
    expect(cart.get_by_role("listitem")).to_have_count(1)
    expect(cart).to_contain_text("We cannot ask for prices and stock at the moment.")
    expect(cart.get_by_role("link", name=ENGLISH.to_checkout)).to_have_count(0)
    shopper.main.get_by_role("button", name=beginning(ENGLISH.one_more)).click()
    expect(cart.get_by_label(beginning(f"{ENGLISH.quantity}: "))).to_have_value("2")

    second_site.resume("product_details")
    assert eventually(lambda: is_whole(get(second_site, shop.PRODUCT)))
    assert eventually(partial(can_be_ordered, shopper))
    context.close()


def can_be_ordered(shopper: Shopper) -> bool:
    shopper.open_cart()
    return shopper.page.get_by_role("link", name=ENGLISH.to_checkout).is_visible()


def test_an_action_on_a_service_that_hangs_ends_in_an_apology(
    second_site: RunningSite, paused: list[str]
) -> None:
    assert is_whole(get(second_site, shop.PRODUCT))
    hang(second_site, "reviews", paused)
    response = httpx.post(
        second_site.origin + shop.ACTION,
        data={"product": "h1001", "title": "Typed with care"},
        headers={"sec-fetch-site": "same-origin"},
        timeout=30,
    )
    assert response.status_code in {502, 503, 504}
    assert response.headers["cache-control"] == "no-store"
    assert re.search(r"<h1[ >]", response.text)
