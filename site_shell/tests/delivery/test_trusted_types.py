"""The one policy that makes HTML out of texts, asked by a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from .browser import CHROMIUM, chromium

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

SOURCE = Path(__file__).resolve().parents[2] / "static" / "site_shell" / "trusted.js"
HARMLESS = [
    "<p>scripts, objects and iframes</p>",
    '<script id="facts" type="application/json">{"a": 1}</script>',
    "<script type=application/ld+json>{}</script>",
    "<script nonce data-x='1' type=\"application/json\" id=x>{}</script>",
    '<iframe src="/map/"></iframe>',
]
HARMFUL = [
    "<script>hit()</script>",
    "<SCRIPT\nsrc=/x.js>",
    "<script/type=module>",
    '<script x=" type=application/json">hit()</script>',
    '<script type="module" type="application/json">hit()</script>',
    '<script type="" data-a=" type=application/json ">hit()</script>',
    '<script type="application/json-no">',
    "<iframe/srcdoc=x>",
    '<iframe title="x"srcdoc=x>',
    "<object data=x>",
    "<embed src=x>",
]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        opened = browser.new_page()
        opened.evaluate(SOURCE.read_text())
        yield opened
        opened.close()


def passed(page: Page, html: str) -> str:
    asked = "(html) => String(trustedTypes.defaultPolicy.createHTML(html))"
    return str(page.evaluate(asked, html))


@pytest.mark.parametrize("html", HARMLESS)
def test_html_without_scripts_is_made(page: Page, html: str) -> None:
    assert passed(page, html) == html


@pytest.mark.parametrize("html", HARMFUL)
def test_html_that_could_run_is_refused(page: Page, html: str) -> None:
    assert passed(page, html) == ""
