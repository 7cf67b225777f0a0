"""Fragments that come late, in Chromium, under the policy that production has."""

from typing import Any

import pytest
from fragment_contract.testing import Gate, Reply
from playwright.sync_api import expect

from ..composing.kit import World, wait_until
from .browser import (
    CHROMIUM,
    DEFERRED,
    FAR,
    LAZY,
    Visit,
    related,
    slow,
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def test_a_deferred_fragment_is_moved_to_its_place_while_the_page_still_loads(
    world: World, visit: Visit
) -> None:
    first = slow(world, "reviews/list", '<section id="r"><h2>Reviews</h2></section>')
    other = slow(world, "other/part", "<p>other</p>")
    tag = '{% fragment "other/part" delivery="deferred" %}'
    world.page(f'<main><i id="a">a</i>{DEFERRED}<i id="b">b</i>{tag}</main>')
    visitor = visit()
    page = visitor.go(wait_until="commit")
    expect(page.locator("fragment-slot[aria-busy=true]")).to_have_count(2)
    first.open()
    expect(page.locator("#a + #r + #b")).to_be_visible()
    expect(page.locator("fragment-slot")).to_have_count(1)
    other.open()
    expect(page.locator("main > p")).to_have_text("other")
    assert page.locator("fragment-slot, fragment-part, fragment-arrival").count() == 0
    assert visitor.complaints == []


def test_without_script_it_is_at_the_end_and_the_link_leads_there(
    world: World, visit: Visit
) -> None:
    gate = slow(world, "reviews/list", '<section id="r"><h2>Reviews</h2></section>')
    world.page(f"<main>{DEFERRED}{FAR}</main>")
    gate.open()
    visitor = visit(java_script_enabled=False)
    page = visitor.page
    page.goto("/shop/")
    expect(page.locator("body > fragment-part #r")).to_be_visible()
    page.get_by_role("link", name="Reviews").click()
    expect(page.locator("#r")).to_be_in_viewport()


def test_a_late_stylesheet_holds_for_what_was_moved(world: World, visit: Visit) -> None:
    link = {"link": "</static/page.css?late>; rel=preload; as=style"}
    gate = slow(world, "reviews/list", '<p class="late" id="r">x</p>', headers=link)
    gate.open()
    world.page(f"<main>{DEFERRED}</main>")
    visitor = visit()
    page = visitor.go()
    expect(page.locator("main > #r")).to_have_css("color", "rgb(1, 2, 3)")
    assert visitor.complaints == []


def test_focus_on_the_link_goes_on_where_the_fragment_begins(world: World, visit: Visit) -> None:
    gate = slow(world, "reviews/list", '<section id="r"><a href="#x">x</a></section>')
    world.page(f"<main>{DEFERRED}</main>")
    page = visit().go(wait_until="commit")
    page.get_by_role("link", name="Reviews").focus()
    gate.open()
    expect(page.locator("#r")).to_be_focused()


def test_a_skeleton_of_the_right_size_lets_nothing_shift(world: World, visit: Visit) -> None:
    gate = slow(world, "reviews/list", '<section class="box" id="r">Reviews</section>')
    world.template("parts/box.html", '<div class="box"></div>')
    tag = DEFERRED.replace("%}", 'skeleton="parts/box.html" %}', 1)
    # The link below the skeleton is out of sight of this measure: it is as high as nothing.
    world.page(f'<main>{tag}<p id="below">below</p></main>')
    page = visit().go(wait_until="commit")
    expect(page.locator("fragment-slot .box")).to_be_visible()
    page.evaluate(
        "new PerformanceObserver(list => { for (const e of list.getEntries())"
        " window.shift = (window.shift ?? 0) + e.value }).observe({type: 'layout-shift'})"
    )
    gate.open()
    expect(page.locator("#r")).to_be_visible()
    assert page.evaluate("window.shift ?? 0") < 0.05


def test_a_lazy_fragment_is_loaded_when_it_comes_near(world: World, visit: Visit) -> None:
    asked = related(world)
    world.page(f"<main>{FAR}{LAZY}</main>")
    visitor = visit()
    page = visitor.go()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert asked == []
    page.mouse.wheel(0, 3900)
    expect(page.locator("#r")).to_have_text("1")
    expect(page.get_by_role("link", name="More")).to_have_count(0)
    expect(page.locator("fragment-slot")).not_to_have_attribute("aria-busy", "true")
    assert visitor.complaints == []


def test_without_script_the_link_leads_to_a_lazy_fragment(world: World, visit: Visit) -> None:
    related(world)
    world.page(f"<main>{LAZY}</main>")
    page = visit(java_script_enabled=False).page
    page.goto("/shop/")
    page.get_by_role("link", name="More").click()
    expect(page.locator("#r")).to_be_visible()
    assert "/_composer/fragments/" in page.url


def test_events_that_come_together_make_one_refresh(world: World, visit: Visit) -> None:
    asked = related(world)
    world.page(f"<main>{LAZY}</main>")
    visitor = visit()
    page = visitor.go()
    expect(page.locator("#r")).to_have_text("1")
    page.evaluate(
        "for (let i = 0; i < 5; i++) document.dispatchEvent(new CustomEvent('cart:item-added'))"
    )
    expect(page.locator("#r")).to_have_text("2")
    page.wait_for_timeout(100)
    assert len(asked) == 2
    assert visitor.complaints == []


def test_what_was_typed_and_where_stays_over_a_refresh(world: World, visit: Visit) -> None:
    related(world)
    world.page(f"<main>{LAZY}</main>")
    page = visit().go()
    page.locator("#q").fill("hello")
    page.locator("#q").evaluate("input => input.setSelectionRange(2, 3)")
    page.evaluate("document.dispatchEvent(new CustomEvent('cart:item-added'))")
    expect(page.locator("#r")).to_have_text("2")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("hello")
    assert page.locator("#q").evaluate("input => input.selectionStart") == 2


def test_an_answer_of_the_time_before_the_event_is_not_shown(world: World, visit: Visit) -> None:
    gate = Gate()
    asked: list[int] = []

    def answer(request: Any) -> Reply:
        asked.append(1)
        html = f'<p id="r">{len(asked)}</p>'
        wait = gate if len(asked) == 2 else None
        return Reply(body=html, headers={"cache-control": "no-store"}, gate=wait)

    content = world.fragment("product/related")
    world.server_of("product/related").respond(content, answer)
    world.page(f"<main>{LAZY}</main>")
    page = visit().go()
    expect(page.locator("#r")).to_have_text("1")
    page.evaluate(
        "new MutationObserver(() => (window.seen ??= []).push(document.querySelector('#r')"
        "?.textContent)).observe(document.body, {subtree: true, childList: true})"
    )
    page.evaluate("document.dispatchEvent(new CustomEvent('cart:item-added'))")
    wait_until(lambda: len(asked) == 2)
    page.evaluate("document.dispatchEvent(new CustomEvent('cart:item-added'))")
    gate.open()
    expect(page.locator("#r")).to_have_text("3")
    assert "2" not in page.evaluate("window.seen")


def test_what_fails_offers_another_try(world: World, visit: Visit) -> None:
    content = world.fragment("product/related")
    world.server_of("product/related").respond(content, Reply(status=500))
    world.page(f"<main>{LAZY}</main>")
    page = visit().go()
    expect(page.get_by_role("status")).to_contain_text("could not be loaded")
    expect(page.get_by_role("link", name="More")).to_be_visible()
    world.server_of("product/related").respond(content, Reply(body='<p id="r">there</p>'))
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#r")).to_have_text("there")
    expect(page.get_by_role("status")).to_have_count(0)


def test_a_failed_refresh_leaves_what_is_there(world: World, visit: Visit) -> None:
    related(world)
    world.page(f"<main>{LAZY}</main>")
    page = visit().go()
    expect(page.locator("#r")).to_have_text("1")
    world.server_of("product/related").respond("/fragments/related/", Reply(status=500))
    with page.expect_response(lambda found: found.status == 503):
        page.evaluate("document.dispatchEvent(new CustomEvent('cart:item-added'))")
    expect(page.locator("#r")).to_have_text("1")
    expect(page.locator("fragment-slot")).not_to_have_attribute("aria-busy", "true")
