"""Registering, changing a password, and forgetting one."""

import re
from typing import Any

import pytest

from site_shell.accounts import checking
from site_shell.accounts.models import Shopper

from .conftest import EMAIL, PASSWORD, Browser, Letters, make_shopper

NEW = "clay-candle-cotton"


def register(visitor: Browser, email: str = EMAIL, **fields: str) -> Any:
    given = {"name": "Ada", "new_password": PASSWORD, **fields}
    return visitor.fill("/account/register/", email=email, **given)


def ask_for_letter(visitor: Browser, letters: Letters, email: str = EMAIL) -> str:
    """The path of the link in the letter."""
    visitor.fill("/account/reset/", email=email)
    found = re.search(r"http://localhost:8000(/\S+)", letters()[-1].body)
    assert found
    return found[1]


def test_who_registers_is_signed_in(visitor: Browser) -> None:
    done = register(visitor, next="/cart/")
    assert (done.status, done.location) == (303, "/cart/")
    assert "Welcome, Ada." in visitor.get("/account/").text
    shopper = Shopper.objects.get()
    assert re.fullmatch(r"user:[0-9a-f]{20}", shopper.subject)
    assert PASSWORD not in shopper.password


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": ""}, "Enter your e-mail address."),
        ({"email": "ada"}, "Enter an e-mail address like name@example.com."),
        ({"email": f"{'a' * 250}@example.com"}, "at most 254 characters"),
        ({"new_password": ""}, "Choose a password."),
        ({"new_password": "12345678"}, "too common"),
        ({"new_password": "short"}, "too short"),
        ({"new_password": "ada@example.com"}, "too similar"),
        ({"new_password": "x" * 201}, "at most 200 characters"),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"name": "a\x00b"}, "Null characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    visitor: Browser, fields: dict[str, str], said: str
) -> None:
    page = register(visitor, **fields)
    assert page.status == 422
    assert any(said in error for error in page.errors), page.errors
    assert Shopper.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "kept"), [("Ada\r\nBcc: x", "Ada Bcc: x"), ("\x1b[31m\u202eadA\x7f", "[31m adA")]
)
def test_a_name_is_kept_as_one_plain_line(visitor: Browser, typed: str, kept: str) -> None:
    assert register(visitor, name=typed).status == 303
    assert Shopper.objects.get().name == kept
    assert visitor.fill("/account/", name=f"{typed} King").status == 303
    assert Shopper.objects.get().name == f"{kept} King"


def test_a_second_click_makes_no_second_account_and_sends_no_second_letter(
    visitor: Browser, letters: Letters
) -> None:
    form = visitor.get("/account/register/")
    fields = {"csrfmiddlewaretoken": form.token, "email": EMAIL, "new_password": PASSWORD}
    before = {name: morsel.value for name, morsel in visitor.client.cookies.items()}
    statuses = []
    for _ in range(2):
        # The browser sends both before the first answer.
        visitor.client.cookies.clear()
        visitor.client.cookies.load(before)
        statuses.append(visitor.client.post("/account/register/", fields).status_code)
    assert statuses == [303, 303]
    assert Shopper.objects.count() == 1
    assert len(letters()) == 1
    assert "Welcome." in visitor.get("/account/").text, "nobody was there before"
    # Another form is another matter, as long as nobody has confirmed the address.
    assert register(Browser(), new_password=NEW).status == 303
    assert Shopper.objects.count() == 2


def test_registering_is_limited(visitor: Browser) -> None:
    for number in range(checking.REGISTER.per_address):
        one = Browser()
        assert register(one, email=f"ada{number}@example.com").status == 303
    page = register(visitor, email="grace@example.com")
    assert page.status == 429
    assert Shopper.objects.filter(email="grace@example.com").count() == 0


def test_a_password_is_changed_and_all_other_browsers_are_out(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    other = Browser()
    for one in (visitor, other):
        one.sign_in()
    before = visitor.cookie
    done = visitor.fill("/account/password/", password=PASSWORD, new_password=NEW)
    assert (done.status, done.location) == (303, "/account/")
    assert visitor.is_signed_in
    assert visitor.cookie != before
    assert not other.is_signed_in
    assert other.sign_in().status == 422
    assert other.sign_in(password=NEW).status == 303
    assert letters()[-1].subject == "Your password was changed"


def test_the_present_password_is_asked_for_and_guessing_it_is_limited(
    visitor: Browser, ada: Shopper
) -> None:
    visitor.sign_in()
    for _ in range(checking.SIGN_IN.per_name_and_address):
        page = visitor.fill("/account/password/", password="wrong", new_password=NEW)
        assert page.errors == ["This is not your present password."]
    page = visitor.fill("/account/password/", password=PASSWORD, new_password=NEW)
    assert page.status == 429
    # Nor on any other page that asks for it.
    assert visitor.fill("/account/email/", password=PASSWORD, email="b@example.com").status == 429
    assert visitor.fill("/account/close/", password=PASSWORD).status == 429


def test_a_forgotten_password_is_chosen_anew_by_letter(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    thief = Browser()
    thief.sign_in()
    link = ask_for_letter(visitor, letters)
    assert letters()[-1].to == [EMAIL]
    assert letters()[-1].subject == "Choose a new password"
    done = visitor.fill(link, new_password=NEW)
    assert (done.status, done.location) == (303, "/account/sign-in/")
    assert not thief.is_signed_in
    assert visitor.sign_in().status == 422
    assert visitor.sign_in(password=NEW).status == 303


def test_a_link_is_good_once(visitor: Browser, ada: Shopper, letters: Letters) -> None:
    link = ask_for_letter(visitor, letters)
    visitor.fill(link, new_password=NEW)
    page = visitor.get(link)
    assert page.status == 410
    assert "This link is over" in page.text


def test_a_link_ends_when_somebody_has_signed_in(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    link = ask_for_letter(visitor, letters)
    visitor.sign_in()
    assert visitor.get(link).status == 410


@pytest.mark.parametrize("change", ["reference", "token"])
def test_a_link_that_was_changed_is_no_link(
    visitor: Browser, ada: Shopper, letters: Letters, change: str
) -> None:
    other = make_shopper("grace@example.com")
    link = ask_for_letter(visitor, letters)
    if change == "reference":
        link = link.replace(ada.reference, other.reference)
    else:
        link = f"{link[:-3]}{'0' if link[-3] != '0' else '1'}{link[-2:]}"
    assert visitor.get(link).status == 410


def test_nobody_learns_who_has_an_account(visitor: Browser, ada: Shopper, letters: Letters) -> None:
    known = visitor.fill("/account/reset/", email=EMAIL)
    unknown = visitor.fill("/account/reset/", email="nobody@example.com")
    assert known.status == unknown.status == 200
    assert known.text.replace(EMAIL, "x") == unknown.text.replace("nobody@example.com", "x")
    assert len(letters()) == 1


def test_letters_are_limited(visitor: Browser, ada: Shopper, letters: Letters) -> None:
    for _ in range(checking.RESET.per_name_and_address):
        visitor.fill("/account/reset/", email=EMAIL)
    assert visitor.fill("/account/reset/", email=EMAIL).status == 429
    assert len(letters()) == checking.RESET.per_name_and_address


def test_a_letter_is_in_the_language_of_the_page(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    visitor.fill("/de/account/reset/", email=EMAIL)
    letter = letters()[-1]
    assert letter.subject == "Neues Passwort wählen"
    assert "http://localhost:8000/de/account/reset/" in letter.body


def test_a_name_in_a_letter_is_only_text(visitor: Browser, letters: Letters) -> None:
    make_shopper(name="Ada & <b>Co</b>")
    visitor.fill("/account/reset/", email=EMAIL)
    assert "Ada & <b>Co</b>" in letters()[-1].body
    assert letters()[-1].alternatives == []
