"""What was sent with mistakes: the problem is told first, leads to its field and stays with it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, StorageState, expect

from . import shop
from .shopper import Shopper, beginning
from .states import REFUSED, State, Who, fill_cart
from .words import ENGLISH

# What a field, or the group that a choice is in, is described with.
SAID = """(field) => [field, field.closest("fieldset")]
    .flatMap((part) => part?.getAttribute("aria-describedby")?.split(" ") ?? [])
    .map((id) => document.getElementById(id)?.textContent ?? "")
    .join(" ")"""
# In another language the pages are the same ones with other words: test_every_page.py.
IN_ENGLISH = [state for state in REFUSED if state.words is ENGLISH]


def refused(
    state: State,
    new_context: Callable[..., BrowserContext],
    cookies: dict[Who, StorageState | None],
    has_script: bool,
) -> Shopper:
    context = new_context(storage_state=cookies[state.who], java_script_enabled=has_script)
    shopper = Shopper(context.new_page(), state.words, has_script)
    state.reach(shopper)
    return shopper


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("state", IN_ENGLISH, ids=lambda state: state.name)
def test_a_problem_has_the_focus_and_leads_to_its_field(
    new_context: Callable[..., BrowserContext],
    cookies: dict[Who, StorageState | None],
    state: State,
    has_script: bool,
) -> None:
    shopper = refused(state, new_context, cookies, has_script)
    summary = shopper.main.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    for link in summary.get_by_role("link").all():
        problem = link.inner_text()
        link.click()
        field = shopper.page.locator(":is(input, select, textarea):focus")
        expect(field).to_be_in_viewport()
        assert problem in field.evaluate(SAID)


def test_no_problem_leads_to_a_field_that_is_hidden(
    new_context: Callable[..., BrowserContext], cookies: dict[Who, StorageState | None]
) -> None:
    """Fields of the other way of getting it are hidden, and so is what was wrong with them."""
    states = {state.name: state for state in REFUSED}
    for has_script in (True, False):
        shopper = refused(states["no shop chosen"], new_context, cookies, has_script)
        problem = shopper.main.get_by_role("alert").get_by_role("link", name="Choose a shop")
        problem.click()
        expect(
            shopper.main.get_by_role("radio").and_(shopper.page.locator(":focus"))
        ).to_be_visible()
        shopper.main.get_by_label(ENGLISH.send_it).check()
        expect(problem).to_be_hidden()

        shopper = refused(states["checkout with mistakes"], new_context, cookies, has_script)
        summary = shopper.main.get_by_role("alert")
        expect(summary.get_by_role("link", name="postcode")).to_be_visible()
        # The problem above one of two boxes takes a line more than that above the other.
        pair = (shopper.words.town, shopper.words.postcode)
        boxes = [shopper.main.get_by_label(name).bounding_box() for name in pair]
        assert len({round(box["y"]) for box in boxes if box}) == 1
        shopper.main.get_by_label(ENGLISH.collect_it).check()
        expect(summary.get_by_role("link", name="postcode")).to_be_hidden()
        expect(summary.get_by_role("link", name="Enter your name")).to_be_visible()


def test_a_quantity_looks_as_if_it_were_on_its_way_while_it_is(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/actions/.*quantity"), hold)
    shopper = Shopper(page, ENGLISH)
    fill_cart(shopper)
    shopper.open_cart()
    more = shopper.main.get_by_role("button", name=beginning(ENGLISH.one_more))
    form = more.locator("xpath=ancestor::form")
    expect(form).to_have_css("opacity", "1")
    with page.expect_request(re.compile("/actions/.*quantity")):
        more.click()
    expect(form).not_to_have_css("opacity", "1")
    expect(form).to_have_css("pointer-events", "none")
    held.pop().continue_()
    expect(shopper.main.get_by_label(beginning(f"{ENGLISH.quantity}: "))).to_have_value("2")
    expect(form).to_have_css("opacity", "1")
    expect(more).to_be_focused()


def test_a_quantity_that_is_refused_is_announced(shopper: Page) -> None:
    shopper.goto(shop.PRODUCT)
    shopper.get_by_label(ENGLISH.quantity).fill("")
    shopper.get_by_role("button", name=ENGLISH.add_to_cart).click()
    alert = shopper.get_by_role("main").get_by_role("alert")
    expect(alert).to_be_focused()
    assert alert.inner_text().strip() in shopper.get_by_label(ENGLISH.quantity).evaluate(SAID)
