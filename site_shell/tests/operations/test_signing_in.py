"""Who gets to the desk, who does not, and that the shop's pages know nothing of it."""

from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone

from site_shell import settings as shell_settings
from site_shell import urls
from site_shell.composer import conf
from site_shell.operations import guessing
from site_shell.operations.models import FailedSignIn
from site_shell.operations.staff import staff_only
from site_shell.tests.composing.kit import World

from .conftest import PASSWORD

SIGN_IN = "/_composer/staff/sign-in/"
SIGN_OUT = "/_composer/staff/sign-out/"


@staff_only
def drawer(request: HttpRequest) -> HttpResponse:
    """Some view of the desk."""
    return HttpResponse("inside")


urlpatterns = [path("_composer/drawer/", drawer), *urls.urlpatterns]
handler403 = handler404 = urls.handler404

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_a_drawer(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = __name__


def sign_in(client: Client, name: str = "ada", password: str = PASSWORD, back: str = "") -> Any:
    return client.post(SIGN_IN, {"username": name, "password": password, "next": back})


def test_staff_sign_in_and_get_to_where_they_wanted(client: Client, operator: User) -> None:
    sent = client.get("/_composer/drawer/?a=1")
    assert sent.status_code == 302
    assert sent.headers["location"] == f"{SIGN_IN}?next=/_composer/drawer/%3Fa%3D1"
    response = sign_in(client, back="/_composer/drawer/?a=1")
    assert response.headers["location"] == "/_composer/drawer/?a=1"
    answer = client.get("/_composer/drawer/")
    assert answer.content == b"inside"
    assert "no-store" in answer.headers["cache-control"]


def test_signing_out_is_a_post_and_ends_the_session(desk: Client) -> None:
    assert desk.get(SIGN_OUT).status_code == 405
    assert desk.get("/_composer/drawer/").status_code == 200
    answer = desk.post(SIGN_OUT)
    assert "Signed out" in answer.content.decode()
    assert desk.get("/_composer/drawer/").status_code == 302


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("shopper", PASSWORD), ("", "")]
)
def test_all_others_read_the_same_words(
    client: Client, operator: User, name: str, password: str
) -> None:
    User.objects.create_user("shopper", password=PASSWORD)
    response = sign_in(client, name, password)
    assert response.status_code == 422
    assert ("Please enter a correct username" in response.content.decode()) == bool(name)
    assert client.get("/_composer/drawer/").status_code == 302


def test_an_account_that_is_no_staff_any_more_is_told_so(desk: Client, operator: User) -> None:
    User.objects.filter(pk=operator.pk).update(is_staff=False)
    answer = desk.get("/_composer/drawer/")
    assert answer.status_code == 403
    assert "not one of the staff" in answer.content.decode()
    User.objects.filter(pk=operator.pk).update(is_staff=True, is_active=False)
    assert desk.get("/_composer/drawer/").status_code == 302


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client: Client, operator: User, back: str) -> None:
    assert sign_in(client, back=back).headers["location"] == "/_composer/operations/"


def test_guessing_rests_after_a_few_tries_even_with_the_right_password(
    client: Client, operator: User
) -> None:
    for _ in range(guessing.STAFF.per_name_and_address):
        assert sign_in(client, password="wrong").status_code == 422
    refused = sign_in(client)
    assert "Too many tries" in refused.content.decode()
    FailedSignIn.objects.update(at=timezone.now() - guessing.REST - timedelta(seconds=1))
    assert sign_in(client).status_code == 302
    assert not FailedSignIn.objects.exists()


def test_many_names_from_one_address_and_one_name_from_many_rest_too(operator: User) -> None:
    for number in range(guessing.STAFF.per_address):
        assert guessing.attempt(f"name{number}", "192.0.2.1").is_allowed
    assert not guessing.attempt("ada", "192.0.2.1").is_allowed
    for number in range(guessing.STAFF.per_name):
        assert guessing.attempt("Ada ", f"198.51.100.{number}").is_allowed
    assert not guessing.attempt("ada", "203.0.113.9").is_allowed
    assert guessing.attempt("grace", "203.0.113.9").is_allowed


def test_a_guesser_at_an_address_written_as_ipv6_locks_no_one_else_out(operator: User) -> None:
    """A socket for both kinds shows all IPv4 addresses in one network of IPv6 (RFC 4291)."""
    for number in range(guessing.STAFF.per_address):
        assert guessing.attempt(f"name{number}", "::ffff:192.0.2.1").is_allowed
    assert not guessing.attempt("ada", "192.0.2.1").is_allowed
    assert guessing.attempt("ada", "::ffff:198.51.100.7").is_allowed


def test_tries_of_other_processes_at_the_same_moment_are_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of them note their try before any of them judges its own."""
    save = FailedSignIn.save

    def saved_with_others(row: FailedSignIn) -> None:
        save(row)
        for _ in range(guessing.STAFF.per_name_and_address):
            FailedSignIn.objects.create(name=row.name, address=row.address)

    monkeypatch.setattr(FailedSignIn, "save", saved_with_others)
    monkeypatch.setattr(FailedSignIn.objects, "create", lambda **f: save(FailedSignIn(**f)))
    assert not guessing.attempt("ada", "192.0.2.1").is_allowed


def test_no_name_and_no_address_is_kept_as_it_is(client: Client, operator: User) -> None:
    sign_in(client, "my-secret-typed-into-the-wrong-field", "x")
    (row,) = FailedSignIn.objects.all()
    assert "secret" not in row.name and "127" not in row.address


def test_a_form_of_another_site_is_refused_in_our_own_look(operator: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    answer = sign_in(careful)
    assert answer.status_code == 403
    assert "too old" in answer.content.decode()
    assert "style" not in answer.content.decode().replace("stylesheet", "")


def test_htmx_is_told_to_leave_the_page(client: Client) -> None:
    answer = client.get("/_composer/drawer/", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == f"{SIGN_IN}?next=/_composer/drawer/"


def test_what_is_posted_without_a_session_leads_back_to_the_desk(client: Client) -> None:
    answer = client.post("/_composer/drawer/")
    assert answer.headers["location"] == f"{SIGN_IN}?next=/_composer/operations/"


def test_the_cookie_is_for_this_host_and_no_script(client: Client, operator: User) -> None:
    sign_in(client)
    cookie: SimpleCookie = client.cookies
    morsel = cookie[shell_settings.SESSION_COOKIE_NAME]
    assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")


def test_the_sign_in_page_obeys_the_policy_of_the_shop(client: Client) -> None:
    page = client.get(SIGN_IN)
    html = page.content.decode()
    assert "style=" not in html and "<style" not in html and "<script" not in html
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "no-store" in page.headers["cache-control"]


def test_a_page_of_the_shop_is_the_same_for_staff_and_public(
    world: World, open_site: Callable[[], httpx.Client]
) -> None:
    world.fragment("reviews/list", headers={"cache-control": "max-age=60"})
    world.page('{% fragment "reviews/list" %}')
    shop = open_site()
    shop.get("/shop/")
    plain = shop.get("/shop/")
    staff = shop.get("/shop/", headers={"cookie": f"{shell_settings.SESSION_COOKIE_NAME}=abc"})
    assert staff.content == plain.content
    assert staff.headers["cache-control"].startswith("public")
    assert "cookie" not in staff.headers.get("vary", "").lower()
    assert "set-cookie" not in staff.headers


def test_the_demonstration_has_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        call_command("seed_demo")
        call_command("seed_demo")
        user = User.objects.get(username="operator")
        assert user.check_password(PASSWORD)
    assert user.is_staff and user.has_perm("operations.change_releases")
    assert conf.runtime() is not None
