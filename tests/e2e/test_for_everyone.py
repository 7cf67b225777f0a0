"""Pages that everyone can use: by keyboard, on a small screen, by ear, and without script."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from . import shop

NewContext = Callable[..., BrowserContext]
EVERY_PAGE = (*shop.PAGES, *(path for path, _ in shop.APOLOGIES))
# An empty message where there is no overflow; else the elements that stick out.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return "";
    const wide = [...document.body.querySelectorAll("*")]
        .filter((element) => element.getBoundingClientRect().right > width);
    return wide.map((element) => element.outerHTML.slice(0, 80)).join("\\n") || "the page";
}"""
# Whether what has the focus, or the card around it, looks different from how it looks without.
FOCUS_SHOWS = """(element) => {
    const outline = (part, pseudo) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part, pseudo);
        return [outlineStyle, outlineWidth, boxShadow];
    };
    const card = element.closest("li, article") ?? element;
    const look = () => JSON.stringify([
        outline(element), outline(element, "::after"), outline(card),
    ]);
    const focused = look();
    element.blur();
    return look() !== focused;
}"""


def serious_findings(page: Page) -> list[str]:
    results = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{found['id']}: {node['html'][:120]} {node['failureSummary']}"
        for found in results["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", EVERY_PAGE)
def test_axe_finds_nothing_serious(new_context: NewContext, scheme: str, path: str) -> None:
    page = new_context(color_scheme=scheme, reduced_motion="reduce").new_page()
    page.goto(path)
    assert serious_findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_answers_to_forms(
    new_context: NewContext, scheme: str
) -> None:
    page = new_context(color_scheme=scheme, reduced_motion="reduce").new_page()
    page.goto(shop.PRODUCT)
    page.get_by_role("button", name="Send review").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("site-notifications").get_by_role("button")).to_be_visible()
    assert serious_findings(page) == []


@pytest.mark.parametrize("button", ["Add to cart", "Send review"])
def test_axe_finds_nothing_serious_in_pages_that_answer_forms(
    new_context: NewContext, button: str
) -> None:
    script_free = new_context(java_script_enabled=False).new_page()
    script_free.goto(shop.PRODUCT)
    script_free.get_by_role("button", name=button).click()
    answer = script_free.content()
    page = new_context().new_page()
    page.route(
        f"**{shop.ACTION}", lambda route: route.fulfill(body=answer, content_type="text/html")
    )
    page.goto(shop.ACTION)
    assert serious_findings(page) == []


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_nothing_is_wider_than_a_small_screen(new_context: NewContext, path: str) -> None:
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(path)
    assert page.evaluate(TOO_WIDE) == ""


@pytest.mark.parametrize("path", shop.PAGES)
def test_every_page_says_what_it_is(plain_page: Page, path: str) -> None:
    """Without script, too, it has a title, one main heading, and all its parts."""
    plain_page.goto(path)
    assert plain_page.title()
    expect(plain_page.get_by_role("heading", level=1)).to_have_count(1)
    for landmark in ("banner", "main", "contentinfo"):
        expect(plain_page.get_by_role(landmark)).to_be_visible()
    assert len(plain_page.get_by_role("main").inner_text()) > 300
    expect(plain_page.get_by_role("navigation", name="Categories")).to_be_visible()


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_the_first_key_leads_past_the_header(page: Page, path: str) -> None:
    page.goto(path)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("path", [shop.HOME, shop.PRODUCTS, shop.PRODUCT])
def test_the_focus_is_always_to_be_seen(page: Page, path: str) -> None:
    page.goto(path)
    focused = page.locator(":focus")
    for _ in range(25):
        page.keyboard.press("Tab")
        element = focused.element_handle()
        assert page.evaluate(FOCUS_SHOWS, element), element.evaluate("e => e.outerHTML")
        element.focus()


def test_a_product_is_bought_by_keyboard(page: Page) -> None:
    page.goto(shop.PRODUCT)
    page.get_by_label("Quantity").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add to cart")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("site-notifications").get_by_role("status")).to_contain_text("Tide Vase")
    expect(page.get_by_role("button", name="Add to cart")).to_be_focused()
