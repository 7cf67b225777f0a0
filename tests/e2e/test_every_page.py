"""Every page in every state: by axe, by keyboard, on a small screen, with larger text, in the dark.

A page is looked at from all sides before the next one is opened, since opening takes the time.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from . import audits, shop
from .shopper import Shopper
from .states import STATES, State, Who


@pytest.fixture(scope="module")
def visitors(
    browser: Browser, base_url: str, cookies: dict[Who, StorageState | None]
) -> Iterator[Callable[[Who], BrowserContext]]:
    """A browser for each of them, a new one for each newcomer; all like things still."""
    contexts: dict[Who, BrowserContext] = {}

    def visitor(who: Who) -> BrowserContext:
        if who == "newcomer" and who in contexts:
            contexts.pop(who).close()
        if who not in contexts:
            contexts[who] = browser.new_context(
                base_url=base_url,
                storage_state=cookies[who],
                reduced_motion="reduce",
                viewport={"width": 1280, "height": 800},
            )
        return contexts[who]

    yield visitor
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="module", params=STATES, ids=lambda state: state.name)
def opened(
    request: pytest.FixtureRequest, visitors: Callable[[Who], BrowserContext]
) -> Iterator[Page]:
    """A page with everything that it loads by itself."""
    state: State = request.param
    page = visitors(state.who).new_page()
    state.reach(Shopper(page, state.words))
    audits.settle(page)
    yield page
    page.close()


def test_axe_finds_nothing(opened: Page) -> None:
    assert audits.axe(opened) == []


def test_axe_finds_nothing_in_the_dark(opened: Page) -> None:
    opened.emulate_media(color_scheme="dark", reduced_motion="reduce")
    opened.evaluate(audits.PAINTED)
    assert audits.axe(opened, audits.OF_COLOURS) == []
    opened.emulate_media(color_scheme="light", reduced_motion="reduce")


def test_nothing_is_wider_than_a_small_screen(opened: Page) -> None:
    with audits.window(opened, 320, 640):
        assert opened.evaluate(audits.TOO_WIDE) == []


def test_nothing_is_lost_at_twice_the_size(opened: Page) -> None:
    """A window of 1280 pixels at 200 % has 640 of them; text alone may be enlarged, too."""
    with audits.window(opened, 640, 400):
        assert opened.evaluate(audits.TOO_WIDE) == []
    with audits.larger_text(opened):
        assert opened.evaluate(audits.TOO_WIDE) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_finger_hits_what_it_means(opened: Page, width: int) -> None:
    with audits.window(opened, width, 800):
        assert opened.evaluate(audits.TOO_SMALL) == []


def test_nothing_moves_for_who_likes_things_still(opened: Page) -> None:
    assert opened.evaluate(audits.MOVING) == []


def test_the_keyboard_goes_through_it_in_order_and_in_sight(opened: Page) -> None:
    with audits.window(opened, 1280, 500):
        assert audits.by_keyboard(opened) == []


def test_it_says_what_it_is_and_in_which_language(opened: Page) -> None:
    assert opened.title().strip()
    language = opened.locator("html").get_attribute("lang")
    assert language == ("de" if "/de/" in opened.url else "en")
    assert opened.get_by_role("heading", level=1).count() == 1
    for landmark in ("banner", "main"):
        assert opened.get_by_role(landmark).count() == 1, landmark


def test_every_part_names_the_team_that_serves_it(opened: Page, base_url: str) -> None:
    found = opened.locator("[data-boundary]").evaluate_all(
        "elements => elements.map((element) => element.dataset.boundary)"
    )
    for boundary in found:
        team, slash, part = boundary.partition("/")
        assert team and slash and part, boundary
    expected: set[str] = shop.BOUNDARIES.get(opened.url.removeprefix(base_url), set())
    assert set(found) >= expected
