"""The staff's desk in a browser, with the numbers of a shop that was visited."""

import json
import re
from collections.abc import Callable
from typing import Final

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dev.environment import demo_password
from dev.running_site import RunningSite

from . import shop
from .waiting import eventually

pytestmark = pytest.mark.ours

BOARD = "/_composer/operations/"
SIGN_IN = re.compile(r"/_composer/staff/sign-in/")
SLOW_MS: Final = 120
_BE_SLOW: Final = f"""() => {{
    const heading = document.querySelector("h1");
    heading.addEventListener("click", () => {{
        const end = performance.now() + {SLOW_MS};
        while (performance.now() < end);
    }});
    window.seen = new Promise((resolve) => {{
        new PerformanceObserver(resolve).observe({{ type: "event", durationThreshold: 16 }});
    }}).then(() => true);
}}"""
# Waits until the module that measures listens, which a page loads after all that it shows.
_LISTENING: Final = "import(document.querySelector('meta[name=rum]').dataset.measure).then(() => 1)"
# What would be sent when the tab is left.
_LEAVE: Final = """() => {
    let told = "";
    navigator.sendBeacon = (address, body) => Boolean((told = body));
    Object.defineProperty(document, "hidden", { get: () => true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    return told;
}"""
_JUMP: Final = """() => new Promise((resolve) => {
    new PerformanceObserver((list) => {
        resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0));
    }).observe({ type: "layout-shift" });
    const space = document.createElement("div");
    space.style.height = "120px";
    document.querySelector('[data-boundary="product_details/page"]').prepend(space);
})"""


def sign_in(page: Page, site: RunningSite) -> None:
    """Come to the desk as the demonstration's operator."""
    page.goto(BOARD)
    expect(page).to_have_url(SIGN_IN)
    page.get_by_label("Name").fill("operator")
    page.get_by_label("Password").fill(demo_password(site.var).read_text().strip())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Operations", exact=True)).to_be_visible()


def open_measured(page: Page) -> None:
    """A product page that measures by itself, and has begun to."""
    with page.expect_response(re.compile(r"/rum\.[^/]*js")):
        page.goto(shop.PRODUCT)
    page.evaluate(_LISTENING)


def test_the_staff_sign_in_look_around_and_sign_out(shopper: Page, site: RunningSite) -> None:
    shopper.goto(shop.PRODUCT)
    sign_in(shopper, site)
    expect(shopper.locator("tr", has_text="reviews/list")).to_contain_text("100 %")
    shopper.get_by_label("Fragment or owner").fill("team reviews")
    shopper.get_by_role("button", name="Show").click()
    expect(shopper.locator("tr", has_text="product_details/")).to_have_count(0)
    shopper.get_by_role("link", name="reviews/list").first.click()
    expect(shopper.get_by_role("heading", name="reviews/list")).to_be_visible()
    expect(shopper.get_by_role("main")).to_contain_text("team reviews")
    shopper.get_by_role("button", name="Sign out").click()
    expect(shopper.get_by_role("heading", name="Signed out")).to_be_visible()
    shopper.goto(BOARD)
    expect(shopper).to_have_url(SIGN_IN)


def test_the_board_follows_the_shop_by_itself(
    new_context: Callable[..., BrowserContext], site: RunningSite, client: httpx.Client
) -> None:
    page = new_context().new_page()
    sign_in(page, site)
    pages = page.locator(".tile", has_text="Pages sent").locator("dd")
    before = int(re.findall(r"\d+", pages.inner_text())[0])
    for _ in range(3):
        client.get(shop.HOME)
    expect(pages).not_to_have_text(re.compile(rf"^{before}\D"))


@pytest.mark.parametrize("path", [BOARD, f"{BOARD}reviews/list/"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_desk_fits_every_screen(
    new_context: Callable[..., BrowserContext], site: RunningSite, width: int, path: str
) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    sign_in(page, site)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_a_browser_measured_is_on_the_board_and_in_the_metrics(
    new_context: Callable[..., BrowserContext], site: RunningSite
) -> None:
    visitor = new_context().new_page()
    open_measured(visitor)
    expect(visitor.locator('[data-boundary="product_details/page"]')).to_be_attached()
    visitor.get_by_role("heading", level=1).click()
    # Browsers tell what they measured when a page is left.
    visitor.goto(shop.PRODUCTS)

    staff = new_context().new_page()
    sign_in(staff, site)

    def metrics() -> str:
        text: str = staff.request.get("/_composer/metrics/").text()
        return text

    for metric, subject in (
        ("lcp", "page product"),
        ("lcp", "product_details/page"),
        ("cls", "page product"),
        ("ttfb", "page product"),
        ("load", "product_details"),
    ):
        wanted = f'composer_vital_p75{{metric="{metric}",subject="{subject}"}}'
        eventually(lambda: wanted in metrics())  # noqa: B023 - waited for before it changes

    # The board is made of reports, which processes leave now and then.
    def is_on_the_board() -> bool:
        staff.goto(BOARD)
        return staff.get_by_role("heading", name="page product").is_visible()

    eventually(is_on_the_board)


def test_a_slow_answer_to_a_click_and_what_moved_are_told_of_their_fragment(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context().new_page()
    open_measured(page)
    # Two shifts that follow each other count together; the click comes later, as what moves
    # because of it does not count.
    moved = page.evaluate(
        f"async () => {{ const jump = {_JUMP}; return await jump() + await jump() }}"
    )
    page.evaluate(_BE_SLOW)
    page.get_by_role("heading", level=1).click()
    page.evaluate("() => window.seen")
    beacon = json.loads(page.evaluate(_LEAVE))
    vitals = {(metric, part): value for metric, part, value in beacon["vitals"]}
    assert vitals["inp", ""] == vitals["inp", "product_details/page"] >= SLOW_MS
    # More if something else moved within the same second.
    assert vitals["cls", ""] > moved - 0.001
    assert vitals["cls", "product_details/page"] > 0


@pytest.mark.parametrize("wish", ["navigator.globalPrivacyControl", "navigator.doNotTrack"])
def test_who_does_not_want_to_be_tracked_measures_nothing(
    new_context: Callable[..., BrowserContext], wish: str
) -> None:
    context = new_context()
    name = wish.removeprefix("navigator.")
    value = "true" if name == "globalPrivacyControl" else '"1"'
    context.add_init_script(
        f"Object.defineProperty(Navigator.prototype, '{name}', {{get: () => {value}}})"
    )
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(shop.PRODUCT, wait_until="networkidle")
    page.goto(shop.HOME, wait_until="networkidle")
    assert not [url for url in asked if "/_composer/rum" in url or "/rum." in url]


def test_metrics_are_not_for_everybody(client: httpx.Client) -> None:
    assert client.get("/_composer/metrics/").status_code == 302
    wrong = {"authorization": "Bearer guess"}
    assert client.get("/_composer/metrics/", headers=wrong).status_code == 401
