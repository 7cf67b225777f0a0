"""Signing in and out, and what a session is."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from site_shell.accounts import checking
from site_shell.accounts.models import Session, Shopper
from site_shell.accounts.sessions import look_up
from site_shell.operations.guessing import REST
from site_shell.operations.models import FailedSignIn

from .conftest import EMAIL, PASSWORD, Browser, make_shopper

WRONG = "This address and this password do not belong together."
TOO_MANY = "Too many tries. Please wait a quarter of an hour."


def test_a_shopper_signs_in_and_is_greeted(visitor: Browser, ada: Shopper) -> None:
    done = visitor.sign_in()
    assert (done.status, done.location) == (303, "/account/")
    page = visitor.get("/account/")
    assert "Signed in as <strong>ada@example.com</strong>" in page.text
    assert "Welcome back, Ada." in page.text
    assert "visitor:changed" in page.text
    assert "Welcome back" not in visitor.get("/account/").text


@pytest.mark.parametrize("email", ["ADA@Example.COM", "  ada@example.com "])
def test_an_address_is_known_however_it_is_written(
    visitor: Browser, ada: Shopper, email: str
) -> None:
    assert visitor.sign_in(email=email).status == 303


def test_the_same_is_said_of_nobody_and_of_a_wrong_password(visitor: Browser, ada: Shopper) -> None:
    one = visitor.sign_in(password="wrong-wrong")
    two = visitor.sign_in(email="nobody@example.com")
    closed = make_shopper("closed@example.com", is_active=False)
    three = visitor.sign_in(email=closed.email)
    assert {page.status for page in (one, two, three)} == {422}
    assert one.errors == two.errors == three.errors == [WRONG]
    assert not visitor.is_signed_in


def test_nobody_costs_as_much_as_somebody(ada: Shopper) -> None:
    """Where no password is hashed, the answer comes sooner, and tells that there is no account."""
    hashed: list[str] = []
    real = "django.contrib.auth.hashers.MD5PasswordHasher.encode"

    def encode(_self: object, password: str, _salt: str) -> str:
        hashed.append(password)
        return "md5$a$b"

    with patch(real, autospec=True, side_effect=encode):
        checking.checked("ada@example.com", "wrong")
        somebody = len(hashed)
        checking.checked("nobody@example.com", "wrong")
    assert somebody == len(hashed) - somebody == 2


def test_guessing_rests_after_a_few_tries_even_with_the_right_password(
    visitor: Browser, ada: Shopper
) -> None:
    for _ in range(checking.SIGN_IN.per_name_and_address):
        assert visitor.sign_in(password="wrong-wrong").status == 422
    page = visitor.sign_in()
    assert (page.status, page.errors) == (429, [TOO_MANY])
    FailedSignIn.objects.update(at=timezone.now() - REST - timedelta(seconds=1))
    assert visitor.sign_in().status == 303


def test_whoever_claims_an_address_wipes_out_no_guesses_at_its_owner(
    visitor: Browser, ada: Shopper
) -> None:
    claim = make_shopper(confirmed_at=None)
    claim.set_password("mallory-mallory")
    claim.save()
    statuses = []
    for _ in range(checking.SIGN_IN.per_name_and_address):
        statuses.append(Browser().sign_in(password="wrong-wrong").status)
        assert Browser().sign_in(password="mallory-mallory").status in {303, 429}
    assert statuses == [422] * checking.SIGN_IN.per_name_and_address
    assert Browser().sign_in(password="wrong-wrong").status == 429


def test_the_staffs_tries_and_those_of_shoppers_are_counted_apart(
    visitor: Browser, ada: Shopper
) -> None:
    for _ in range(checking.SIGN_IN.per_name_and_address + 1):
        visitor.sign_in(password="wrong-wrong")
    from site_shell.operations import guessing

    assert guessing.attempt(EMAIL, "192.0.2.7").is_allowed


def test_what_is_missing_is_said_at_the_field_and_at_the_top(visitor: Browser) -> None:
    page = visitor.sign_in(email="", password="")
    assert page.status == 422
    assert page.errors == ["Enter your e-mail address.", "Enter your password."]
    assert 'href="#account-email"' in page.text
    assert re.search(r'<input[^>]*id="account-email"[^>]*>', page.text)
    field = re.search(r'<input[^>]*name="email"[^>]*>', page.text)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="account-email-error"' in field[0]
    assert 'role="alert" tabindex="-1" autofocus' in page.text


def test_what_was_typed_is_kept_but_never_a_password(visitor: Browser) -> None:
    page = visitor.sign_in(email='"><script>x@y', password="secret-secret")
    assert "secret-secret" not in page.text
    assert "<script>x" not in page.response.content.decode()
    assert "&quot;&gt;&lt;script&gt;" in page.response.content.decode()


def test_browsers_know_what_belongs_into_the_fields(visitor: Browser) -> None:
    page = visitor.get("/account/sign-in/")
    assert 'autocomplete="username"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert '<meta name="robots" content="noindex">' in page.text


def test_signing_in_gives_a_key_that_nobody_knew_before(visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    first = visitor.cookie
    # Somebody puts the cookie of his own session into this visitor.
    other = Browser()
    other.client.cookies["visitor"] = first
    other.fill("/account/", form="/account/")
    visitor.client.cookies["visitor"] = first
    page = visitor.fill("/account/sign-in/", form="/account/", email=EMAIL, password=PASSWORD)
    assert page.status == 303
    assert visitor.cookie != first
    assert not other.is_signed_in, "the former session has ended"


@pytest.mark.parametrize(
    "given",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "/a\nb",
        "evil",
        "",
    ],
)
def test_one_is_never_sent_to_another_site(visitor: Browser, ada: Shopper, given: str) -> None:
    assert visitor.sign_in(next=given).location == "/account/"


def test_one_is_sent_back_to_where_one_was(visitor: Browser, ada: Shopper) -> None:
    form = visitor.get("/account/sign-in/?next=/products/lamp/%3Fpage%3D2")
    assert '<input type="hidden" name="next" value="/products/lamp/?page=2">' in form.text
    assert visitor.sign_in(next="/products/lamp/?page=2").location == "/products/lamp/?page=2"


def test_whoever_is_signed_in_needs_no_form(visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    assert visitor.get("/account/sign-in/?next=/cart/").location == "/cart/"
    assert visitor.get("/account/register/").location == "/account/"


def test_signing_out_ends_the_session_and_forgets_the_visitor(
    visitor: Browser, ada: Shopper
) -> None:
    visitor.sign_in()
    kept = visitor.cookie
    done = visitor.fill("/account/sign-out/", form="/account/")
    assert (done.status, done.location) == (303, "/")
    assert visitor.cookie == ""
    assert done.response.headers["clear-site-data"] == '"cache", "storage"'
    thief = Browser()
    thief.client.cookies["visitor"] = kept
    assert not thief.is_signed_in
    assert Session.objects.count() == 0


def test_signing_out_everywhere_ends_every_session(visitor: Browser, ada: Shopper) -> None:
    others = [Browser(), Browser()]
    for one in (visitor, *others):
        one.sign_in()
    assert visitor.get("/account/").text.count(f"since {timezone.now():%-d %B %Y}") == 3
    visitor.fill("/account/sign-out/", form="/account/", everywhere="yes")
    assert not any(one.is_signed_in for one in (visitor, *others))


def test_signing_out_needs_a_form_of_ours(visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    assert visitor.get("/account/sign-out/").status == 405
    assert visitor.client.post("/account/sign-out/").status_code == 403
    assert visitor.is_signed_in


@pytest.mark.parametrize(
    "path",
    [
        "/account/sign-in/",
        "/account/register/",
        "/account/reset/",
        "/account/password/",
        "/account/",
    ],
)
def test_a_form_of_another_site_changes_nothing(visitor: Browser, path: str) -> None:
    response = visitor.client.post(path, {"email": EMAIL, "password": PASSWORD})
    assert response.status_code == 403
    assert b"This form is too old" in response.content
    assert b"Lumen" in response.content, "a page of the shop, not of the desk"


def test_a_session_ends_after_its_time(visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    Session.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not visitor.is_signed_in


def test_a_closed_account_is_out_at_once(visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    Shopper.objects.update(is_active=False)
    assert not visitor.is_signed_in


def test_keys_of_sessions_are_not_in_the_database(visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    row = Session.objects.get()
    assert row.digest not in visitor.cookie
    assert re.fullmatch(r"[0-9a-f]{64}", row.digest)


def test_a_session_that_is_used_outlasts_its_first_month(visitor: Browser, ada: Shopper) -> None:
    """The row is what ends: the browser must not have thrown the cookie away by then."""
    line = visitor.sign_in().response.cookies["visitor"].OutputString()
    now = timezone.now()
    Session.objects.update(seen_at=now - timedelta(days=2), expires_at=now + timedelta(days=1))
    look_up(Session.objects.get().digest)
    assert Session.objects.get().expires_at > now + timedelta(days=29)
    assert int(line.partition("Max-Age=")[2].partition(";")[0]) > 60 * 86_400


def test_the_cookie_is_for_this_site_alone_and_no_script_sees_it(
    visitor: Browser, ada: Shopper
) -> None:
    line = visitor.sign_in().response.cookies["visitor"].OutputString()
    assert line.endswith("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")


def test_no_answer_about_an_account_is_kept_anywhere(visitor: Browser, ada: Shopper) -> None:
    for path in ("/account/sign-in/", "/account/register/", "/account/reset/"):
        assert "no-store" in visitor.get(path).response["cache-control"]
    done = visitor.sign_in()
    assert "no-store" in done.response["cache-control"]
    assert "no-store" in visitor.get("/account/").response["cache-control"]


def test_a_shopper_never_reaches_the_desk(visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    page = visitor.get("/_composer/operations/")
    assert page.status == 302
    assert page.location.startswith("/_composer/staff/sign-in/")
    desk = visitor.get("/_composer/staff/sign-in/")
    fields = {"csrfmiddlewaretoken": desk.token, "username": EMAIL, "password": PASSWORD}
    assert visitor.client.post("/_composer/staff/sign-in/", fields).status_code == 422
    assert not hasattr(ada, "is_staff")


def test_the_staff_are_no_shoppers(visitor: Browser) -> None:
    User.objects.create_user("operator", EMAIL, PASSWORD, is_staff=True, is_superuser=True)
    assert visitor.sign_in().errors == [WRONG]
    assert visitor.sign_in(email="operator").status == 422


def test_pages_are_in_the_language_of_their_path(visitor: Browser, ada: Shopper) -> None:
    form = visitor.get("/de/account/sign-in/")
    assert 'lang="de"' in form.text
    assert "Anmelden" in form.text
    assert 'action="/de/account/sign-in/"' in form.text
    done = visitor.fill("/de/account/sign-in/", email=EMAIL, password=PASSWORD)
    assert done.location == "/de/account/"
    assert "Ihr Konto" in visitor.get("/de/account/").text


def test_what_needs_a_sign_in_leads_to_it_and_back(visitor: Browser) -> None:
    assert visitor.get("/account/").location == "/account/sign-in/?next=/account/"
    assert visitor.get("/de/account/password/").location == (
        "/de/account/sign-in/?next=/de/account/password/"
    )


def test_other_visitors_cost_no_query(visitor: Browser) -> None:
    with CaptureQueriesContext(connection) as queries:
        visitor.get("/account/sign-in/")
    assert len(queries) == 0


def test_the_account_shows_its_browsers_and_saves_a_name(visitor: Browser, ada: Shopper) -> None:
    token = visitor.get("/account/sign-in/").token
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    fields = {"csrfmiddlewaretoken": token, "email": EMAIL, "password": PASSWORD}
    visitor.client.post("/account/sign-in/", fields, headers={"user-agent": agent})
    page = visitor.get("/account/")
    assert "Edge · Windows" in page.text
    assert "this one" in page.text
    assert visitor.fill("/account/", name="Ada <Lovelace>").status == 303
    assert "Ada &lt;Lovelace&gt;" in visitor.get("/account/").response.content.decode()
    ada.refresh_from_db()
    assert ada.name == "Ada <Lovelace>"
    assert visitor.fill("/account/", name="x" * 101).status == 422
