"""Bookmarks: on lists, on product pages and on a page of their own, with script and without."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from . import shop
from .words import ENGLISH, GERMAN, Words

REMOVED = re.compile("removed|entfernt|genommen", re.IGNORECASE)
LANGUAGES = pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=lambda words: words.code)


def heart(page: Page, words: Words, product: str) -> Locator:
    """The button that saves a product, the first one if there are several."""
    return page.get_by_role("button", name=words.bookmark(product), exact=True).first


def first_products(page: Page, count: int) -> list[str]:
    """The names of the first products in a list."""
    names = page.locator('[data-boundary="product_details/list"] li').get_by_role("heading")
    expect(names.nth(count - 1)).to_be_visible()
    return [name.strip() for name in names.all_inner_texts()[:count]]


def saved(page: Page) -> Locator:
    """What the page of bookmarks shows, each with its button to remove it."""
    return (
        page.locator('[data-boundary="bookmarks/list"]')
        .get_by_role("listitem")
        .filter(has=page.locator('[data-boundary="product_details/card"]'))
    )


@LANGUAGES
def test_with_script_hearts_are_pressed_on_every_page_and_in_every_tab(
    page: Page, words: Words
) -> None:
    page.goto(f"{words.mount}{shop.PRODUCTS}")
    one, two = first_products(page, 2)
    for name in (one, two):
        expect(heart(page, words, name)).to_have_attribute("aria-pressed", "false")
        heart(page, words, name).click()
        expect(heart(page, words, name)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("site-notifications").get_by_role("status")).to_contain_text(two)
    in_header = page.get_by_role("banner").locator('[data-boundary="bookmarks/state"]')
    expect(in_header).to_contain_text("2")

    other = page.context.new_page()
    other.goto(f"{words.mount}{shop.PRODUCTS}")
    expect(heart(other, words, one)).to_have_attribute("aria-pressed", "true")
    heart(other, words, one).click()
    expect(heart(other, words, one)).to_have_attribute("aria-pressed", "false")
    expect(heart(page, words, one)).to_have_attribute("aria-pressed", "false")
    other.get_by_role("heading", name=two).get_by_role("link").click()
    expect(heart(other, words, two)).to_have_attribute("aria-pressed", "true")


@LANGUAGES
def test_with_script_the_list_is_filtered_and_what_was_removed_comes_back(
    page: Page, words: Words
) -> None:
    page.goto(f"{words.mount}{shop.PRODUCTS}")
    names = first_products(page, 3)
    for name in names:
        heart(page, words, name).click()
        expect(heart(page, words, name)).to_have_attribute("aria-pressed", "true")
    page.goto(f"{words.mount}{shop.BOOKMARKS}")
    expect(page.get_by_role("heading", level=1)).to_have_text(words.bookmarks)
    expect(saved(page).get_by_role("heading")).to_have_text(names[::-1])

    page.get_by_label(words.name_or_reference).fill(names[0].upper())
    page.get_by_role("button", name=words.filter).click()
    expect(saved(page).get_by_role("heading")).to_have_text([names[0]])

    page.goto(f"{words.mount}{shop.BOOKMARKS}")
    saved(page).nth(1).get_by_role("button", name=words.remove).press("Enter")
    expect(saved(page)).to_have_count(2)
    # Once; beside it there is only the way back.
    expect(page.get_by_text(REMOVED).filter(has_text=names[1])).to_have_count(1)
    assert page.evaluate("document.activeElement !== document.body")
    page.get_by_role("button", name=re.compile(f"^{words.undo}")).click()
    expect(saved(page).get_by_role("heading")).to_have_text(names[::-1])


@LANGUAGES
def test_without_script_a_page_says_what_happened(plain_page: Page, words: Words) -> None:
    page = plain_page
    page.goto(f"{words.mount}{shop.BOOKMARKS}")
    expect(page.get_by_role("main")).to_contain_text(words.no_bookmarks)
    page.goto(f"{words.mount}{shop.PRODUCTS}")
    (name,) = first_products(page, 1)
    heart(page, words, name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.is_bookmarked.format(name))
    page.get_by_role("link", name=words.see_bookmarks).click()
    expect(saved(page).get_by_role("heading")).to_have_text([name])

    page.get_by_role("button", name=re.compile(f"^{words.remove}")).click()
    expect(page).to_have_url(re.compile(f"{words.mount}{shop.BOOKMARKS}$"))
    expect(page.get_by_role("main")).to_contain_text(words.no_bookmarks)
    expect(page.get_by_text(REMOVED).filter(has_text=name)).to_have_count(1)
    page.get_by_role("button", name=re.compile(f"^{words.undo}")).click()
    expect(saved(page).get_by_role("heading")).to_have_text([name])


def test_a_double_click_saves(page: Page) -> None:
    page.goto(shop.PRODUCT)
    button = page.locator('[data-boundary="product_details/page"]').get_by_role(
        "button", name=re.compile("^Bookmark")
    )
    expect(button).to_have_attribute("aria-pressed", "false")
    button.dblclick()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_bookmarks_are_at_home_on_the_front_page(page: Page) -> None:
    page.goto(shop.PRODUCTS)
    (name,) = first_products(page, 1)
    heart(page, ENGLISH, name).click()
    expect(heart(page, ENGLISH, name)).to_have_attribute("aria-pressed", "true")
    page.goto(shop.HOME)
    page.get_by_role("link", name="Your bookmarks").scroll_into_view_if_needed()
    block = page.locator('[data-boundary="bookmarks/recent"]')
    expect(block.get_by_role("heading", level=3)).to_have_text([name])
