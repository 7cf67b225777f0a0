"""Closing an account: what goes, who is told, and what becomes of services that do not answer."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.utils import timezone
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import Received, Reply

from site_shell.accounts import checking, closing, sessions
from site_shell.accounts.models import Closure, Session, Shopper
from site_shell.composer import bridge, conf

from ..composing.conftest import world
from ..composing.kit import World
from ..identity.conftest import told
from .conftest import EMAIL, PASSWORD, Browser, Page

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "<html><head><title>x</title></head><body><!-- notices -->{{ answer }}</body></html>"
TARGET = "/fragments/mini/actions/forget"


@pytest.fixture
def shop(world: World, settings: LazySettings, transactional_db: None) -> Iterator[World]:
    """A cart that forgets, and a catalogue that keeps nothing of shoppers."""
    settings.SITE_ORIGIN = "http://shop.test"
    world.template("account.html", PAGE)
    world.template("action.html", PAGE)
    world.page("x")
    action = Action("forget", "/actions/forget", ("POST",), "required")
    info = FragmentInfo(name="cart/mini", identity="optional", actions=(action,))
    world.fragment("cart/mini", "<p></p>", fragment=info)
    world.fragment("product/page", "<p>lamp</p>")
    answer(world, 204)
    conf.forget_runtime()
    closing.LATER.forget()
    yield world
    bridge.run(closing.LATER.settled())
    bridge.run(conf.runtime().aclose())
    bridge.stop()


def answer(world: World, status: int) -> None:
    world.server_of("cart/mini").respond(TARGET, Reply(status=status, body=""))


def forgotten(world: World) -> list[Received]:
    return list(world.server_of("cart/mini").requests_for(TARGET))


def close(visitor: Browser, password: str = PASSWORD) -> Page:
    return visitor.fill("/account/close/", password=password)


def test_who_closes_the_account_is_gone_here_and_forgotten_by_services(
    shop: World, visitor: Browser, ada: Shopper, letters: Callable[[], list[Any]]
) -> None:
    other = Browser()
    for one in (visitor, other):
        one.sign_in()
    page = visitor.get("/account/close/")
    assert "cannot be undone" in page.text and "Orders stay" in page.text
    done = close(visitor)
    assert (done.status, done.location) == (303, "/")
    assert done.response["clear-site-data"] == '"cache", "storage"'
    assert not Shopper.objects.exists() and not Session.objects.exists()
    assert not visitor.is_signed_in and not other.is_signed_in
    assert other.sign_in().status == 422
    (request,) = forgotten(shop)
    assert told(request, "cart") == (ada.subject, "", "")
    assert not Closure.objects.exists()
    (letter,) = letters()
    assert (letter.to, letter.subject) == ([EMAIL], "Your account is closed")


def test_without_the_password_nothing_is_closed_and_guessing_it_is_limited(
    shop: World, visitor: Browser, ada: Shopper
) -> None:
    visitor.sign_in()
    assert close(visitor, "").errors == ["Enter your password."]
    for _ in range(checking.SIGN_IN.per_name_and_address):
        assert close(visitor, "wrong-wrong").errors == ["This is not your present password."]
    assert close(visitor).status == 429
    assert Shopper.objects.get() == ada
    assert forgotten(shop) == []


def test_nobody_closes_an_account_without_being_in_it(shop: World, visitor: Browser) -> None:
    assert visitor.get("/account/close/").location == "/account/sign-in/?next=/account/close/"


def test_whoever_has_no_password_here_signs_in_once_more(
    shop: World, visitor: Browser, ada: Shopper
) -> None:
    visitor.sign_in()
    Shopper.objects.update(provider="https://idp.test", provider_subject="ada")
    Session.objects.update(created_at=timezone.now() - closing_age())
    page = visitor.get("/account/close/")
    assert "Sign in once more first" in page.text and "<button" not in page.text
    token = visitor.get("/account/").token
    visitor.client.post("/account/close/", {"csrfmiddlewaretoken": token})
    assert Shopper.objects.exists()
    Session.objects.update(created_at=timezone.now())
    assert visitor.fill("/account/close/").location == "/"
    assert not Shopper.objects.exists()


def closing_age() -> timedelta:
    from site_shell.accounts.views.closing import FRESH

    return FRESH


@pytest.mark.parametrize("trouble", ["answers 500", "answers 401", "is down"])
def test_a_service_that_does_not_answer_is_told_later(
    shop: World, visitor: Browser, ada: Shopper, trouble: str
) -> None:
    visitor.sign_in()
    server = shop.server_of("cart/mini")
    if trouble == "is down":
        server.refuse()
    else:
        answer(shop, int(trouble[-3:]))
    assert close(visitor).location == "/"
    assert not Shopper.objects.exists(), "the account is closed all the same"
    row = Closure.objects.get()
    assert (row.service, row.subject) == ("cart", ada.subject)
    if trouble == "is down":
        server.accept()
        bridge.run(conf.runtime().aclose())
        conf.forget_runtime()  # The command is a process of its own.
    else:
        with pytest.raises(CommandError, match="does not answer"):
            call_command("forget_shoppers")
    answer(shop, 204)
    call_command("forget_shoppers")
    assert not Closure.objects.exists()
    assert told(forgotten(shop)[-1], "cart") == (ada.subject, "", "")


def test_it_is_told_again_beside_anybodys_next_visit(
    shop: World, visitor: Browser, ada: Shopper
) -> None:
    Closure.objects.create(
        service="cart", subject="user:gone", tried_at=timezone.now() - timedelta(minutes=2)
    )
    visitor.sign_in()
    sessions.SESSIONS.forget()
    closing.LATER.forget()
    known = conf.runtime().site.callers.identities
    assert known is not None
    request = _asking(visitor)
    bridge.run(_know(known, request))
    bridge.run(closing.LATER.settled())
    (request,) = forgotten(shop)
    assert told(request, "cart") == ("user:gone", "", "")
    assert not Closure.objects.exists()


async def _know(identities: Any, request: Any) -> None:
    await identities.known(request)


def _asking(visitor: Browser) -> Any:
    from types import SimpleNamespace

    return SimpleNamespace(path="/", headers={"cookie": f"visitor={visitor.cookie}"})


def test_a_browser_cannot_make_services_forget(shop: World, visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    answered = visitor.client.post(
        "/actions/cart/mini/forget", {}, headers={"sec-fetch-site": "same-origin"}
    )
    assert answered.status_code == 404
    assert forgotten(shop) == []


def test_a_service_that_is_gone_need_not_be_told(shop: World) -> None:
    Closure.objects.create(service="former", subject="user:gone")
    call_command("forget_shoppers")
    assert not Closure.objects.exists()
