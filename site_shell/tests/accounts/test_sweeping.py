"""Accounts that nobody confirmed: which of them go, when, and what happens at that moment."""

import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import Reply
from fragment_contract.testing.crowd import Crowd

from site_shell.accounts import checking, claims, sessions, sweeping
from site_shell.accounts.management.commands import forget_shoppers
from site_shell.accounts.models import Closure, Session, Shopper
from site_shell.accounts.sweeping import Swept, sweep
from site_shell.accounts.views import entrance
from site_shell.composer import bridge, conf

from ..composing.conftest import world
from ..composing.kit import World
from ..identity.conftest import told
from .conftest import PASSWORD, Browser, make_shopper

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "<html><head><title>x</title></head><body><!-- notices -->{{ answer }}</body></html>"
NOW = timezone.now()
OVER = NOW - timedelta(days=90)


@pytest.fixture
def shop(world: World, settings: LazySettings, transactional_db: None) -> Iterator[World]:
    """A cart that can say whether an account is unused, and a catalogue that cannot."""
    settings.SITE_ORIGIN = "http://shop.test"
    world.template("account.html", PAGE)
    world.template("action.html", PAGE)
    world.page("x")
    actions = tuple(
        Action(name, f"/actions/{name}", ("POST",), "required") for name in ("forget", "unused")
    )
    info = FragmentInfo(name="cart/mini", identity="optional", actions=actions)
    world.fragment("cart/mini", "<p></p>", fragment=info)
    world.fragment("product/page", "<p>lamp</p>")
    answer(world, "unused", 204)
    answer(world, "forget", 204)
    conf.forget_runtime()
    yield world
    bridge.run(conf.runtime().aclose())
    bridge.stop()


def target(action: str) -> str:
    return f"/fragments/mini/actions/{action}"


def answer(world: World, action: str, status: int) -> None:
    world.server_of("cart/mini").respond(target(action), Reply(status=status, body=""))


def asked(world: World, action: str) -> list[str]:
    """About whom the cart was asked."""
    found = world.server_of("cart/mini").requests_for(target(action))
    return [who[0] for request in found if (who := told(request, "cart"))]


def claim(used_at: datetime = OVER, **fields: Any) -> Shopper:
    """An account that only claims its address."""
    return make_shopper(**{"confirmed_at": None, "used_at": used_at, **fields})


def begin_session(shopper: Shopper, expires_at: datetime) -> None:
    Session.objects.create(shopper=shopper, digest=shopper.reference, expires_at=expires_at)


def test_after_ninety_days_without_use_an_unconfirmed_account_goes_and_is_forgotten(
    shop: World, letters: Callable[[], list[Any]]
) -> None:
    shopper = claim()
    begin_session(shopper, NOW)
    assert sweep(now=NOW) == Swept(1)
    assert not Shopper.objects.exists() and not Session.objects.exists()
    assert asked(shop, "unused") == [shopper.subject]
    assert {row.service for row in Closure.objects.all()} == {"cart", "product"}
    call_command("forget_shoppers")
    assert asked(shop, "forget") == [shopper.subject]
    assert not Closure.objects.exists()
    assert letters() == [], "nobody has said that the address is theirs"


@pytest.mark.parametrize(
    "fields",
    [
        {"used_at": OVER + timedelta(seconds=1)},
        {"confirmed_at": OVER},
        {"provider": "https://idp.test", "provider_subject": "ada"},
        {"is_active": False},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_all_others_stay(shop: World, fields: dict[str, Any]) -> None:
    claim(**fields)
    assert sweep(now=NOW) == Swept()
    assert Shopper.objects.exists()
    assert asked(shop, "unused") == []


def test_where_a_browser_is_signed_in_the_account_stays(shop: World) -> None:
    begin_session(claim(), NOW + timedelta(seconds=1))
    assert sweep(now=NOW) == Swept()
    assert sweep(now=NOW + timedelta(seconds=1)) == Swept(1)


def test_the_days_are_a_setting(shop: World, settings: LazySettings) -> None:
    settings.UNCONFIRMED_ACCOUNT_DAYS = 3
    claim(NOW - timedelta(days=3))
    assert sweep(now=NOW) == Swept(1)


def test_who_has_ordered_stays_and_is_asked_about_again_after_as_long(shop: World) -> None:
    answer(shop, "unused", 409)
    claim()
    assert sweep(now=NOW) == sweep(now=NOW + timedelta(days=89)) == Swept()
    assert len(asked(shop, "unused")) == 1
    answer(shop, "unused", 204)
    assert sweep(now=NOW + timedelta(days=90)) == Swept(1)


@pytest.mark.parametrize("trouble", ["answers 503", "answers 401", "is down"])
def test_while_a_service_cannot_say_nothing_is_swept(shop: World, trouble: str) -> None:
    server = shop.server_of("cart/mini")
    if trouble == "is down":
        server.refuse()
    else:
        answer(shop, "unused", int(trouble[-3:]))
    claim()
    assert sweep(now=NOW) == Swept(0, 1)
    assert Shopper.objects.get().used_at == OVER, "it is asked again the next time"
    server.accept()
    bridge.run(conf.runtime().aclose())
    conf.forget_runtime()  # So that no breaker waits.
    answer(shop, "unused", 204)
    assert sweep(now=NOW) == Swept(1)


def test_many_are_swept_in_batches(shop: World) -> None:
    for number in range(sweeping._MOST_AT_ONCE + 1):
        claim(email=f"{number}@example.com")
    assert sweep(now=NOW) == Swept(sweeping._MOST_AT_ONCE + 1)


def test_using_an_account_is_noted_once_a_day(shop: World, visitor: Browser) -> None:
    claim(NOW - timedelta(days=89))
    visitor.sign_in()
    assert Shopper.objects.get().used_at >= NOW
    Session.objects.update(seen_at=NOW - timedelta(days=2))
    Shopper.objects.update(used_at=NOW - timedelta(days=2))
    digest = Session.objects.get().digest
    assert sessions.look_up(digest) is not None
    noted = Shopper.objects.get().used_at
    assert noted >= NOW
    sessions.look_up(digest)
    assert Shopper.objects.get().used_at == noted


def test_a_browser_cannot_ask_what_the_shell_asks(shop: World) -> None:
    answered = Client().post(
        "/actions/cart/mini/unused", {}, headers={"sec-fetch-site": "same-origin"}
    )
    assert answered.status_code == 404
    assert asked(shop, "unused") == []


# -- at that very moment ----------------------------------------------------------------------


def confirm(shopper: Shopper) -> bool:
    return claims.settle(shopper, shopper.email)


def enter(shopper: Shopper) -> bool:
    return Browser().sign_in(shopper.email).status == 303


@pytest.mark.parametrize("comes_back", [confirm, enter])
def test_who_comes_back_while_services_are_asked_keeps_the_account(
    shop: World, monkeypatch: pytest.MonkeyPatch, comes_back: Callable[[Shopper], bool]
) -> None:
    shopper = claim()
    real = bridge.run

    def meanwhile(awaitable: Any) -> Any:
        answers = real(awaitable)
        monkeypatch.setattr(bridge, "run", real)
        assert comes_back(shopper)
        return answers

    monkeypatch.setattr(bridge, "run", meanwhile)
    assert sweep(now=NOW) == Swept()
    assert Shopper.objects.filter(pk=shopper.pk).exists()
    assert not Closure.objects.exists()


def test_who_signs_in_after_the_row_was_read_is_told_what_strangers_are(
    shop: World, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopper = claim()

    def swept_meanwhile(email: str, password: str) -> Shopper | None:
        found = checking.checked(email, password)
        sweep(now=NOW)
        return found

    monkeypatch.setattr(entrance, "checked", swept_meanwhile)
    page = visitor.sign_in()
    assert (page.status, page.errors) == (
        422,
        ["This address and this password do not belong together."],
    )
    assert not confirm(shopper)


def test_whoever_registers_again_after_the_row_was_read_gets_a_new_account(
    shop: World, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopper = claim()

    def swept_meanwhile() -> datetime:
        sweep(now=NOW)
        return NOW

    monkeypatch.setattr(checking, "now", swept_meanwhile)
    fields = {"email": shopper.email, "new_password": PASSWORD}
    assert visitor.fill("/account/register/", **fields).status == 303
    assert visitor.is_signed_in
    assert Shopper.objects.get().pk != shopper.pk


@pytest.mark.parametrize("comes_back", [confirm, enter])
def test_at_the_same_moment_one_of_them_wins_and_the_other_knows(
    shop: World,
    crowd: Crowd,
    monkeypatch: pytest.MonkeyPatch,
    comes_back: Callable[[Shopper], bool],
) -> None:
    async def unused(_parts: object, subjects: list[str]) -> list[bool]:
        return [False] * len(subjects)

    monkeypatch.setattr(sweeping, "_ask_all", unused)
    for number in range(8):
        shopper = crowd.one(partial(claim, email=f"{number}@example.com"))
        sweeps = [partial(sweep, now=NOW)] * 3
        *swept, kept = crowd.at_once(*sweeps, partial(comes_back, shopper))
        there = crowd.one(Shopper.objects.filter(pk=shopper.pk).exists)
        assert there == kept
        assert sum(one.gone for one in swept) == (0 if kept else 1)


# -- for ever ---------------------------------------------------------------------------------


class Rest:
    """Between two rounds of the command: what happens then, one after the other; then the end."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self._happens = list(happens)

    def is_set(self) -> bool:
        return False

    def wait(self, seconds: float) -> None:
        if not self._happens:
            raise Ended
        self._happens.pop(0)()


class Ended(Exception):
    """The process was asked to end."""


def test_beside_the_shell_a_service_that_was_down_hears_of_it_when_it_is_back(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    shopper = claim(datetime(2020, 1, 1, tzinfo=NOW.tzinfo))
    answer(shop, "forget", 503)

    def a_minute_later() -> None:
        assert Closure.objects.filter(service="cart").exists()
        Closure.objects.update(tried_at=OVER)

    def back() -> None:
        a_minute_later()
        answer(shop, "forget", 204)

    rest = Rest(a_minute_later, back, lambda: None)
    monkeypatch.setattr(forget_shoppers, "Event", lambda: rest)
    with pytest.raises(Ended):
        call_command("forget_shoppers", every=60)
    assert asked(shop, "unused") == [shopper.subject], "once an hour"
    assert set(asked(shop, "forget")) == {shopper.subject}
    assert not Closure.objects.exists()


def test_a_database_that_is_away_for_a_moment_does_not_end_it(
    shop: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    tried: list[str] = []

    def away() -> Swept:
        tried.append("sweep")
        if len(tried) == 1:
            raise DatabaseError("no connection")
        return Swept()

    monkeypatch.setattr(forget_shoppers, "sweep", away)
    monkeypatch.setattr(forget_shoppers, "Event", lambda: Rest(lambda: None))
    with pytest.raises(Ended):
        call_command("forget_shoppers", every=1)
    assert len(tried) == 2
    assert "no connection" in capsys.readouterr().err


def test_a_pause_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="from 1, not 0"):
        call_command("forget_shoppers", every=0)
