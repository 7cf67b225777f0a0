"""What a browser does by itself between two pages, with a little help."""

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from . import shop
from .waiting import eventually

WIDTHS = """() => [...document.querySelectorAll("main *")]
    .map((element) => getComputedStyle(element).maxInlineSize)"""


def test_who_comes_back_finds_the_place_where_they_were(page: Page) -> None:
    page.goto(shop.HOME, wait_until="networkidle")
    link = page.locator("main").get_by_role("link").last
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 500
    page.goto(shop.PRODUCTS)
    page.go_back(wait_until="networkidle")
    # Not wait_for_function, which evaluates texts: the policy forbids that.
    page.evaluate(
        """(before) => new Promise((resolve, reject) => {
          const end = performance.now() + 30_000;
          (function look() {
            if (Math.abs(scrollY - before) < 3) resolve();
            else if (performance.now() > end) reject(new Error(`at ${scrollY}, not ${before}`));
            else setTimeout(look, 20);
          })();
        })""",
        before,
    )


def test_a_page_waits_in_the_browser_for_who_comes_back(page: Page) -> None:
    """The back-forward cache: nothing of ours keeps a page out of it."""
    page.goto(shop.PRODUCT, wait_until="networkidle")
    reasons = page.evaluate(
        """async () => {
          const found = performance.getEntriesByType("navigation")[0].notRestoredReasons;
          return JSON.stringify(found ?? null);
        }"""
    )
    assert reasons == "null"
    listeners = page.evaluate("typeof window.onunload + typeof window.onbeforeunload")
    assert listeners == "objectobject"


def is_told(rule_sets: list[str]) -> bool:
    return any(url.endswith("/speculation-rules.json") for url in rule_sets)


def test_product_pages_are_fetched_before_a_click_and_nothing_else_is(
    context: BrowserContext, client: httpx.Client
) -> None:
    early: list[str] = []

    def note(request: Request) -> None:
        if "prefetch" in request.headers.get("sec-purpose", ""):
            early.append(request.url)

    context.on("request", note)
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Preload.enable")
    found: list[str] = []
    problems: list[str] = []

    def updated(event: dict[str, dict[str, str]]) -> None:
        rule_set = event["ruleSet"]
        found.append(rule_set.get("url", ""))
        problems.extend([rule_set["errorMessage"]] if "errorMessage" in rule_set else [])

    cdp.on("Preload.ruleSetUpdated", updated)
    page.goto(shop.PRODUCTS)
    eventually(lambda: page.evaluate("true") and is_told(found), tell=lambda: found)
    assert not problems
    page.get_by_role("banner").get_by_role("link", name="Your account").hover()
    product = page.locator('[data-boundary="product_details/list"] .card a').first
    with context.expect_event("request", lambda request: "/products/h" in request.url):
        product.hover()
    assert early and all("/products/h" in url for url in early)


@pytest.mark.parametrize(("motion", "count"), [("no-preference", 1), ("reduce", 0)])
def test_pages_fade_into_each_other_for_who_likes_motion(
    page: Page, motion: str, count: int
) -> None:
    page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    # A page has its heading before it is shown for the first time.
    page.add_init_script(
        """window.faded = new Promise((resolve) => addEventListener(
            "pagereveal", (event) => resolve(event.viewTransition ? 1 : 0)))"""
    )
    page.goto(shop.HOME)
    page.get_by_role("contentinfo").get_by_role("link", name="All products").click()
    expect(page.get_by_role("heading", level=1, name="All products")).to_be_visible()
    assert page.evaluate("window.faded") == count


def test_nothing_moves_while_a_page_is_loaded(page: Page) -> None:
    for path in (shop.HOME, shop.PRODUCTS, shop.PRODUCT):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(path, wait_until="networkidle")
            shifts = page.evaluate(
                """() => new Promise((resolve) => {
                  new PerformanceObserver((list) => resolve(
                    list.getEntries().filter((one) => !one.hadRecentInput)
                      .map((one) => [one.value, one.sources.map((it) => it.node?.className)])
                  )).observe({ type: "layout-shift", buffered: true });
                  setTimeout(() => resolve([]), 300);
                })"""
            )
            assert sum(value for value, _ in shifts) < 0.005, f"{path} {width}: {shifts}"


def test_no_line_is_longer_or_shorter_when_a_font_has_come(browser: Browser, base_url: str) -> None:
    """A measure in the width of a digit is another one in another font, and all below it moves."""
    for path in (shop.HOME, shop.PRODUCTS, shop.PRODUCT):
        widths: list[set[str]] = []
        for has_fonts in (True, False):
            context = browser.new_context(base_url=base_url, java_script_enabled=False)
            page = context.new_page()
            if not has_fonts:
                page.route("**/*.woff2", lambda route: route.abort())
            page.goto(path)
            widths.append(set(page.evaluate(WIDTHS)))
            context.close()
        assert widths[0] == widths[1], path
