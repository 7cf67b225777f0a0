"""Writing a review, with JavaScript and without."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from . import shop

FORM = "Write a review"
TITLE = "Holds tulips & <b>daffodils</b>"
BODY = 'First line.\nSecond line, with "quotes" and <i>tags</i>.'


def fill(page: Page, **but: str) -> None:
    """Everything that the form asks for, except what ``but`` says otherwise."""
    form = page.get_by_role("region", name=FORM)
    typed = {"Title": TITLE, "Your review": BODY, "Your name": "Ada"} | but
    form.get_by_role("radio", name="4 stars: Very good").check()
    for label, text in typed.items():
        form.get_by_label(label).fill(text)


def send(page: Page) -> int:
    """Send the form; the status of the answer."""
    with page.expect_response("**/actions/reviews/form/submit") as sent:
        page.get_by_role("button", name="Send review").click()
    return sent.value.status


def test_with_script_a_review_is_taken_in_place(page: Page) -> None:
    page.goto(shop.VARIANT)
    page.evaluate("""() => {
        window.told = [];
        document.addEventListener("review:submitted", ({ detail: { ref, state } }) => {
            window.told.push({ ref, state });
        });
    }""")
    fill(page)
    assert send(page) == 200
    thanks = page.get_by_role("region", name="Thank you for your review")
    expect(thanks.get_by_role("status")).to_contain_text("awaits moderation")
    toasts = page.locator("site-notifications").get_by_role("status")
    expect(toasts).to_contain_text("Your review awaits moderation")
    assert page.evaluate("window.told") == [{"ref": "h1001", "state": "pending"}]
    expect(page).to_have_url(re.compile(rf"{shop.VARIANT}$"))
    expect(page.get_by_role("region", name="Customer reviews")).not_to_contain_text(TITLE)


def test_with_script_mistakes_are_shown_in_place_and_can_be_mended(page: Page) -> None:
    page.goto(shop.PRODUCT)
    fill(page, Title="")
    assert send(page) == 422
    form = page.get_by_role("region", name=FORM)
    problem = form.get_by_role("alert")
    expect(problem).to_contain_text("There is a problem")
    expect(problem).to_be_focused()
    expect(form.get_by_label("Your review")).to_have_value(BODY)
    expect(form.get_by_role("radio", name="4 stars: Very good")).to_be_checked()
    problem.get_by_role("link", name="Give your review a title.").click()
    expect(form.get_by_label("Title")).to_be_focused()

    form.get_by_label("Title").fill(TITLE)
    assert send(page) == 200
    expect(page.get_by_role("region", name="Thank you for your review")).to_be_visible()


def test_without_script_the_shopper_comes_back_to_the_page(plain_page: Page) -> None:
    plain_page.goto(shop.VARIANT)
    fill(plain_page)
    assert send(plain_page) == 303
    expect(plain_page).to_have_url(re.compile(rf"{shop.VARIANT}\?review=received#"))
    expect(plain_page.get_by_role("status")).to_contain_text("awaits moderation")
    glaze = plain_page.get_by_role("group", name="Glaze")
    expect(glaze.get_by_role("link", name="Chalk")).to_have_attribute("aria-current", "true")


def test_without_script_mistakes_are_a_page_that_keeps_what_was_typed(plain_page: Page) -> None:
    plain_page.goto(shop.VARIANT)
    fill(plain_page, **{"Your name": ""})
    assert send(plain_page) == 422
    expect(plain_page).to_have_title(re.compile("problem with your review"))
    expect(plain_page.get_by_role("heading", level=1)).to_have_text(FORM)
    expect(plain_page.get_by_role("banner")).to_be_visible()
    form = plain_page.get_by_role("region", name=FORM)
    expect(form.get_by_role("alert")).to_contain_text("the name to show")
    expect(form.get_by_label("Title")).to_have_value(TITLE)
    expect(form.get_by_label("Your review")).to_have_value(BODY)
    expect(form.get_by_role("radio", name="4 stars: Very good")).to_be_checked()

    form.get_by_label("Your name").fill("Ada")
    assert send(plain_page) == 303
    expect(plain_page).to_have_url(re.compile(rf"{shop.VARIANT}\?review=received#"))


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
