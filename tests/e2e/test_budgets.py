"""What a page may weigh, and what a browser has to have before it paints.

Bytes are counted as they come from the site, compressed by brotli as browsers ask for it. What
measures visitors counts, too, although few of them load it: docs/shell-operators/budgets.md.
"""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, Response, ViewportSize

from . import painting, shop

BUDGETS = {"script": 25_000, "stylesheet": 15_000}
PAGES = [shop.HOME, shop.PRODUCTS, shop.PRODUCT]
# The phone that Lighthouse looks with.
PHONE: ViewportSize = {"width": 412, "height": 823}
DENSITY = 1.75
# Below that a stylesheet more is one more round trip on a slow phone; six connections are open.
MOST_SHEETS = 6
SHEET = re.compile(r"\.css\b")


def wire_size(client: httpx.Client, url: str) -> int:
    with client.stream("GET", url, headers={"accept-encoding": "br"}) as response:
        assert response.status_code == 200, url
        return sum(len(part) for part in response.iter_raw())


def open_phone(browser: Browser, base_url: str) -> Page:
    context = browser.new_context(
        base_url=base_url, viewport=PHONE, device_scale_factor=DENSITY, is_mobile=True
    )
    return context.new_page()


@pytest.mark.parametrize("kind", BUDGETS)
@pytest.mark.parametrize("path", [*PAGES, f"/de{shop.PRODUCT}"])
def test_a_page_loads_no_more_than_its_budget(
    browser: Browser, client: httpx.Client, base_url: str, path: str, kind: str
) -> None:
    # What a fragment brings is in the head of a page whose fragments are at hand.
    client.get(path)
    page = open_phone(browser, base_url)
    loaded: dict[str, Response] = {}

    def note(response: Response) -> None:
        if response.request.resource_type == kind:
            loaded[response.url] = response

    page.on("response", note)
    page.goto(path, wait_until="networkidle")
    # What comes when somebody scrolls belongs to the page.
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    page.context.close()
    sizes = {url: wire_size(client, url) for url in loaded}
    assert sizes
    assert sum(sizes.values()) <= BUDGETS[kind], "\n".join(
        f"{size:6d} {url}" for url, size in sorted(sizes.items(), key=lambda item: -item[1])
    )


@pytest.mark.parametrize("path", PAGES)
def test_little_has_to_be_there_before_a_page_is_painted(client: httpx.Client, path: str) -> None:
    head = client.get(path).text.partition("</head>")[0]
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', head)
    assert 0 < len(sheets) <= MOST_SHEETS, sheets
    for script in re.findall(r"<script\b[^>]*>", head):
        assert re.search(r'\bdefer\b|\basync\b|type="(?:module|application/ld\+json)"', script)


@pytest.mark.ours
@pytest.mark.parametrize("path", PAGES)
def test_the_shell_has_one_stylesheet_for_all_pages(client: httpx.Client, path: str) -> None:
    head = client.get(path).text.partition("</head>")[0]
    own = re.findall(r'<link rel="stylesheet" href="[^"]*/site_shell/css/([a-z]+)[^"]*"', head)
    assert own == (["site", "home"] if path == shop.HOME else ["site"])


@pytest.mark.parametrize("path", PAGES)
def test_the_largest_picture_comes_first_and_is_no_larger_than_a_phone_shows(
    browser: Browser, base_url: str, path: str
) -> None:
    page = open_phone(browser, base_url)
    told = painting.largest(page, path)
    page.context.close()
    picture = told[-1]
    assert picture["priority"] == "high", told
    assert picture["loading"] != "lazy", told
    widths = {int(width): url for url, width in re.findall(r"(\S+) (\d+)w", picture["candidates"])}
    enough = [width for width in sorted(widths) if width >= picture["width"] * DENSITY]
    assert picture["source"].endswith(widths[enough[0]]), (widths, told)


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_hears_of_the_largest_picture_before_it_has_stylesheets(
    browser: Browser, client: httpx.Client, base_url: str, path: str
) -> None:
    """By a preload, or by standing in HTML that nothing keeps the browser from reading."""
    page = open_phone(browser, base_url)
    # No stylesheet ever comes, and the picture is asked for all the same.
    page.route(SHEET, lambda route: None)
    with (
        page.expect_request(lambda request: request.resource_type == "stylesheet") as sheet,
        page.expect_request(lambda request: request.resource_type == "image") as asked,
    ):
        page.goto(path, wait_until="commit")
    page.context.close()
    assert SHEET.search(sheet.value.url)
    source = asked.value.url
    html = client.get(path).text
    assert source.removeprefix(base_url) in html
