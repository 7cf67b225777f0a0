"""``make screenshots``: the pages in every form into var/screenshots, one into the README."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from dev import chromium
from dev.environment import demo_password, var_folder
from dev.projects import ROOT, SHELL
from dev.running_site import RunningSite

PAGES = {
    "home": "/",
    "list": "/products/",
    "search": "/products/?q=lamp",
    "product": "/products/h1001/tide-vase/",
    "stores": "/stores/",
    "cart": "/cart/",
    "bookmarks": "/bookmarks/",
    "sign-in": "/account/sign-in/",
    "german": "/de/products/h1001/tide-vase/",
}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
FORMS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "without-javascript": {"viewport": DESKTOP, "java_script_enabled": False},
}
README_IMAGE = ROOT / "docs" / "images" / "product-page.png"
DESK = "/_composer/operations/"
DESK_PAGES = {"operations": DESK, "operations-fragment": f"{DESK}reviews/list/"}
DESK_IMAGE = README_IMAGE.with_name("operations.png")


@contextmanager
def origin(given: str | None) -> Iterator[str]:
    """The origin of a running site, or of one that runs for as long as this takes."""
    if given:
        yield given.rstrip("/")
        return
    site = RunningSite.start(var_folder())
    try:
        site.wait_until_ready()
        yield site.origin
    finally:
        site.stop()


def photograph(browser: Browser, site: str, folder: Path) -> None:
    for form, options in FORMS.items():
        context = browser.new_context(**options)
        page = context.new_page()
        for name, path in PAGES.items():
            page.goto(site + path, wait_until="networkidle")
            page.screenshot(path=folder / f"{name}-{form}.png", full_page=True)
        context.close()
    page = browser.new_page(viewport=DESKTOP)
    page.goto(site + PAGES["product"], wait_until="networkidle")
    README_IMAGE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=README_IMAGE)


def photograph_desk(browser: Browser, site: str, folder: Path) -> None:
    """The same for the staff's pages, after some visits to the shop."""
    password = demo_password(var_folder()).read_text().strip()
    for form, options in FORMS.items():
        context = browser.new_context(**options)
        page = context.new_page()
        page.goto(site + DESK)
        page.get_by_label("Name").fill(SHELL.user)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        for name, path in DESK_PAGES.items():
            page.goto(site + path)
            page.screenshot(path=folder / f"{name}-{form}.png", full_page=True)
        if form == "desktop":
            page.goto(site + DESK)
            page.screenshot(path=DESK_IMAGE)
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--origin", help="photograph this site instead of one started for it")
    options = parser.parse_args()
    program = chromium.program()
    if not program:
        sys.exit("Chromium is not installed: apt install chromium")
    folder = var_folder() / "screenshots"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as home,
        sync_playwright() as playwright,
        origin(options.origin) as site,
    ):
        browser = playwright.chromium.launch(
            executable_path=program, args=chromium.OPTIONS, env={"HOME": home}
        )
        photograph(browser, site, folder)
        photograph_desk(browser, site, folder)
        browser.close()
    print(f"{folder}\n{README_IMAGE}\n{DESK_IMAGE}")


if __name__ == "__main__":
    main()
