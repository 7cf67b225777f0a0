"""What a page may weigh.

Bytes are counted as production sends them, compressed by brotli, whatever the tested site does.
What measures visitors is loaded by a few of them, and not counted: docs/shell-operators/budgets.md.
"""

import brotli
import pytest
from playwright.sync_api import Browser, Response

from . import shop

KILOBYTE = 1024
BUDGETS = {"script": 25 * KILOBYTE, "stylesheet": 15 * KILOBYTE}


@pytest.mark.parametrize("kind", BUDGETS)
@pytest.mark.parametrize("path", [shop.HOME, shop.PRODUCTS, shop.PRODUCT, f"/de{shop.PRODUCT}"])
def test_a_page_loads_no_more_than_its_budget(
    browser: Browser, base_url: str, path: str, kind: str
) -> None:
    # Who does not want to be tracked measures nothing.
    context = browser.new_context(base_url=base_url, viewport={"width": 390, "height": 844})
    context.add_init_script("Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})")
    page = context.new_page()
    loaded: dict[str, Response] = {}

    def note(response: Response) -> None:
        if response.request.resource_type == kind:
            loaded[response.url] = response

    page.on("response", note)
    page.goto(path, wait_until="networkidle")
    # What comes when somebody scrolls belongs to the page.
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    sizes = {url: len(brotli.compress(response.body())) for url, response in [*loaded.items()]}
    context.close()
    assert sizes
    assert sum(sizes.values()) <= BUDGETS[kind], "\n".join(
        f"{size:6d} {url}" for url, size in sorted(sizes.items(), key=lambda item: -item[1])
    )
