"""Overlay, overrides and faults in a browser, as docs/shell-operators/overlay.md walks through."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from dev.environment import demo_password
from dev.projects import ROOT
from dev.running_site import RunningSite

from . import shop
from .waiting import eventually

pytestmark = pytest.mark.ours

STAGING = "/_composer/staging/"
LAPTOP_TITLE = "Customer reviews, from my laptop"


def sign_in(page: Page, site: RunningSite, path: str) -> None:
    """Open a page of the desk as the demonstration's operator."""
    page.goto(path)
    expect(page).to_have_url(re.compile("/_composer/staff/sign-in/"))
    page.get_by_label("Name").fill("operator")
    page.get_by_label("Password").fill(demo_password(site.var).read_text().strip())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overrides and faults")).to_be_visible()


def show_overlay(page: Page, site: RunningSite) -> None:
    sign_in(page, site, f"{STAGING}?next={shop.PRODUCT}")
    page.get_by_role("button", name="Show what is behind the pages").click()
    expect(page).to_have_url(re.compile(f"{shop.PRODUCT}$"))


def row_of(page: Page) -> Locator:
    """What the overlay tells of the reviews."""
    return page.locator("tr[data-slot]", has_text="reviews/list")


def test_the_overlay_is_one_click_away_and_every_slot_is_told(
    shopper: Page, site: RunningSite
) -> None:
    show_overlay(shopper, site)
    expect(shopper.get_by_role("region", name="What is behind this page")).to_be_visible()
    row = row_of(shopper)
    expect(row).to_contain_text("team reviews")
    expect(row).to_contain_text("default")
    expect(row).to_contain_text(re.compile("fresh|cached|stale"))
    expect(row.get_by_role("img", name=re.compile(r"from \d+ to \d+ ms"))).to_be_visible()


def test_the_overlay_outlines_slots_without_moving_anything(
    new_context: Callable[..., BrowserContext], site: RunningSite
) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(shop.PRODUCT)
    reviews = page.locator("[data-boundary='reviews/list']")
    page.wait_for_load_state("load")
    before = reviews.bounding_box()
    show_overlay(page, site)
    page.wait_for_load_state("load")
    expect(page.locator(".composer-outline", has_text="reviews/list").first).to_be_visible()
    assert reviews.bounding_box() == before
    outline = page.locator(".composer-outline", has_text="reviews/list").first
    eventually(lambda: _is_around(outline.bounding_box(), reviews.bounding_box()))
    expect(page.get_by_role("table").nth(1)).to_contain_text("/static/")


def _is_around(outer: object, inner: object) -> bool:
    if not isinstance(outer, dict) or not isinstance(inner, dict):
        return False
    return all(abs(outer[side] - inner[side]) < 4 for side in ("x", "y", "width", "height"))


def test_the_overlay_obeys_the_keyboard_and_remembers(
    new_context: Callable[..., BrowserContext], site: RunningSite
) -> None:
    page = new_context().new_page()
    show_overlay(page, site)
    row = row_of(page)
    # The table is there before its script, which lets rows have the focus.
    expect(page.get_by_role("button", name="Hide")).to_be_visible()
    row.focus()
    expect(page.locator(".composer-outline[data-lit]", has_text="reviews/list")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(row).to_be_hidden()
    expect(page.locator(".composer-outlines")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Show what is behind")).to_be_visible()
    expect(row).to_be_hidden()
    page.keyboard.press("Alt+Shift+KeyO")
    expect(row).to_be_visible()
    page.get_by_role("button", name="To the top").click()
    page.reload()
    expect(page.get_by_role("button", name="To the bottom")).to_be_visible()


def test_the_overlay_and_its_desk_are_for_everyone(
    new_context: Callable[..., BrowserContext], site: RunningSite
) -> None:
    page = new_context().new_page()
    show_overlay(page, site)
    expect(row_of(page)).to_be_visible()
    found = Axe().run(page, context="#composer-overlay")
    assert found.violations_count == 0, found.generate_report()
    page.goto(STAGING)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_fault_shows_the_stand_in_and_other_visitors_see_nothing(
    shopper: Page, site: RunningSite, client: httpx.Client
) -> None:
    sign_in(shopper, site, f"{STAGING}?set=reviews=fallback&next={shop.PRODUCT}")
    shopper.get_by_role("button", name="Set it for me").click()
    row = row_of(shopper)
    expect(row).to_contain_text("fault fallback")
    expect(row).to_contain_text("connect-failed")
    expect(shopper.locator(".reviews-list__average")).to_have_count(0)
    public = client.get(shop.PRODUCT)
    assert "reviews-list__average" in public.text
    assert "composer-staging" not in public.headers
    shopper.goto(STAGING)
    shopper.get_by_role("button", name="Take all of it back").click()
    shopper.goto(shop.PRODUCT)
    expect(shopper.locator(".reviews-list__average")).to_be_visible()


@pytest.fixture
def laptop(site: RunningSite, tmp_path: Path) -> Iterator[str]:
    """A checkout with a change in it, and the service that its developer starts there."""
    folder = tmp_path / "checkout"
    for name in ("dev", "reviews"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", folder)
    template = folder / "reviews" / "templates" / "reviews" / "list.html"
    template.write_text(template.read_text().replace("Customer reviews", LAPTOP_TITLE))
    style = folder / "reviews" / "static" / "reviews" / "list.css"
    style.write_text(style.read_text() + "\n.reviews-list { --from-my-laptop: yes; }\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _served(folder, site, port):
        yield f"http://localhost:{port}/fragments/list"


@contextmanager
def _served(folder: Path, site: RunningSite, port: int) -> Iterator[None]:
    environ = {**os.environ, "VAR_DIR": str(site.var)}
    command = [sys.executable, "manage.py", "reviews", "runserver", "--noreload", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log)
        try:
            eventually(lambda: _answers(port))
            yield
        finally:
            process.terminate()
            process.wait(30)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).is_success
    except httpx.HTTPError:
        return False


def test_a_laptop_takes_the_place_of_one_fragment(
    new_context: Callable[..., BrowserContext],
    site: RunningSite,
    client: httpx.Client,
    laptop: str,
) -> None:
    link = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "staging",
            f"reviews/list={laptop}",
            f"--page={shop.PRODUCT}",
        ],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(site.var)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert link.startswith(site.origin)
    page = new_context().new_page()
    sign_in(page, site, link)
    expect(page.get_by_role("main")).to_contain_text(f"reviews/list comes from {laptop}")
    page.get_by_role("button", name="Set it for me").click()
    expect(page.get_by_role("heading", name=LAPTOP_TITLE)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    row = row_of(page)
    expect(row).to_contain_text(f"override {laptop}")
    # The stylesheet is the laptop's too, although the policy knows no other origin.
    style = "getComputedStyle(document.querySelector('.reviews-list'))"
    eventually(
        lambda: "yes" in json.dumps(page.evaluate(f"{style}.getPropertyValue('--from-my-laptop')"))
    )
    assert LAPTOP_TITLE not in client.get(shop.PRODUCT).text
