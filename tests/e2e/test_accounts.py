"""The life of an account, from the letter that confirms it to the last page that it sees."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.running_site import RunningSite

from . import audits, html_checker, shop
from .complaints import Complaints
from .shopper import PASSWORD, Shopper, somebody
from .waiting import eventually
from .words import ENGLISH as WORDS

pytestmark = pytest.mark.ours
# What services keep under the name of a shopper.
KEPT = (
    (
        "bookmarks",
        "select 1 from bookmarks_bookmark b join bookmarks_shopper s on s.id = b.shopper_id "
        "where s.subject = ?",
    ),
    ("cart", "select 1 from cart_cart where owner = ?"),
    ("cart", "select 1 from cart_order where owner = ?"),
    ("reviews", "select 1 from reviews_review where subject = ?"),
)


def link_for(site: RunningSite, email: str) -> str:
    """Where the letter to an address leads. Without a mail server it is in the shell's log."""
    letter = re.compile(rf"\| To: {email}\s.*?\| {site.origin}(/account/confirm/\S+)", re.DOTALL)

    def found() -> str:
        return next((match[1] for match in letter.finditer(site.log.read_text())), "")

    return eventually(found)


def ask(site: RunningSite, database: str, question: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(site.var / f"{database}.sqlite3")) as connection:
        return connection.execute(question, values).fetchall()


def subject_of(site: RunningSite, email: str) -> str:
    question = "select reference from accounts_shopper where email = ?"
    ((reference,),) = ask(site, "site_shell", question, email)
    return f"user:{reference}"


def kept(site: RunningSite, subject: str) -> list[int]:
    """How much each service keeps of a shopper, in the order of KEPT."""
    return [len(ask(site, database, question, subject)) for database, question in KEPT]


def look_at(page: Page) -> None:
    """What test_every_page.py asks first, of pages that only a letter leads to."""
    audits.settle(page)
    assert audits.axe(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(audits.PAINTED)
    assert audits.axe(page, audits.OF_COLOURS) == []
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    with audits.window(page, 320, 640):
        assert page.evaluate(audits.TOO_WIDE) == []


def confirm(shopper: Shopper, site: RunningSite, email: str, tmp_path: Path) -> None:
    """Answer the letter; the page that it leads to is looked at on the way."""
    shopper.page.goto(link_for(site, email))
    expect(shopper.heading()).to_have_text("Confirm your e-mail address")
    expect(shopper.main).to_contain_text(email)
    if shopper.has_script:
        look_at(shopper.page)
    elif html_checker.is_there():
        assert html_checker.problems({"confirm": shopper.page.content()}, tmp_path) == []
    shopper.main.get_by_role("button", name=WORDS.confirm_address).click()
    expect(shopper.page).to_have_url(re.compile("/account/$"))


def move(shopper: Shopper, email: str) -> None:
    shopper.main.get_by_role("link", name="Change your e-mail address").click()
    shopper.main.get_by_label(WORDS.present_password).fill(PASSWORD)
    shopper.main.get_by_role("textbox", name=WORDS.email).fill(email)
    shopper.main.get_by_role("button", name=WORDS.send_letter).click()
    expect(shopper.main).to_contain_text(email)


def use(shopper: Shopper, email: str) -> str:
    """Leave something in every service; the number of the order."""
    shopper.visit(shop.LONG_NAME)
    shopper.add_to_cart()
    number = shopper.check_out(email)
    shopper.visit(shop.LONG_NAME)
    shopper.review("It was mine")
    shopper.visit(shop.LONG_NAME)
    shopper.bookmark(shopper.heading().inner_text())
    shopper.visit(shop.LONG_NAME)
    shopper.add_to_cart()
    return number


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def shopper(
    request: pytest.FixtureRequest,
    browser: Browser,
    second_site: RunningSite,
    complaints: Complaints,
) -> Iterator[Shopper]:
    """Not of the site of all tests: nobody may register there as often as they do together."""
    context = browser.new_context(
        base_url=second_site.origin, java_script_enabled=request.param, reduced_motion="reduce"
    )
    complaints.listen(context)
    yield Shopper(context.new_page(), WORDS, request.param)
    context.close()


def test_an_account_is_confirmed_moved_used_and_closed_without_a_trace(
    shopper: Shopper, second_site: RunningSite, tmp_path: Path
) -> None:
    page, main = shopper.page, shopper.main
    shopper.visit("/")
    email, other = shopper.create_account(), somebody()
    expect(main).to_contain_text("Follow its link")
    confirm(shopper, second_site, email, tmp_path)
    expect(page.get_by_text("Your e-mail address is confirmed.").first).to_be_visible()

    move(shopper, other)
    shopper.visit("/account/")
    expect(main).to_contain_text(f"Signed in as {email}.")
    confirm(shopper, second_site, other, tmp_path)
    expect(main).to_contain_text(f"Signed in as {other}.")
    page.goto(link_for(second_site, other))
    expect(shopper.heading()).to_have_text("This link is over")

    number = use(shopper, other)
    subject = subject_of(second_site, other)
    assert kept(second_site, subject) == [1, 1, 1, 1]
    shopper.visit("/account/")
    main.get_by_role("link", name="Close your account").click()
    expect(main).to_contain_text("Orders stay in the books of the shop")
    main.get_by_label(WORDS.present_password).fill(PASSWORD)
    main.get_by_role("button", name=WORDS.close_account).click()
    expect(page.get_by_text("Your account is closed.").first).to_be_visible()

    assert kept(second_site, subject) == [0, 0, 0, 0]
    question = "select owner, email from cart_order where number = ?"
    assert ask(second_site, "cart", question, number) == [("closed", other)]
    expect(shopper.open_cart()).to_have_count(0)
    shopper.visit(f"/orders/{number}/")
    expect(main).not_to_contain_text("Ada Lovelace")
    shopper.visit("/account/sign-in/")
    main.get_by_label(WORDS.email).fill(other)
    main.get_by_label(WORDS.password).fill(PASSWORD)
    expect(shopper.send(WORDS.sign_in)).to_contain_text("do not belong together")
