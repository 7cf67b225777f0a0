"""No service answers: every page says what it can, is whole and readable, and comes back with them.

A page of our own mistakes belongs here as well: it is the shell's alone, too.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.projects import SERVICES
from dev.running_site import RunningSite

from . import audits, html_checker, shop
from .conftest import copy_of
from .harm import get, is_whole
from .shopper import Shopper
from .states import fill_cart
from .waiting import eventually
from .words import ENGLISH

pytestmark = pytest.mark.ours

# Address, status, and what the shop says instead. None of them was visited while all was well,
# except the front page, which is kept.
WITHOUT_SERVICES = (
    (shop.HOME, 200, None),
    (shop.PRODUCTS, 503, "cannot be shown right now"),
    (shop.SUCCESSOR, 503, "try again"),
    (shop.CART, 503, "Nothing in it is lost"),
    ("/checkout/", 503, "Nothing in it is lost"),
    ("/orders/", 503, "try again"),
    (shop.BOOKMARKS, 200, "They are kept"),
    ("/stores/", 503, "The stores themselves are open"),
    ("/account/sign-in/", 200, "Password"),
    ("/account/register/", 200, "Create the account"),
    ("/account/reset/", 200, "letter"),
    (shop.UNKNOWN_PAGE, 404, "no page at this address"),
    (f"/de{shop.CART}", 503, "Daraus geht nichts verloren"),
)
# Seconds in which services start, and at most 40 until the shell asks a service again.
UNTIL_BACK = 180.0
ALL_PRODUCTS = re.compile("All products|Alle Produkte")


@pytest.fixture(scope="module")
def lonely_site(
    site: RunningSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    """A site of these tests' own, without the debugger's page for mistakes."""
    folder = tmp_path_factory.mktemp("lonely")
    with copy_of(site, folder, SITE_SHELL_DEBUG="false") as started:
        yield started


@pytest.fixture
def shopper(browser: Browser, lonely_site: RunningSite) -> Iterator[Shopper]:
    """In that site."""
    context = browser.new_context(base_url=lonely_site.origin)
    yield Shopper(context.new_page(), ENGLISH)
    context.close()


def is_in_cart(shopper: Shopper) -> bool:
    shopper.visit(shop.CART)
    return shopper.part("cart/page").get_by_role("listitem").count() == 1


def is_readable(page: Page) -> list[str]:
    """In both schemes, and on a small screen."""
    wrong: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(audits.PAINTED)
        wrong += audits.axe(page)
    with audits.window(page, 320, 640):
        wrong += page.evaluate(audits.TOO_WIDE)
    return wrong


def test_without_any_service_every_page_helps_and_all_is_back_when_they_are(
    lonely_site: RunningSite, shopper: Shopper, tmp_path: Path
) -> None:
    page = shopper.page
    fill_cart(shopper)
    for service in SERVICES:
        lonely_site.kill(service.name)

    sources = {}
    for path, status, words in WITHOUT_SERVICES:
        answer = page.goto(path)
        assert answer
        # 502 is the first answer after a connection was cut, before the shell has given up.
        assert answer.status in ({502, 503} if status == 503 else {status}), path
        if status == 503:
            assert answer.headers["cache-control"] == "no-store"
        if answer.status == 503:
            assert int(answer.headers["retry-after"]) > 0
        page.wait_for_load_state("networkidle")
        expect(shopper.heading()).to_have_count(1)
        expect(page.get_by_role("banner")).to_be_visible()
        expect(page.get_by_role("link", name=ALL_PRODUCTS).first).to_be_visible()
        if words:
            expect(shopper.main).to_contain_text(words)
        assert is_readable(page) == [], path
        sources[path] = answer.text()
    if html_checker.is_there():
        assert html_checker.problems(sources, tmp_path) == []
    # What the shell does alone goes on.
    shopper.visit("/")
    shopper.create_account()
    expect(shopper.heading()).to_have_text(ENGLISH.account)

    for service in SERVICES:
        lonely_site.revive(service.name)
    assert eventually(lambda: is_whole(get(lonely_site, shop.SUCCESSOR)), UNTIL_BACK)
    assert eventually(lambda: is_in_cart(shopper), UNTIL_BACK)
    fill_cart(shopper)


def test_our_own_mistake_has_a_page_that_helps(
    lonely_site: RunningSite, shopper: Shopper, tmp_path: Path
) -> None:
    """The shell's own database is broken, and what is written to it ends in a mistake."""
    page = shopper.page
    shopper.visit("/account/register/")
    for name in ("site_shell.sqlite3", "site_shell.sqlite3-wal"):
        (lonely_site.var / name).write_bytes(b"This was a database." * 4096)
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and "/register/" in answer.url
    ) as sent:
        shopper.create_account()
    assert sent.value.status == 500
    assert "no-store" in sent.value.headers["cache-control"]
    expect(shopper.heading()).to_have_text("We broke something")
    expect(shopper.main).to_contain_text("Please try again in a moment")
    assert "Traceback" not in page.content()
    for place in ("Go to the front page", "See all products"):
        expect(shopper.main.get_by_role("link", name=place)).to_be_visible()
    assert is_readable(page) == []
    if html_checker.is_there():
        assert html_checker.problems({"500": sent.value.text()}, tmp_path) == []
