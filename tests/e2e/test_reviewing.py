"""Writing a review, changing it, and what readers do with it, with JavaScript and without."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from . import shop
from .shopper import PASSWORD, Account
from .waiting import eventually
from .words import ENGLISH

FORM = "Write a review"
OWN = "Your review"
TITLE = "Holds tulips & <b>daffodils</b>"
BODY = 'First line.\nSecond line, with "quotes" and <i>tags</i>.'
VOTES = "/products/h1011/"
VOTED = {True: "h1004", False: "h1012"}
PLAINLY = {True: "/products/h1006/moon-jar/", False: "/products/h1007/x/"}


@pytest.fixture
def member(account: Account, new_context: Callable[..., BrowserContext]) -> Page:
    """Signed in, with script."""
    return new_context(storage_state=account.cookies).new_page()


@pytest.fixture
def plain_member(account: Account, new_context: Callable[..., BrowserContext]) -> Page:
    """Signed in, without script."""
    return new_context(storage_state=account.cookies, java_script_enabled=False).new_page()


def open_form(page: Page, address: str, name: str = FORM) -> Locator:
    """The form below a product; without script it has a page of its own."""
    page.goto(address)
    way = page.get_by_role("link", name="Write or change your review")
    form = page.get_by_role("region", name=name)
    if page.evaluate("matchMedia('(scripting: enabled)').matches"):
        page.get_by_role("link", name=re.compile("^Write (a|the first) review$")).click()
    else:
        way.click()
    expect(form).to_be_visible()
    return form


def fill(form: Locator, **but: str) -> None:
    """Everything that the form asks for, except what ``but`` says otherwise."""
    typed = {"Title": TITLE, "Your review": BODY, "Your name": "Ada"} | but
    form.get_by_role("radio", name="4 stars: Very good").check()
    for label, text in typed.items():
        form.get_by_label(label, exact=True).fill(text)


def send(page: Page) -> int:
    """Send the form; the status of the answer."""
    with page.expect_response("**/actions/reviews/form/submit") as sent:
        page.get_by_role("button", name="Send review").click()
    return sent.value.status


def test_with_script_a_review_is_taken_in_place(member: Page) -> None:
    page = member
    form = open_form(page, "/products/h1002/x/")
    page.evaluate("""() => {
        window.told = [];
        document.addEventListener("review:submitted", ({ detail: { ref, state } }) => {
            window.told.push({ ref, state });
        });
    }""")
    fill(form)
    assert send(page) == 200
    own = page.get_by_role("region", name=OWN)
    expect(own.get_by_role("status")).to_contain_text("awaits moderation")
    expect(own.get_by_role("article")).to_contain_text(TITLE)
    toasts = page.locator("site-notifications").get_by_role("status")
    expect(toasts).to_contain_text("Your review awaits moderation")
    assert page.evaluate("window.told") == [{"ref": "h1002", "state": "pending"}]
    expect(page).to_have_url(re.compile("/products/h1002/"))
    expect(page.get_by_role("region", name="Customer reviews")).not_to_contain_text(TITLE)


def test_with_script_mistakes_are_shown_in_place_and_can_be_mended(
    member: Page, tmp_path: Path
) -> None:
    page = member
    form = open_form(page, "/products/h1003/x/")
    fill(form, Title="")
    picture = tmp_path / "bowl.png"
    Image.linear_gradient("L").save(picture)
    form.get_by_text("Add photos").click()
    form.get_by_label("Photo", exact=True).first.set_input_files(picture)
    form.get_by_label("What does it show?").first.fill("A bowl")
    assert send(page) == 422
    problem = form.get_by_role("alert")
    expect(problem).to_contain_text("There is a problem")
    expect(problem).to_be_focused()
    expect(form.get_by_label("Your review", exact=True)).to_have_value(BODY)
    expect(form.get_by_role("radio", name="4 stars: Very good")).to_be_checked()
    expect(form.get_by_role("img", name="A bowl")).to_be_visible()
    problem.get_by_role("link", name="Give your review a title.").click()
    expect(form.get_by_label("Title")).to_be_focused()

    form.get_by_label("Title").fill(TITLE)
    assert send(page) == 200
    own = page.get_by_role("region", name=OWN).get_by_role("article")
    expect(own.get_by_role("img", name="A bowl")).to_be_visible()


def test_without_script_the_shopper_comes_back_to_the_page(plain_member: Page) -> None:
    plain_page = plain_member
    fill(open_form(plain_page, shop.VARIANT))
    assert send(plain_page) == 303
    expect(plain_page).to_have_url(re.compile(rf"{shop.VARIANT}#"))
    expect(plain_page.get_by_role("status")).to_contain_text("awaits moderation")
    glaze = plain_page.get_by_role("group", name="Glaze")
    expect(glaze.get_by_role("link", name="Chalk")).to_have_attribute("aria-current", "true")


def test_without_script_mistakes_are_a_page_that_keeps_what_was_typed(plain_member: Page) -> None:
    plain_page = plain_member
    fill(open_form(plain_page, "/products/h1009/x/"), **{"Your name": ""})
    assert send(plain_page) == 422
    expect(plain_page).to_have_title(re.compile("problem with your review"))
    expect(plain_page.get_by_role("heading", level=1)).to_have_text(FORM)
    expect(plain_page.get_by_role("banner")).to_be_visible()
    form = plain_page.get_by_role("region", name=FORM)
    expect(form.get_by_role("alert")).to_contain_text("the name to show")
    expect(form.get_by_label("Title")).to_have_value(TITLE)
    expect(form.get_by_label("Your review", exact=True)).to_have_value(BODY)
    expect(form.get_by_role("radio", name="4 stars: Very good")).to_be_checked()

    form.get_by_label("Your name").fill("Ada")
    assert send(plain_page) == 303
    expect(plain_page).to_have_url(re.compile("/products/h1009/[^?]*#"))


def sign_in(page: Page, account: Account) -> None:
    main = page.get_by_role("main")
    main.get_by_label(ENGLISH.email).fill(account.email)
    main.get_by_label("Password", exact=True).fill(PASSWORD)
    main.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_who_is_not_signed_in_loses_nothing_and_sends_it_by_signing_in(
    account: Account, new_context: Callable[..., BrowserContext], has_script: bool
) -> None:
    """Also if there was a mistake first, whose page nobody could come back to."""
    page, product = new_context(java_script_enabled=has_script).new_page(), PLAINLY[has_script]
    fill(open_form(page, product), **{"Your name": ""})
    assert send(page) == 422
    # The answer takes the place of the form; what is typed before it does goes with the old one.
    expect(page.get_by_role("alert").filter(has_text="the name to show")).to_be_visible()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Send review").click()
    expect(page).to_have_url(re.compile("/account/sign-in/"))
    expect(page.get_by_role("status").filter(has_text="is kept").first).to_be_attached()
    sign_in(page, account)
    expect(page).to_have_url(re.compile(product[:16]))
    told = page.get_by_role("status").filter(has_text="Your review is sent")
    expect(told.first).to_be_attached()
    own = open_form(page, product, name=OWN)
    expect(own.get_by_role("article")).to_contain_text(TITLE)


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_the_author_changes_and_deletes_a_review(
    member: Page, plain_member: Page, has_script: bool
) -> None:
    page, product = (member if has_script else plain_member), "/products/h1008/x/"
    fill(open_form(page, product))
    send(page)
    own = open_form(page, product, name=OWN)
    own.get_by_text("Edit your review").click()
    own.get_by_label("Title").fill("Holds roses")
    assert send(page) in {200, 303}
    own = open_form(page, product, name=OWN)
    expect(own.get_by_role("article")).to_contain_text("Holds roses")
    own.get_by_text("Delete your review").click()
    own.get_by_role("button", name="Delete for good").click()
    told = page.get_by_role("status").filter(has_text=re.compile("deleted|taken back"))
    expect(told.first).to_be_attached()
    open_form(page, product, name=FORM)


def test_a_vote_counts_and_is_remembered_and_taken_back(member: Page) -> None:
    page = member
    page.goto(f"{VOTES}x/?sort=helpful")
    reviews = page.get_by_role("region", name="Customer reviews")
    helpful = reviews.get_by_role("button", name=re.compile("^Helpful"))
    before = reviews.get_by_role("article").nth(1).inner_text()
    helpful.nth(1).click()
    expect(helpful.nth(1)).to_have_attribute("aria-pressed", "true")
    assert reviews.get_by_role("article").nth(1).inner_text() != before
    page.reload()
    page.get_by_role("link", name="Write a review").click()
    expect(helpful.nth(1)).to_have_attribute("aria-pressed", "true")
    helpful.nth(1).click()
    expect(helpful.nth(1)).to_have_attribute("aria-pressed", "false")


def test_without_script_a_vote_counts_and_is_taken_back_beside_the_form(
    plain_member: Page,
) -> None:
    plain_page = plain_member
    plain_page.goto(f"{VOTES}x/?sort=helpful")
    plain_page.get_by_role("button", name=re.compile("^Helpful")).first.click()
    expect(plain_page).to_have_url(re.compile(r"\?sort=helpful#review-\d+$"))
    expect(plain_page.get_by_role("status")).to_contain_text("you found this review helpful")
    form = open_form(plain_page, plain_page.url)
    form.get_by_role("button", name="Helpful").click()
    expect(plain_page.get_by_role("status")).to_contain_text("Your vote is taken back")


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_who_is_not_signed_in_is_told_so_at_the_button_and_votes_by_signing_in(
    account: Account, new_context: Callable[..., BrowserContext], has_script: bool
) -> None:
    page = new_context(java_script_enabled=has_script).new_page()
    page.goto(f"/products/{VOTED[has_script]}/x/?sort=helpful")
    first = page.get_by_role("region", name="Customer reviews").get_by_role("article").first
    # By its number: others vote meanwhile, and then it stands elsewhere.
    review = page.locator(f"#{first.get_attribute('id')}")
    button = review.get_by_role("button", name=re.compile("^Helpful"))
    expect(button).to_have_accessible_description(re.compile("not signed in, we ask you to"))
    before = review.inner_text()
    button.click()
    expect(page).to_have_url(re.compile("/account/sign-in/"))
    told = page.get_by_role("status").filter(has_text="Your vote counts as soon as you have.")
    expect(told.first).to_be_attached()
    sign_in(page, account)
    expect(page).to_have_url(re.compile(rf"/products/{VOTED[has_script]}/.*sort=helpful#review-"))
    told = page.get_by_role("status").filter(has_text="you found this review helpful")
    expect(told.first).to_be_attached()

    def is_counted() -> bool:
        page.reload()
        return review.inner_text() != before

    eventually(is_counted)


def test_a_review_is_reported(shopper: Page) -> None:
    shopper.goto(f"{VOTES}x/?stars=5")
    shopper.get_by_role("button", name=re.compile("^Report")).nth(2).click()
    form = shopper.get_by_role("region", name="Report this review")
    form.get_by_role("button", name="Send report").click()
    expect(form).to_contain_text("Choose what is wrong with it.")
    form.get_by_label("It is not about this product").check()
    form.get_by_role("button", name="Send report").click()
    told = shopper.get_by_role("status").filter(has_text="a moderator will look at this review")
    expect(told.first).to_be_attached()
    expect(shopper).to_have_url(re.compile(r"/\?stars=5"))


def test_stars_lead_to_the_reviews_that_gave_them(shopper: Page) -> None:
    shopper.goto(shop.PRODUCT)
    reviews = shopper.get_by_role("region", name="Customer reviews")
    reviews.get_by_role("link", name="2 stars").click()
    expect(shopper).to_have_url(re.compile(r"\?sort=newest&stars=2#reviews$"))
    expect(reviews.get_by_role("article").first).to_contain_text("2 out of 5 stars")
    expect(reviews.get_by_role("article").filter(has_text="5 out of 5 stars")).to_have_count(0)
    reviews.get_by_role("link", name="Show all reviews").click()
    expect(shopper).to_have_url(re.compile(r"\?sort=newest#reviews$"))


def test_a_form_of_another_site_is_refused(client: httpx.Client) -> None:
    response = client.post(
        shop.ACTION, data={"product": "h1001"}, headers={"origin": "https://evil.example"}
    )
    assert response.status_code == 403
    assert "<h1" in response.text


@pytest.mark.parametrize("return_to", ["https://evil.example/", "//evil.example/", "/\\evil"])
def test_the_form_leads_to_no_other_site(client: httpx.Client, return_to: str) -> None:
    typed = {"product": "h1001", "rating": "5", "title": "a", "body": "b", "author": "c"}
    response = client.post(
        shop.ACTION,
        data={**typed, "return_to": return_to},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert response.status_code == 400
    assert "location" not in response.headers
