"""An address is changed by answering the letter to the new one."""

import pytest

from site_shell.accounts import checking
from site_shell.accounts.models import Shopper

from .conftest import (
    EMAIL,
    OTHER_PASSWORD,
    PASSWORD,
    Browser,
    Letters,
    Page,
    link_in,
    make_shopper,
    register,
)

NEW = "grace@example.com"


def move(visitor: Browser, email: str = NEW, password: str = PASSWORD) -> Page:
    return visitor.fill("/account/email/", email=email, password=password)


def test_an_address_is_changed_by_answering_the_letter_to_the_new_one(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    other = Browser()
    for one in (visitor, other):
        one.sign_in()
    assert move(visitor).status == 200
    asked = {letter.to[0]: letter for letter in letters()}
    assert asked[EMAIL].subject == "Your e-mail address is to be changed"
    assert EMAIL in visitor.get("/account/").text, "nothing is changed yet"
    assert visitor.fill(link_in(asked[NEW])).location == "/account/"
    page = visitor.get("/account/")
    assert "Your e-mail address is changed." in page.text and NEW in page.text
    assert not other.is_signed_in
    assert letters()[-1].to == [EMAIL]
    assert letters()[-1].subject == "Your e-mail address was changed"
    assert Browser().sign_in(EMAIL).status == 422
    assert Browser().sign_in(NEW).status == 303


def test_an_address_that_somebody_has_is_neither_told_nor_taken(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    make_shopper(NEW)
    visitor.sign_in()
    taken, free = move(visitor), move(visitor, "free@example.com")
    assert taken.status == free.status == 200
    assert taken.text.replace(NEW, "x") == free.text.replace("free@example.com", "x")
    subjects = {letter.to[0]: letter.subject for letter in letters()}
    assert subjects[NEW] == "You have an account already"
    assert subjects["free@example.com"] == "Confirm your e-mail address"


def test_a_change_of_the_password_takes_a_change_of_the_address_back(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    visitor.sign_in()
    move(visitor)
    link = next(link_in(letter) for letter in letters() if letter.to == [NEW])
    visitor.fill("/account/password/", password=PASSWORD, new_password=OTHER_PASSWORD)
    assert visitor.get(link).status == 410


def test_a_slip_at_registering_is_mended_without_a_letter_to_the_stranger(
    visitor: Browser, letters: Letters
) -> None:
    register(visitor, "adda@example.com")
    move(visitor, EMAIL, OTHER_PASSWORD)
    visitor.fill(link_in(letters()[-1]))
    assert [letter.to for letter in letters()] == [["adda@example.com"], [EMAIL]]
    assert Shopper.objects.get().email == EMAIL


def test_changing_the_address_needs_the_password_and_guessing_it_is_limited(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    visitor.sign_in()
    for _ in range(checking.SIGN_IN.per_name_and_address):
        page = move(visitor, password="wrong-wrong")
        assert (page.status, page.errors) == (422, ["This is not your present password."])
    assert move(visitor).status == 429
    assert letters() == []


def test_letters_to_one_new_address_are_limited(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    visitor.sign_in()
    for _ in range(checking.CONFIRM.per_name_and_address):
        assert move(visitor).status == 200
    sent = len(letters())
    assert move(visitor).status == 429
    assert len(letters()) == sent


@pytest.mark.parametrize("email", ["", "grace", f"{'a' * 250}@example.com", "a\r\nBcc: b@c.d@e.f"])
def test_what_is_no_address_is_refused(visitor: Browser, ada: Shopper, email: str) -> None:
    visitor.sign_in()
    page = move(visitor, email)
    assert page.status == 422
    assert page.errors
