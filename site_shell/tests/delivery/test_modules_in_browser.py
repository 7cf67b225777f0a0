"""Modules of fragments in Chromium: each runs once, and only when its fragment wants it."""

import base64
import gzip
import hashlib
from typing import Any

import pytest
from fragment_contract.manifest import Asset
from fragment_contract.testing import Gate, Reply
from playwright.sync_api import expect

from ..composing.kit import World
from .browser import (
    CHROMIUM,
    FAR,
    MODULE,
    SCRIPTS,
    Visit,
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

SRI = "sha384-" + base64.b64encode(hashlib.sha384(MODULE.encode()).digest()).decode()
WRONG = "sha384-" + base64.b64encode(hashlib.sha384(b"other").digest()).decode()


def test_a_lazy_fragment_brings_its_styles_and_modules_once(world: World, visit: Visit) -> None:
    css = (Asset(value="/static/page.css?lazy", type="text/css"),)
    js = (Asset(value="/static/module.js", type="module", integrity=SRI),)
    for name in ("one/part", "two/part"):
        world.fragment(name, f'<p class="late">{name}</p>', css=css, js=js)
    world.page(
        '<main>{% fragment "one/part" delivery="lazy" %}{% fragment "two/part" delivery="lazy" %}'
    )
    visitor = visit()
    page = visitor.go()
    expect(page.locator("p.late")).to_have_count(2)
    expect(page.locator("body")).to_have_attribute("data-ran", "1")
    expect(page.locator("p.late").first).to_have_css("color", "rgb(1, 2, 3)")
    assert page.locator("link[href='/static/page.css?lazy']").count() == 1
    assert visitor.complaints == []


def hydrated(world: World, on: Any, *, integrity: str = SRI, media: str = "") -> None:
    script = Asset(
        value="/static/module.js", type="module", integrity=integrity, hydrate=on, media=media
    )
    world.fragment("shop/part", '<p id="r" tabindex="0">part</p>', js=(script,))


def test_the_loader_of_modules_is_small() -> None:
    source = (SCRIPTS / "hydrate.js").read_bytes()
    assert len(gzip.compress(source, 9)) < 1024


PART = '{% fragment "shop/part" %}'


@pytest.mark.parametrize("on", ["load", "idle"])
def test_a_module_loads_by_itself(world: World, visit: Visit, on: str) -> None:
    hydrated(world, on)
    world.page(f"<main>{PART}{PART}</main>")
    visitor = visit()
    page = visitor.go()
    expect(page.locator("body")).to_have_attribute("data-ran", "1")
    assert visitor.complaints == []


def test_a_module_waits_until_its_fragment_is_visible(world: World, visit: Visit) -> None:
    hydrated(world, "visible")
    world.page(f"<main>{FAR}{PART}</main>")
    visitor = visit()
    page = visitor.go()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate("document.body.dataset.ran") is None
    page.mouse.wheel(0, 3900)
    expect(page.locator("body")).to_have_attribute("data-ran", "1")
    assert visitor.complaints == []


@pytest.mark.parametrize("how", ["hover", "focus"])
def test_a_module_waits_for_somebody_to_touch_its_fragment(
    world: World, visit: Visit, how: str
) -> None:
    hydrated(world, "interaction")
    world.page(f"<main>{PART}</main>")
    page = visit().go()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate("document.body.dataset.ran") is None
    getattr(page.locator("#r"), how)()
    expect(page.locator("body")).to_have_attribute("data-ran", "1")


def test_a_module_waits_for_a_wide_window(world: World, visit: Visit) -> None:
    hydrated(world, "media", media="(min-width: 1000px)")
    world.page(f"<main>{PART}</main>")
    visitor = visit(viewport={"width": 500, "height": 500})
    page = visitor.go()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate("document.body.dataset.ran") is None
    page.set_viewport_size({"width": 1200, "height": 500})
    expect(page.locator("body")).to_have_attribute("data-ran", "1")


def test_a_module_with_a_wrong_integrity_never_runs(world: World, visit: Visit) -> None:
    hydrated(world, "idle", integrity=WRONG)
    world.page(f"<main>{PART}</main>")
    visitor = visit()
    with visitor.page.expect_console_message(lambda message: "integrity" in message.text):
        visitor.go()
    visitor.page.evaluate("new Promise(requestAnimationFrame)")
    assert visitor.page.evaluate("document.body.dataset.ran") is None


def test_a_module_of_a_deferred_fragment_waits_too(world: World, visit: Visit) -> None:
    hydrated(world, "interaction")
    gate = Gate()
    world.server_of("shop/part").respond(
        "/fragments/part/", Reply(body='<p id="r" tabindex="0">part</p>', gate=gate)
    )
    world.page('<main>{% fragment "shop/part" delivery="deferred" %}</main>')
    visitor = visit()
    page = visitor.go(wait_until="commit")
    gate.open()
    expect(page.locator("main > #r")).to_be_visible()
    assert page.evaluate("document.body.dataset.ran") is None
    page.locator("#r").hover()
    expect(page.locator("body")).to_have_attribute("data-ran", "1")
    assert visitor.complaints == []


def test_a_lazy_fragment_whose_modules_are_here_needs_no_loader(world: World, visit: Visit) -> None:
    js = (Asset(value="/static/module.js", type="module", integrity=SRI),)
    for name in ("one/part", "two/part"):
        world.fragment(name, f'<p class="late">{name}</p>', js=js)
    world.page('<main>{% fragment "one/part" %}{% fragment "two/part" delivery="lazy" %}')
    visitor = visit()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    page = visitor.go()
    expect(page.locator("p.late")).to_have_count(2)
    page.wait_for_load_state("networkidle")
    assert any("module.js" in url for url in asked)
    assert not [url for url in asked if "hydrate" in url]
    expect(page.locator("body")).to_have_attribute("data-ran", "1")
    assert visitor.complaints == []
