"""Whose an address is: claimed, confirmed by letter, and told to nobody else."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from site_shell.accounts import checking
from site_shell.accounts.models import Shopper
from site_shell.operations.models import FailedSignIn

from .conftest import (
    EMAIL,
    OTHER_PASSWORD,
    PASSWORD,
    Browser,
    Letters,
    link_in,
    make_shopper,
    register,
)


def seen(visitor: Browser, email: str) -> list[tuple[Any, ...]]:
    """All that somebody sees who registers with an address, and then tries what one can."""
    answers = [
        register(visitor, email),
        visitor.get("/account/"),
        visitor.fill("/account/confirm/", form="/account/"),
        visitor.get("/account/sign-in/"),
        Browser().sign_in(email, OTHER_PASSWORD),
        Browser().sign_in(email, "wrong-wrong-wrong"),
        Browser().fill("/account/reset/", email=email),
        register(Browser(), email, "another-password-42"),
    ]
    hidden = re.compile(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]+"')
    return [
        (page.status, page.location, hidden.sub("", page.text.replace(email, "x")))
        for page in answers
    ]


def test_a_stranger_learns_nowhere_who_has_an_account(ada: Shopper) -> None:
    hashed: list[str] = []
    real = "django.contrib.auth.hashers.MD5PasswordHasher.encode"

    def encode(_self: object, password: str, salt: str) -> str:
        hashed.append(password)
        return f"md5${salt}${password}"

    with patch(real, autospec=True, side_effect=encode):
        taken = seen(Browser(), EMAIL)
        costs = len(hashed)
        free = seen(Browser(), "nobody@example.com")
        both = len(hashed)
        make_shopper("claimed@example.com", confirmed_at=None)
        made = len(hashed)
        FailedSignIn.objects.all().delete()
        claimed = seen(Browser(), "claimed@example.com")
    assert taken == free == claimed
    assert costs == both - costs == len(hashed) - made, "as many passwords are hashed"


def test_whoever_has_an_account_reads_so_in_a_letter_with_a_way_in(
    visitor: Browser, ada: Shopper, letters: Letters
) -> None:
    register(visitor, "ADA@example.com")
    (letter,) = letters()
    assert (letter.to, letter.subject) == ([EMAIL], "You have an account already")
    assert "Eve" not in letter.body, "nobody writes to others through us"
    assert "Sign in" in visitor.get(link_in(letter)).text, "in the new account, one may leave it"
    done = visitor.fill(link_in(letter, last=True), new_password="linen-and-lavender")
    assert done.location == "/account/sign-in/"
    visitor.sign_in(password="linen-and-lavender")
    assert ada.email in visitor.get("/account/").text
    assert "We have sent a letter" not in visitor.get("/account/").text


def test_a_new_account_confirms_its_address_with_one_click(
    visitor: Browser, letters: Letters
) -> None:
    assert register(visitor).location == "/account/"
    page = visitor.get("/account/")
    assert "We have sent a letter to" in page.text
    (letter,) = letters()
    assert letter.subject == "Confirm your e-mail address"
    assert "Eve" not in letter.body, "a stranger's address may have been typed"
    link = link_in(letter)
    assert 'action=""' not in visitor.get(link).text, "no valid HTML"
    assert Shopper.objects.get().is_unconfirmed, "programs that read mail follow links"
    done = visitor.fill(link)
    assert (done.status, done.location) == (303, "/account/")
    page = visitor.get("/account/")
    assert "Your e-mail address is confirmed." in page.text
    assert "We have sent a letter" not in page.text
    assert visitor.get(link).status == 410, "it is good once"


def test_in_another_browser_a_letter_asks_for_the_password_first(
    visitor: Browser, letters: Letters
) -> None:
    register(visitor)
    link = link_in(letters()[0])
    other = Browser()
    assert other.get(link).location == f"/account/sign-in/?next={quote(link)}"
    assert other.sign_in(EMAIL, OTHER_PASSWORD, next=link).location == link
    assert other.fill(link).location == "/account/"


def test_a_letter_confirms_no_account_that_somebody_else_has_made(
    visitor: Browser, letters: Letters
) -> None:
    register(Browser())
    register(visitor, password="linen-and-lavender")
    thiefs, own = letters()
    assert visitor.get(link_in(thiefs)).status == 410
    assert visitor.fill(link_in(own)).status == 303
    assert Shopper.objects.get(confirmed_at__isnull=False).check_password("linen-and-lavender")


def test_one_address_has_one_account_however_many_claim_it(letters: Letters) -> None:
    one, two = Browser(), Browser()
    register(one)
    register(two, password="linen-and-lavender")
    first, second = [link_in(letter) for letter in letters()]
    token = two.get(second).token
    one.fill(first)
    done = two.client.post(second, {"csrfmiddlewaretoken": token})
    assert done.status_code == 410
    assert Shopper.objects.filter(confirmed_at__isnull=False).count() == 1


def test_whoever_else_claims_an_address_locks_nobody_out(
    visitor: Browser, letters: Letters
) -> None:
    """Of all who never saw a letter each signs in, whatever came before or after."""
    passwords = [f"lavender-number-{number}" for number in range(9)]
    for password in passwords:
        FailedSignIn.objects.all().delete()
        register(Browser(), password=password)
    mover = make_shopper("mover@example.com")
    visitor.sign_in(mover.email)
    visitor.fill("/account/email/", email=EMAIL, password=PASSWORD)
    subjects = set()
    for password in passwords:
        FailedSignIn.objects.all().delete()
        browser = Browser()
        assert browser.sign_in(EMAIL, password).status == 303
        subjects.add(Shopper.objects.order_by("-last_login").first())
    assert len(subjects) == 9
    # Nor does whoever proves that it is his: what the others have stays theirs.
    own = [letter for letter in letters() if letter.subject == "Confirm your e-mail address"]
    assert visitor.fill(link_in(own[-1])).status == 303
    FailedSignIn.objects.all().delete()
    assert Browser().sign_in(EMAIL).status == 303
    assert Browser().sign_in(EMAIL, passwords[0]).status == 303
    assert Browser().sign_in(EMAIL, "lavender-number-99").status == 422


def test_registering_again_with_the_same_password_leads_into_the_account(
    visitor: Browser, letters: Letters
) -> None:
    """A retry, or somebody who has forgotten that there is an account and never saw a letter."""
    register(Browser())
    assert register(visitor).location == "/account/"
    assert "Welcome back, Eve." in visitor.get("/account/").text
    assert Shopper.objects.count() == 1
    assert len(letters()) == 1
    # Another password is somebody else's, as far as anybody knows.
    register(Browser(), password="linen-and-lavender")
    assert Shopper.objects.count() == 2
    assert len(letters()) == 2


def test_a_letter_about_the_password_leads_to_each_account_that_claims_the_address(
    visitor: Browser, letters: Letters
) -> None:
    register(Browser())
    register(Browser(), password="linen-and-lavender")
    mine, other = Shopper.objects.order_by("pk")
    Shopper.objects.filter(pk=mine.pk).update(created_at=datetime(2026, 5, 3, 12, 5, tzinfo=UTC))
    visitor.fill("/account/reset/", email=EMAIL)
    letter = letters()[-1]
    assert letter.to == [EMAIL]
    assert "Eve" not in letter.body, "a name is whatever somebody typed"
    assert "Made on 3 May 2026, 12:05 p.m., last used on" in letter.body, letter.body
    first, second = re.findall(r"http://localhost:8000(/account/reset/\S+)", letter.body)
    assert mine.reference in first and other.reference in second
    # What others do with their accounts ends no link to mine.
    assert Browser().sign_in(EMAIL, "linen-and-lavender").status == 303
    assert visitor.fill(first, new_password="clay-and-cork-and-clay").status == 303
    mine.refresh_from_db()
    assert mine.check_password("clay-and-cork-and-clay") and not mine.is_unconfirmed
    assert visitor.get(second).status == 410, "the address is somebody's now"


def test_nobody_writes_to_strangers_through_us(visitor: Browser, letters: Letters) -> None:
    register(visitor)
    fields = {"password": OTHER_PASSWORD, "new_password": "linen-and-lavender"}
    assert visitor.fill("/account/password/", **fields).status == 303
    visitor.fill("/account/reset/", email=EMAIL)
    assert [letter.subject for letter in letters()] == [
        "Confirm your e-mail address",
        "Choose a new password",
    ]
    assert not any("Eve" in letter.body for letter in letters())


def test_passwords_from_before_a_change_of_the_hasher_still_open_claims() -> None:
    for password in (PASSWORD, OTHER_PASSWORD):
        old = make_shopper(confirmed_at=None)
        old.password = make_password(password, salt=f"older-{password}")
        old.save()
    register(Browser(), password="linen-and-lavender")
    for password in (PASSWORD, OTHER_PASSWORD, "linen-and-lavender"):
        assert Browser().sign_in(EMAIL, password).status == 303


def test_what_a_claimant_may_try_does_not_tell_who_else_has_the_address() -> None:
    """Neither the owner nor other claims: whoever registers could ask about any address so."""
    statuses = []
    for email, others in (("a@example.com", 0), ("b@example.com", 1), ("c@example.com", 2)):
        if others:
            make_shopper(email, confirmed_at=timezone.now() if others == 1 else None)
        register(Browser(), email)
        tries = ["wrong-wrong"] * 4 + [OTHER_PASSWORD] + ["wrong-wrong"] * 3
        statuses.append([Browser().sign_in(email, one).status for one in tries])
        FailedSignIn.objects.all().delete()
    assert statuses[0] == statuses[1] == statuses[2]


def test_choosing_a_new_password_by_letter_confirms_too(visitor: Browser, letters: Letters) -> None:
    register(visitor)
    visitor.fill("/account/reset/", email=EMAIL)
    assert 'action=""' not in visitor.get(link_in(letters()[-1])).text, "no valid HTML"
    visitor.fill(link_in(letters()[-1]), new_password="linen-and-lavender")
    assert not Shopper.objects.get().is_unconfirmed


def test_the_letter_is_sent_again_but_not_for_ever(visitor: Browser, letters: Letters) -> None:
    register(visitor)
    for _ in range(checking.CONFIRM.per_name_and_address):
        visitor.fill("/account/confirm/", form="/account/")
    assert "A letter is on its way" in visitor.get("/account/").text
    sent = len(letters())
    visitor.fill("/account/confirm/", form="/account/")
    assert "Too many tries" in visitor.get("/account/").text
    assert len(letters()) == sent == checking.CONFIRM.per_name_and_address + 1


@pytest.mark.parametrize("path", ["/account/confirm/x/", "/account/confirm/a:b:c/"])
def test_a_link_that_is_none_leads_nowhere(visitor: Browser, ada: Shopper, path: str) -> None:
    visitor.sign_in()
    assert visitor.get(path).status == 410


def test_a_link_is_over_after_three_days(
    visitor: Browser, letters: Letters, settings: LazySettings
) -> None:
    register(visitor)
    link = link_in(letters()[0])
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert visitor.get(link).status == 410


@pytest.mark.parametrize(
    ("host", "folder", "said"),
    [
        ("", "", "printed where it was started"),
        ("", "/tmp/letters", "files in the folder"),
        ("mail.example", "", ""),
    ],
)
def test_a_developer_is_told_where_letters_are(
    visitor: Browser, settings: LazySettings, host: str, folder: str, said: str
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_FILE_PATH = host, folder
    pages = [visitor.fill("/account/reset/", email=EMAIL).text]
    register(visitor)
    pages.append(visitor.get("/account/").text)
    for page in pages:
        assert said in page
        assert ("EMAIL_HOST" in page) == bool(said)


def test_accounts_from_before_stay_whose_they_were(ada: Shopper) -> None:
    from importlib import import_module

    from django.apps import apps

    Shopper.objects.update(confirmed_at=None, created_at=timezone.now() - timedelta(days=9))
    name = "site_shell.accounts.migrations.0002_an_address_is_claimed_until_it_is_confirmed"
    import_module(name).confirm_all(apps, None)
    ada.refresh_from_db()
    assert ada.confirmed_at == ada.created_at
