"""Late fragments that are broken, clobber names or never come; and storms of events."""

import re
from pathlib import Path
from typing import Any

import pytest
from fragment_contract.testing import Gate
from playwright.sync_api import Page, expect

from ..composing.kit import World, wait_until
from .browser import CHROMIUM, DEFERRED, FAR, LAZY, Visit, Visitor, related, slow

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

ROOT = Path(__file__).resolve().parents[3]
CSS = ROOT / "site_shell" / "static" / "site_shell" / "css"
SHEETS = re.findall(r'@import "([a-z]+)\.css"', (CSS / "site.css").read_text())
SEND = "document.dispatchEvent(new CustomEvent('cart:item-added'))"
NO_MOVE = "delete Element.prototype.moveBefore"


def arrive(world: World, visit: Visit, html: str, path: str = "/shop/", tag: str = "") -> Visitor:
    """A page whose deferred slot got this HTML when the rest was there."""
    gate = slow(world, "reviews/list", html)
    world.page(f'<main><i id="a">a</i>{tag or DEFERRED}<i id="b">b</i></main>')
    visitor = visit()
    page = visitor.go(path, wait_until="commit")
    expect(page.locator("fragment-slot[aria-busy=true]")).to_have_count(1)
    gate.open()
    page.wait_for_load_state("load")
    return visitor


@pytest.mark.parametrize("refresh", ["", 'refresh="a:b" %}'])
@pytest.mark.parametrize("opens", ["<div", "<p", "<ul", "<table", "<form", "<b"])
def test_an_element_that_never_ends_takes_nothing_along(
    world: World, visit: Visit, opens: str, refresh: str
) -> None:
    tag = DEFERRED.replace("%}", refresh or "%}")
    visitor = arrive(world, visit, f'<i>1</i>{opens} id="r"><tr><td>x', tag=tag)
    page = visitor.page
    expect(page.locator("main #r")).to_have_text("x")
    expect(page.locator("main")).to_have_text(re.compile(r"^\s*a\s*1\s*x\s*b\s*$"))
    expect(page.locator("fragment-part, fragment-slot[aria-busy]")).to_have_count(0)
    assert visitor.complaints == []


@pytest.mark.parametrize(
    "html",
    [
        '<form id="htmx"></form>',
        '<form id="htmx"><input name="process"></form>',
        '<p id="fragment-slot-1"></p><p id="fragment-slot-1-late"></p>',
    ],
)
def test_names_in_a_fragment_do_not_mislead_the_script(
    world: World, visit: Visit, html: str
) -> None:
    # Once in front of the slot, in a fragment that was there first, and once in what arrives.
    world.fragment("other/part", html)
    visitor = arrive(
        world, visit, f'{html}<p id="r">x</p>', tag='{% fragment "other/part" %}' + DEFERRED
    )
    expect(visitor.page.locator("main > #r")).to_have_text("x")
    expect(visitor.page.locator("fragment-part, fragment-arrival")).to_have_count(0)
    assert visitor.complaints == []


@pytest.mark.parametrize("anchor", ["#%", "#100%25", "#%FF", "#r"])
def test_any_anchor_in_the_address_will_do(world: World, visit: Visit, anchor: str) -> None:
    visitor = arrive(world, visit, '<p id="r">x</p>', f"/shop/{anchor}")
    expect(visitor.page.locator("main > #r")).to_have_text("x")
    expect(visitor.page.locator("fragment-part, fragment-arrival")).to_have_count(0)
    assert visitor.complaints == []


def test_browsers_that_cannot_move_nodes_insert_them(world: World, visit: Visit) -> None:
    gate = slow(world, "reviews/list", '<p id="r">x</p>')
    world.page(f'<main><i id="a">a</i>{DEFERRED}<i id="b">b</i></main>')
    visitor = visit()
    visitor.page.add_init_script(NO_MOVE)
    page = visitor.go(wait_until="commit")
    expect(page.locator("fragment-slot[aria-busy=true]")).to_have_count(1)
    assert page.evaluate("document.body.moveBefore") is None
    gate.open()
    expect(page.locator("#a + #r + #b")).to_be_visible()
    assert visitor.complaints == []


def test_what_the_page_s_end_did_not_bring_leaves_nothing_behind(
    world: World, visit: Visit
) -> None:
    """The connection broke: the page ends where a proxy cut it."""
    slow(world, "reviews/list", "<p>late</p>").open()
    world.page(f'<main><i id="a">a</i>{DEFERRED}<i id="b">b</i></main>')
    visitor = visit()

    def cut(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().partition("<fragment-part")[0])

    visitor.page.route("**/shop/", cut)
    page = visitor.go()
    expect(page.locator("fragment-slot")).to_have_count(0)
    expect(page.locator("#a + #b")).to_be_visible()


def test_an_event_that_each_answer_sends_again_is_no_storm(world: World, visit: Visit) -> None:
    asked = related(world)
    world.page(f"<main>{LAZY}</main>")
    page = visit().go()
    expect(page.locator("#r")).to_have_text("1")
    page.evaluate(f"document.addEventListener('fragment:arrived', () => {SEND})")
    page.evaluate(SEND)
    wait_until(lambda: len(asked) >= 3)
    began = page.evaluate("performance.now()")
    before = len(asked)
    page.wait_for_timeout(1500)
    seconds = (page.evaluate("performance.now()") - began) / 1000
    assert len(asked) - before <= seconds + 1


def test_events_without_a_pause_do_not_keep_a_slot_from_its_refresh(
    world: World, visit: Visit
) -> None:
    asked = related(world)
    world.page(f"<main>{LAZY}</main>")
    page = visit().go()
    expect(page.locator("#r")).to_have_text("1")
    page.evaluate(f"setInterval(() => {SEND}, 10)")
    wait_until(lambda: len(asked) >= 2)


def test_a_refresh_does_not_take_the_reader_back_to_the_anchor(world: World, visit: Visit) -> None:
    related(world)
    world.page(f"<main>{LAZY}{FAR}</main>")
    page = visit().go("/shop/#r")
    expect(page.locator("#r")).to_have_text("1")
    page.evaluate("scrollTo(0, 2000)")
    page.evaluate(SEND)
    expect(page.locator("#r")).to_have_text("2")
    assert page.evaluate("scrollY") == 2000


@pytest.mark.parametrize("goes_on", [True, False])
def test_only_who_still_waits_is_taken_to_the_anchor(
    world: World, visit: Visit, goes_on: bool
) -> None:
    gate = slow(world, "reviews/list", '<p id="r">x</p>')
    world.page(f"<main>{DEFERRED}{FAR}</main>")
    visitor = visit()
    # Only ours: the browser itself goes to anchors, too, while a page loads.
    visitor.page.add_init_script(
        "Element.prototype.scrollIntoView = () => (window.hasJumped = true)"
    )
    page = visitor.go("/shop/#r", wait_until="commit")
    wait_until(lambda: page.evaluate("!!customElements.get('fragment-slot')"))
    if goes_on:
        page.mouse.wheel(0, 1500)
        wait_until(lambda: page.evaluate("scrollY") > 1000)
    gate.open()
    expect(page.locator("main > #r")).to_have_text("x")
    assert page.evaluate("window.hasJumped ?? false") is not goes_on


CARD = (
    '<li class="card"><div class="card__media skeleton__square"></div><div class="card__body">'
    '<h3 class="name">A vase</h3><p class="price">£1</p></div></li>'
)
RELATED = (
    '<section class="section" id="r"><h2 class="section__title">You may also like</h2>'
    f'<ul class="grid grid--products">{CARD * 4}</ul></section>'
)
# As the fragment's own stylesheet has it.
OWN = (
    "#r{margin-block-start:var(--space-7)} #r ul{list-style:none;margin:0;padding:0}"
    ".name{margin:0;font-size:var(--text-md);line-height:1.35}"
)


def in_the_shop(world: World, static: Path) -> Gate:
    """The related products of a product page, in the shop's own clothes."""
    sheets = "".join((CSS / f"{n}.css").read_text() for n in SHEETS)
    wait = (ROOT / "templates" / "parts" / "related_wait.html").read_text()
    world.template("parts/related_wait.html", wait)
    world.template(
        "base.html",
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="/static/shop.css"></head><body>{% block main %}'
        "{% endblock %}</body></html>",
    )
    world.page(
        '<main><div class="container page"><p>A product</p>'
        + DEFERRED.replace("%}", 'skeleton="parts/related_wait.html" %}')
        + '</div></main><footer class="site-footer">Footer</footer>'
    )
    (static / "shop.css").write_text(sheets + OWN)
    return slow(world, "reviews/list", RELATED)


def box(page: Page, selector: str) -> Any:
    """Where an element is in the document; JavaScript of the page need not run for it."""
    found = page.locator(selector).bounding_box()
    assert found is not None
    return found


PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_shifts_in_the_shop(
    world: World, visit: Visit, tmp_path: Path, viewport: dict[str, int]
) -> None:
    gate = in_the_shop(world, tmp_path / "static")
    page = visit(viewport=viewport).go(wait_until="commit")
    expect(page.locator("fragment-slot .skeleton").first).to_be_visible()
    expect(page.get_by_role("link", name="Reviews")).to_have_css("position", "absolute")
    before = box(page, "footer")
    gate.open()
    expect(page.locator("main #r")).to_be_visible()
    assert abs(box(page, "footer")["y"] - before["y"]) < 16


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_without_script_it_stands_above_the_shop_s_footer_and_in_line_with_the_page(
    world: World, visit: Visit, tmp_path: Path, viewport: dict[str, int]
) -> None:
    in_the_shop(world, tmp_path / "static").open()
    page = visit(viewport=viewport, java_script_enabled=False).page
    page.goto("/shop/")
    product, late, footer = (box(page, name) for name in ("main p", "#r", "footer"))
    assert (late["x"], late["width"]) == (product["x"], product["width"])
    assert product["y"] + product["height"] < late["y"]
    assert late["y"] + late["height"] < footer["y"]
    expect(page.locator("fragment-slot .skeleton").first).to_be_hidden()
    expect(page.get_by_role("link", name="Reviews")).to_be_visible()
