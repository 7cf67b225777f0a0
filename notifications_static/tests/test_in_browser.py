"""What the shopper sees, hears and can do, in a real browser and under a strict policy."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

DURATION = 6_000  # ms that a toast stays
VASE = {"ref": "h1001", "sku": "H1001-SAGE", "name": "Aurora vase", "quantity": 1}


def dispatch(page: Page, name: str, detail: Any) -> None:
    page.evaluate(
        """([name, detail]) => document.querySelector("#buy")
             .dispatchEvent(new CustomEvent(name, { detail, bubbles: true }))""",
        [name, detail],
    )


def show(page: Page, *messages: str) -> None:
    for message in messages:
        dispatch(page, "notification:show", {"message": message, "level": "info"})


def toasts(page: Page) -> Locator:
    return page.get_by_role("status").locator(".toast")


def test_an_event_that_bubbles_to_the_document_is_shown_in_a_status_region(
    shop: Page, console: list[str]
) -> None:
    expect(shop.get_by_role("status", name="Notifications")).to_be_attached()
    dispatch(shop, "cart:item-added", VASE)
    expect(toasts(shop)).to_have_text("Added to your cart: Aurora vase")
    expect(toasts(shop)).to_be_in_viewport()
    assert console == []


@pytest.mark.parametrize(
    ("name", "detail", "problem"),
    [
        ("cart:item-added", None, "detail must be an object, not null"),
        ("cart:item-added", {**VASE, "quantity": 0}, "detail.quantity must be a whole number"),
        (
            "review:submitted",
            {"ref": "h1001", "state": "lost"},
            "detail.state must be one of pending",
        ),
        ("notification:show", {"level": "info"}, "detail.message is missing"),
    ],
)
def test_a_malformed_event_warns_in_the_console_and_shows_nothing(
    shop: Page, console: list[str], name: str, detail: Any, problem: str
) -> None:
    dispatch(shop, name, detail)
    assert len(console) == 1
    assert console[0].startswith(f"warning: {name} was ignored: ")
    assert problem in console[0]
    expect(toasts(shop)).to_have_count(0)


def test_hostile_text_is_shown_as_text(shop: Page, console: list[str]) -> None:
    dispatch(shop, "cart:item-added", {**VASE, "name": "<img src=x onerror=alert(1)>"})
    expect(toasts(shop)).to_have_text("Added to your cart: <img src=x onerror=alert(1)>")
    expect(toasts(shop).locator("img")).to_have_count(0)
    assert console == []


def test_a_toast_leaves_when_its_time_is_over(shop: Page) -> None:
    show(shop, "Saved")
    shop.clock.run_for(DURATION - 1)
    expect(toasts(shop)).to_have_count(1)
    shop.clock.run_for(1)
    expect(toasts(shop)).to_have_count(0)


def test_a_toast_stays_while_the_pointer_is_over_it(shop: Page) -> None:
    show(shop, "Saved")
    toasts(shop).hover()
    shop.clock.run_for(10 * DURATION)
    expect(toasts(shop)).to_have_count(1)
    shop.mouse.move(0, 0)
    shop.clock.run_for(DURATION + 100)
    expect(toasts(shop)).to_have_count(0)


def test_a_toast_stays_while_it_has_the_focus(shop: Page) -> None:
    show(shop, "Saved")
    toasts(shop).get_by_role("button").focus()
    shop.clock.run_for(10 * DURATION)
    expect(toasts(shop)).to_have_count(1)
    shop.locator("#buy").focus()
    shop.clock.run_for(DURATION + 100)
    expect(toasts(shop)).to_have_count(0)


def test_the_focus_is_never_taken(shop: Page) -> None:
    shop.locator("#buy").focus()
    show(shop, "Saved", "Sent")
    expect(toasts(shop)).to_have_count(2)
    expect(shop.locator("#buy")).to_be_focused()
    shop.clock.run_for(DURATION + 100)
    expect(shop.locator("#buy")).to_be_focused()


def test_closing_hands_the_focus_to_the_next_toast_and_then_back(shop: Page) -> None:
    shop.locator("#buy").focus()
    show(shop, "First", "Second")
    shop.keyboard.press("Tab")
    expect(shop.get_by_role("button", name="Dismiss: First")).to_be_focused()
    shop.keyboard.press("Enter")
    expect(shop.get_by_role("button", name="Dismiss: Second")).to_be_focused()
    shop.keyboard.press("Escape")
    expect(toasts(shop)).to_have_count(0)
    expect(shop.locator("#buy")).to_be_focused()


def test_a_close_button_is_large_enough_for_a_thumb(shop: Page) -> None:
    show(shop, "Saved")
    box = toasts(shop).get_by_role("button").bounding_box()
    assert box is not None
    # While it comes in, it is moved by parts of a pixel.
    assert round(min(box["width"], box["height"]), 1) >= 44


def test_more_than_three_wait_their_turn(shop: Page) -> None:
    show(shop, "1", "2", "3", "4")
    expect(toasts(shop)).to_have_text(["1", "2", "3"])
    shop.get_by_role("button", name="Dismiss: 1").click()
    expect(toasts(shop)).to_have_text(["2", "3", "4"])


def test_a_flood_is_bounded_and_said(shop: Page, console: list[str]) -> None:
    show(shop, *(str(number) for number in range(30)))
    expect(toasts(shop)).to_have_count(3)
    assert len(console) == 30 - 3 - 20
    assert console[0] == "warning: More than 20 notifications are waiting; dropped: 23"


def test_an_empty_region_does_not_stay_held_after_a_click_on_close(shop: Page) -> None:
    show(shop, "First")
    shop.get_by_role("button", name="Dismiss: First").click()
    shop.mouse.move(0, 0)
    show(shop, "Second")
    shop.clock.run_for(DURATION + 100)
    expect(toasts(shop)).to_have_count(0)


@pytest.mark.parametrize(("motion", "name"), [("reduce", "none"), ("no-preference", "arrive")])
def test_motion_is_left_out_where_the_shopper_asks_for_less(
    shop: Page, motion: Any, name: str
) -> None:
    shop.emulate_media(reduced_motion=motion)
    show(shop, "Saved")
    assert toasts(shop).evaluate("toast => getComputedStyle(toast).animationName") == name


def test_a_removed_element_no_longer_listens(shop: Page, console: list[str]) -> None:
    show(shop, "Saved")
    shop.evaluate("window.kept = document.querySelector('site-notifications'); kept.remove()")
    show(shop, "Lost")
    shop.evaluate("document.body.append(kept)")
    expect(toasts(shop)).to_have_count(0)
    show(shop, "Back")
    expect(toasts(shop)).to_have_text("Back")
    assert console == []


def test_the_module_offers_a_checked_dispatch(
    shop: Page, console: list[str], manifest: dict[str, Any]
) -> None:
    script = manifest["js"][0]["value"]
    results = shop.evaluate(
        """async ([script, vase]) => {
             const { dispatch } = await import(script);
             return [dispatch("cart:item-added", vase), dispatch("cart:item-added", {})];
           }""",
        [script, VASE],
    )
    assert results == [True, False]
    assert console == ["warning: cart:item-added was not dispatched: detail.ref is missing"]
    expect(toasts(shop)).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(shop: Page, scheme: Any) -> None:
    shop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    show(shop, "Saved")
    dispatch(shop, "notification:show", {"message": "Not saved", "level": "error"})
    # axe needs time that goes on; they stay all the same.
    toasts(shop).first.hover()
    shop.clock.resume()
    assert Axe().run(shop).response["violations"] == []
    expect(toasts(shop)).to_have_count(2)


NOTICES = """<section class="notices" role="status" aria-label="Notifications"
data-notices='{"cart:updated": {"count": 2}}'>
<p class="notice" data-level="warning"><strong>Warning: </strong><span data-text>Only two
&lt;b&gt;left&lt;/b&gt;</span></p></section>"""


def test_what_the_server_has_written_becomes_a_toast_in_its_place(page: Page, origin: str) -> None:
    with_notices(page, origin)
    expect(toasts(page)).to_have_text("Warning: Only two <b>left</b>")
    expect(page.locator("[data-notices]")).to_have_count(0)


def test_a_message_that_comes_twice_at_once_is_shown_once(shop: Page) -> None:
    show(shop, "Saved", "Saved")
    expect(toasts(shop)).to_have_count(1)
    shop.clock.run_for(1000)
    show(shop, "Saved")
    expect(toasts(shop)).to_have_count(2)


def test_other_tabs_hear_of_it_once_and_are_told_nothing(page: Page, origin: str) -> None:
    other = page.context.new_page()
    for tab in (page, other):
        listening(tab, origin)
    dispatch(page, "bookmark:toggled", {"ref": "h1001", "name": "Vase", "state": "added"})
    show(page, "For this tab")
    dispatch(page, "cart:updated", {"count": 3})
    expect(heard(other)).to_have_text(
        [
            'bookmark:toggled {"ref":"h1001","name":"Vase","state":"added"}',
            'cart:updated {"count":3}',
        ]
    )
    expect(toasts(page)).to_have_text(["Added to your bookmarks: Vase", "For this tab"])
    expect(toasts(other)).to_have_count(0)
    # What the other tab then says of it by itself does not come back.
    dispatch(other, "cart:updated", {"count": 3})
    dispatch(other, "cart:updated", {"count": 4})
    expect(heard(page)).to_have_count(4)
    expect(heard(page).last).to_have_text('cart:updated {"count":4}')


def test_other_tabs_hear_of_what_happened_before_a_page_was_loaded(page: Page, origin: str) -> None:
    other = page.context.new_page()
    listening(other, origin)
    with_notices(page, origin)
    expect(heard(other)).to_have_text(['cart:updated {"count":2}'])


def test_another_origin_hears_nothing(page: Page, origin: str) -> None:
    stranger, sibling = page.context.new_page(), page.context.new_page()
    listening(stranger, origin.replace("127.0.0.1", "localhost"))
    listening(sibling, origin)
    listening(page, origin)
    dispatch(page, "cart:updated", {"count": 3})
    expect(heard(sibling)).to_have_count(1)
    expect(heard(stranger)).to_have_count(0)


def heard(page: Page) -> Locator:
    return page.locator("#heard li")


def listening(page: Page, origin: str) -> None:
    """Open the page, and let it write down which events reach it, and what they say."""
    page.goto(origin)
    expect(page.locator("site-notifications:defined")).to_be_attached()
    page.evaluate(
        """() => {
             const list = document.createElement("ol");
             list.id = "heard";
             document.body.append(list);
             for (const name of ["cart:updated", "bookmark:toggled", "notification:show"]) {
               document.addEventListener(name, ({ detail }) => {
                 const item = document.createElement("li");
                 item.textContent = `${name} ${JSON.stringify(detail)}`;
                 list.append(item);
               });
             }
           }"""
    )


def with_notices(page: Page, origin: str) -> None:
    """Open the page as the server writes it after a form was sent."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("<h1>", f"{NOTICES}<h1>"))

    page.route(f"{origin}/", answer)
    page.goto(f"{origin}/")
