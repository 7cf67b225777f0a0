"""Editors and moderators: what they save is in the shop at once."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dev.running_site import RunningSite

from . import audits, shop
from .shopper import Account, Shopper
from .words import ENGLISH

pytestmark = pytest.mark.ours

Desk = Callable[[str, str], Page]


@pytest.fixture
def desk(browser: Browser, site: RunningSite) -> Iterator[Desk]:
    """Logs in at the admin of a service, in a browser of the person's own."""
    password = (site.var / "demo-password").read_text().strip()
    contexts = []

    def open_desk(service: str, user: str) -> Page:
        context = browser.new_context(viewport={"width": 1600, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site.service(service)}/admin/")
        page.get_by_label("Username").fill(user)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_title(re.compile("Site administration"))
        return page

    yield open_desk
    for context in contexts:
        context.close()


@contextmanager
def editing(page: Page, ref: str) -> Iterator[Page]:
    """The form of a product, saved at the end."""
    page.goto(re.sub(r"/admin/.*", f"/admin/product_details/product/?q={ref}", page.url))
    row = page.get_by_role("row").filter(has_text=ref)
    row.get_by_role("rowheader").get_by_role("link").click()
    yield page
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def test_a_new_name_and_price_are_in_the_shop_at_once(desk: Desk, page: Page) -> None:
    page.goto("/products/h1013/harvest-salad-bowl/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Harvest Salad Bowl")
    with editing(desk("product_details", "editor"), "h1013") as form:
        form.get_by_role("textbox", name="Name").first.fill("Harvest Bowl & Servers")
        prices = form.get_by_role("group", name="Variants").get_by_role("spinbutton")
        prices.first.fill("123.45")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harvest Bowl & Servers")
    expect(page.get_by_role("main")).to_contain_text("£123.45")
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link").last.click()
    card = page.get_by_role("listitem").filter(has_text="Harvest Bowl & Servers")
    expect(card).to_contain_text("£123.45")


CUT_OFF = """() => [...document.querySelectorAll("#result_list tbody :is(td, th)")]
    .filter((cell) => cell.scrollHeight > cell.clientHeight).map((cell) => cell.textContent)"""


def test_the_desks_can_be_read_on_a_phone_and_in_the_dark(desk: Desk) -> None:
    for service, user, path in (
        ("product_details", "editor", "product_details/product/?q=nesting"),
        ("reviews", "moderator", "reviews/review/"),
    ):
        page = desk(service, user)
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        page.goto(re.sub(r"/admin/.*", f"/admin/{path}", page.url))
        expect(page.locator("html")).to_have_class(re.compile("dark"))
        assert page.evaluate(CUT_OFF) == []
        assert audits.axe(page, audits.OF_COLOURS) == []
        page.get_by_role("row").get_by_role("rowheader").get_by_role("link").first.click()
        expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
        for text in page.locator(".ProseMirror").all():
            background = text.evaluate("text => getComputedStyle(text).backgroundColor")
            assert background != "rgb(255, 255, 255)"


def test_a_withdrawn_product_is_gone_at_once_and_back_when_published(
    desk: Desk, client: httpx.Client, page: Page
) -> None:
    path, name = "/products/h1044/shepherds-cushion/", "Shepherd's Cushion"
    shopper = Shopper(page, ENGLISH)
    shopper.visit(path)
    shopper.bookmark(name)
    saved = shopper.part("bookmarks/list").get_by_role("listitem").filter(has_text=name)
    editor = desk("product_details", "editor")
    for state, status in (("Withdrawn", 410), ("Published", 200), ("Draft", 404)):
        with editing(editor, "h1044") as form:
            field = form.get_by_label("State")
            field.select_option(field.get_by_role("option", name=state).inner_text())
        assert client.get(path).status_code == status
        # Whoever bookmarked it is told.
        shopper.visit(shop.BOOKMARKS)
        gone = saved.get_by_text("No longer offered.")
        expect(gone).to_have_count(0 if state == "Published" else 1)
        expect(saved.get_by_role("button", name=ENGLISH.remove)).to_be_visible()


def test_a_changed_slug_leads_from_the_old_address_to_the_new(
    desk: Desk, client: httpx.Client
) -> None:
    old, new = "/products/h1046/velvet-evening-cushion/", "/products/h1046/evening-cushion/"
    assert client.get(old).status_code == 200
    with editing(desk("product_details", "editor"), "h1046") as form:
        form.get_by_label("Slug").fill("evening-cushion")
    response = client.get(old)
    assert (response.status_code, response.headers["location"]) == (301, new)
    assert client.get(new).status_code == 200


def test_a_review_appears_once_it_is_published_and_goes_when_rejected(
    desk: Desk, account: Account, new_context: Callable[..., BrowserContext]
) -> None:
    title = "Written to be moderated"
    page = new_context(storage_state=account.cookies).new_page()
    page.goto("/products/h1048/window-seat-bolster/")
    Shopper(page, ENGLISH).review(title)
    reviews = page.get_by_role("region", name="Customer reviews")

    moderator = desk("reviews", "moderator")
    moderator.goto(re.sub(r"/admin/.*", "/admin/reviews/review/?q=moderated", moderator.url))
    for action, done, count in (("Publish", "1 published", 1), ("Reject", "1 rejected", 0)):
        moderator.get_by_role("row").filter(has_text=title).get_by_role("checkbox").check()
        actions = moderator.get_by_role("combobox", name="Select action to run")
        actions.select_option(f"{action} selected reviews")
        moderator.get_by_role("button", name="Run", exact=False).click()
        expect(moderator.get_by_text(done)).to_be_visible()
        page.reload()
        expect(reviews.get_by_role("article").filter(has_text=title)).to_have_count(count)
