"""What the pages' policy keeps a browser from, on the real pages with all their scripts.

That it keeps nobody from shopping is what every other test here shows: each fails if a browser
complains about a broken policy.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from dev.running_site import RunningSite

from . import shop
from .waiting import eventually

pytestmark = pytest.mark.ours

# What an attacker could do who found a way to run one line of a page's script with a text of his.
# Not eval and its like: a debugger, which is what runs these lines, may do that.
SINKS = {
    "a script in HTML": "document.body.innerHTML = '<script>hit()</scr' + 'ipt>'",
    "a frame with a document": "document.body.innerHTML = '<iframe srcdoc=\"x\"></iframe>'",
    "the text of a script": "document.createElement('script').text = 'hit()'",
    "the address of a script": "document.createElement('script').src = '/static/x.js'",
    "a parsed document": "new DOMParser().parseFromString('<script>hit()', 'text/html')",
    "another policy": "trustedTypes.createPolicy('loose', { createHTML: (text) => text })",
    "the default policy again": "trustedTypes.createPolicy('default', {})",
}
# These make elements, and the policy sees to it that nothing comes of them.
DEAD = {
    "a handler": "<img src='/static/none.png' onerror='hit()'>",
    "a javascript: link": "<a id='dead' href='javascript:hit()'>x</a>",
    "a style": "<style>body { display: none }</style>",
    "an image of a stranger": "<img src='https://evil.example/x.png'>",
    "a form to a stranger": "<form action='https://evil.example/'><button id='dead'></form>",
    "a frame of a stranger": "<iframe src='https://evil.example/'></iframe>",
    "an endless base": "<base href='https://evil.example/'>",
}
_PREPARE = """() => {
    window.broken = [];
    window.hits = 0;
    window.hit = () => { window.hits += 1; };
    document.addEventListener("securitypolicyviolation", (event) => {
        window.broken.push(event.effectiveDirective);
    });
}"""


@pytest.fixture
def page(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A product page in a browser whose complaints are what the tests want to see."""
    context = browser.new_context(base_url=site.origin)
    opened = context.new_page()
    opened.goto(shop.PRODUCT)
    opened.evaluate(_PREPARE)
    yield opened
    context.close()


def wait_for_a_complaint(page: Page) -> None:
    """Not by wait_for_function, which evaluates texts in the page: the policy forbids that."""
    eventually(lambda: page.evaluate("window.broken.length > 0"))


@pytest.mark.parametrize("code", SINKS.values(), ids=SINKS.keys())
def test_no_text_becomes_a_script(page: Page, code: str) -> None:
    refused = page.evaluate(f"() => {{ try {{ {code} }} catch (error) {{ return error.name }} }}")
    assert refused == "TypeError"
    wait_for_a_complaint(page)
    assert page.evaluate("window.hits") == 0


@pytest.mark.parametrize("html", DEAD.values(), ids=DEAD.keys())
def test_html_that_finds_its_way_into_a_page_is_dead(page: Page, html: str) -> None:
    page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", html)
    page.evaluate("document.querySelector('#dead')?.click()")
    wait_for_a_complaint(page)
    assert page.evaluate("window.hits") == 0
    assert page.url.endswith(shop.PRODUCT)
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


def test_a_stylesheet_that_somebody_changed_is_not_applied(
    browser: Browser, site: RunningSite
) -> None:
    context = browser.new_context(base_url=site.origin)
    page = context.new_page()
    said: list[str] = []
    changed: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    def change(route: Route) -> None:
        answer = route.fetch()
        changed.append(route.request.url)
        route.fulfill(response=answer, body=answer.text() + "\nbody { display: none }")

    page.route("**/static/reviews/**", change)
    page.goto(shop.PRODUCT)
    page.wait_for_load_state("networkidle")
    assert changed
    assert any("integrity" in text for text in said)
    assert page.evaluate("getComputedStyle(document.body).display") != "none"
    context.close()
