"""From the front page to the piece that one wants, and to what others say about it."""

import re
from collections.abc import Callable
from html import unescape
from itertools import count
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from . import shop


def test_a_shopper_finds_a_product_and_chooses_a_variant(shopper: Page) -> None:
    shopper.goto(shop.HOME)
    shopper.get_by_role("navigation", name="Categories").get_by_role(
        "link", name="Vases & planters", exact=True
    ).click()
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Vases & planters")
    shopper.get_by_role("main").get_by_role("link", name="Tide Vase").click()
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Tide Vase")

    glaze = shopper.get_by_role("group", name="Glaze")
    glaze.get_by_role("link", name="Chalk").click()
    expect(shopper).to_have_url(re.compile(shop.VARIANT))
    expect(glaze.get_by_role("link", name="Chalk")).to_have_attribute("aria-current", "true")
    size = shopper.get_by_role("group", name="Size")
    size.get_by_role("link", name="Large").click()
    expect(shopper).to_have_url(re.compile("/products/h1001/tide-vase/chalk-large/"))
    expect(glaze.get_by_role("link", name="Chalk")).to_have_attribute("aria-current", "true")


def test_the_front_page_leads_to_its_products(shopper: Page) -> None:
    shopper.goto(shop.HOME)
    block = shopper.locator('[data-boundary="product_details/list"]').first
    product = block.get_by_role("listitem").first.get_by_role("link")
    name = product.inner_text()
    product.click()
    expect(shopper.get_by_role("heading", level=1)).to_have_text(name)


def test_a_finger_hits_what_the_header_leads_to(shopper: Page) -> None:
    """Without script nothing comes in the place of what is the shopper's own; its links stay."""
    # With script what comes is in place when nothing is asked for any more.
    shopper.goto(shop.HOME, wait_until="networkidle")
    for name in ("Bookmarks", "Cart"):
        link = shopper.get_by_role("banner").get_by_role("link", name=re.compile(name))
        expect(link).to_be_visible()
        box = link.bounding_box()
        assert box and box["height"] >= 40 and box["width"] >= 40, (name, box)


PASTED = {
    "lines": "\tblue\r\nvase\u200b\x00 ",
    "a letter": "Dear shop, do you have a vase? " * 300,
    "one long word": "x" * 400,
    "markup": '<script>alert("q")</script>"><img src=x onerror=alert(1)>' * 5,
    "another direction": "\u202evase\u2066",
    "no text": b"\xff\xfe vase 100%",
}


@pytest.mark.parametrize("mount", ["", "/de"])
@pytest.mark.parametrize("pasted", PASTED.values(), ids=PASTED)
def test_whatever_is_pasted_is_searched_for(
    client: httpx.Client, pasted: str | bytes, mount: str
) -> None:
    answer = client.get(f"{mount}{shop.PRODUCTS}?q={quote(pasted)}&stock=yes")
    assert answer.status_code == 200
    # The header's box and the list's are there, with what was searched for.
    values = re.findall(r'<input [^>]*name="q" value="([^"]+)"', answer.text)
    assert len(values) == 2 and values[0] == values[1] and len(unescape(values[0])) <= 100
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
    # So are what narrows the list further, the pages and the other language: each keeps the search.
    links = {unescape(link) for link in re.findall(r'href="([^"]*[?&]q=[^"]*)"', answer.text)}
    assert links
    assert {client.get(link).status_code for link in sorted(links)[:3]} == {200}
    told = "nur nach ihren ersten Wörtern" if mount else "Only its first words"
    assert (told in answer.text) == (len(pasted) > 100)


def test_the_phone_shows_one_box_to_search_the_shop_and_another_within_a_category(
    new_context: Callable[..., BrowserContext],
) -> None:
    phone = {"width": 390, "height": 844}
    for path, boxes, has_script in ((shop.PRODUCTS, 1, False), (shop.CATEGORY, 2, True)):
        page = new_context(viewport=phone, java_script_enabled=has_script).new_page()
        page.goto(path)
        expect(page.get_by_role("searchbox").filter(visible=True)).to_have_count(boxes)
        header = page.get_by_role("banner").get_by_role("searchbox")
        header.fill("tide vase")
        header.press("Enter")
        expect(page).to_have_url(re.compile(r"/products/\?q=tide\+vase$"))
        # What narrows it further keeps the words, though their second box is not seen.
        page.get_by_text("Filter", exact=True).click()
        page.get_by_role("checkbox", name=re.compile("In stock")).check()
        page.get_by_role("button", name="Show products").click()
        expect(page).to_have_url(re.compile(r"\?q=tide\+vase&(rating=&)?stock=yes$"))
        page.goto(f"{path}?q={'x' * 150}")
        for part in (page.get_by_role("heading", level=1), page.get_by_text("(remove)")):
            box = part.locator("xpath=ancestor-or-self::*[self::a or self::h1]").bounding_box()
            assert box and box["x"] + box["width"] <= phone["width"]


def test_crumbs_lead_from_a_product_up_to_its_categories(shopper: Page) -> None:
    shopper.goto(shop.PRODUCT)
    crumbs = shopper.get_by_role("navigation", name="Breadcrumbs")
    crumbs.get_by_role("link", name="Vases", exact=True).click()
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Vases")


def test_a_product_leads_to_others_that_go_well_with_it(shopper: Page) -> None:
    shopper.goto(shop.PRODUCT)
    others = shopper.locator('[data-boundary="product_details/related"]')
    other = others.get_by_role("listitem").first.get_by_role("link")
    name = other.inner_text()
    other.click()
    expect(shopper.get_by_role("heading", level=1)).to_have_text(name)


def test_the_list_of_all_products_is_read_page_by_page(shopper: Page) -> None:
    shopper.goto(shop.PRODUCTS)
    pages = shopper.get_by_role("navigation", name="Pages of products")
    names = shopper.locator('[data-boundary="product_details/list"]').get_by_role(
        "heading", level=2
    )
    first = names.all_inner_texts()
    pages.get_by_role("link", name="Next").click()
    expect(pages.locator("[aria-current=page]")).to_have_text(re.compile("Page 2"))
    second = names.all_inner_texts()
    assert second
    assert not set(first) & set(second)
    pages.get_by_role("link", name="Previous").click()
    expect(names).to_have_text(first)


@pytest.mark.parametrize(
    ("order", "stars", "sort"),
    [("Highest rated", "5 out of 5 stars", "highest"), ("Lowest rated", "1 out of 5", "lowest")],
)
def test_reviews_are_sorted_and_paged_without_losing_the_variant(
    shopper: Page, order: str, stars: str, sort: str
) -> None:
    shopper.goto(shop.VARIANT)
    reviews = shopper.get_by_role("region", name="Customer reviews")
    reviews.get_by_role("link", name=order).click()
    expect(shopper).to_have_url(re.compile(rf"{shop.VARIANT}\?sort={sort}#reviews$"))
    expect(reviews.get_by_role("link", name=order)).to_have_attribute("aria-current", "true")
    expect(reviews.get_by_role("article").first).to_contain_text(stars)

    first = reviews.get_by_role("article").all_inner_texts()
    reviews.get_by_role("link", name="Next").click()
    expect(shopper).to_have_url(re.compile(rf"{shop.VARIANT}\?sort={sort}&page=2#reviews$"))
    expect(reviews.get_by_role("article").first).not_to_have_text(first[0])
    assert not set(first) & set(reviews.get_by_role("article").all_inner_texts())
    glaze = shopper.get_by_role("group", name="Glaze")
    expect(glaze.get_by_role("link", name="Chalk")).to_have_attribute("aria-current", "true")


def test_ratings_are_words_too(plain_page: Page) -> None:
    plain_page.goto(shop.PRODUCT)
    reviews = plain_page.get_by_role("region", name="Customer reviews")
    expect(reviews.get_by_text(re.compile(r"^\d\.\d out of 5 stars"))).to_be_attached()
    rows = reviews.get_by_role("list", name="How the ratings are spread").get_by_role("listitem")
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text(re.compile(r"5 stars\s+.*\d+ reviews?", re.DOTALL))


def test_nothing_that_reviewers_typed_becomes_markup(page: Page) -> None:
    page.goto(shop.HOSTILE_REVIEWS)
    reviews = page.get_by_role("region", name="Customer reviews")
    next_page = reviews.get_by_role("link", name="Next")
    smuggled = "script, img, iframe, style, [style], [onload], [onmouseover], [onfocus]"
    seen = []
    for number in count(1):
        expect(page).to_have_url(re.compile(rf"\bpage={number}\b" if number > 1 else "/$"))
        expect(page.get_by_role("contentinfo")).to_be_visible()
        seen += reviews.get_by_role("article").all_inner_texts()
        expect(reviews.locator(smuggled)).to_have_count(0)
        expect(page).to_have_title(re.compile("Salt & Vinegar"))
        if not next_page.count():
            break
        next_page.click()
    assert "<script>alert('title')</script>" in "".join(seen)
