"""What was kept for the anonymous visitor goes to the shopper who signs in; and signing out, seen
by services."""

import asyncio
import html
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import Gate, Received, Reply

from site_shell.accounts import adopting, sessions
from site_shell.accounts.models import Adoption, Shopper
from site_shell.composer import bridge, conf

from ..composing.conftest import world
from ..composing.kit import World
from ..identity.conftest import told
from .conftest import Browser

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "<html><head><title>x</title></head><body><!-- notices -->{{ answer }}</body></html>"
TARGET = "/fragments/mini/actions/adopt"
PATH = "/actions/cart/mini/add"
# What the tests' pages answer to.
HOST = {"host": "127.0.0.1"}
_numbers = itertools.count()


@pytest.fixture
def shop(world: World, settings: LazySettings, transactional_db: None) -> Iterator[World]:
    """A cart that adopts, and a catalogue that has nothing to adopt."""
    settings.SITE_ORIGIN = "http://shop.test"
    world.template("account.html", PAGE)
    world.template("action.html", PAGE)
    world.page("x")
    declare(world)
    world.fragment("product/page", "<p>lamp</p>")
    conf.forget_runtime()
    yield world
    bridge.run(conf.runtime().aclose())
    bridge.stop()


def declare(world: World) -> None:
    actions = tuple(
        Action(name, f"/actions/{name}", ("POST",), "required") for name in ("add", "adopt")
    )
    info = FragmentInfo(name="cart/mini", identity="optional", actions=actions)
    world.fragment("cart/mini", "<p></p>", fragment=info)
    world.server_of("cart/mini").respond("/fragments/mini/actions/add", show)
    answer(world, 204, "3 things from before are in your cart now.")


def answer(world: World, status: int, message: str = "") -> None:
    notice = {"notification:show": {"message": message, "level": "success"}}
    headers = {"hx-trigger": json.dumps(notice)} if message else {}
    world.server_of("cart/mini").respond(TARGET, Reply(status=status, headers=headers, body=""))


def show(request: Received) -> Reply:
    return Reply(body=f"<p>[{told(request, 'cart')}]</p>")


def seen_by_the_cart(visitor: Browser) -> Any:
    """Whom the cart is told, when something is put into it."""
    headers = {"sec-fetch-site": "same-origin"}
    # Each time another form: the same one sent twice is answered once.
    response = visitor.client.post(PATH, {"sku": f"x{next(_numbers)}"}, headers=headers)
    text = response.content.decode()
    return json.loads(text.partition("[(")[2].partition(")]")[0].replace("'", '"').join(("[", "]")))


def adoptions(world: World) -> list[Received]:
    return list(world.server_of("cart/mini").requests_for(TARGET))


def test_what_was_anonymous_is_adopted_and_the_shopper_is_told(
    shop: World, visitor: Browser, ada: Shopper
) -> None:
    before, _, _ = seen_by_the_cart(visitor)
    assert before.startswith("anon:")
    visitor.sign_in()
    (request,) = adoptions(shop)
    assert told(request, "cart") == (ada.subject, "Ada", before)
    assert request.method == "POST"
    page = visitor.get("/account/")
    assert "3 things from before are in your cart now." in page.text
    assert Adoption.objects.count() == 0
    assert seen_by_the_cart(visitor) == [ada.subject, "Ada", ""]


def test_who_registers_keeps_what_was_in_the_cart(shop: World, visitor: Browser) -> None:
    before, _, _ = seen_by_the_cart(visitor)
    fields = {"email": "grace@example.com", "new_password": "clay-candle-cotton"}
    visitor.fill("/account/register/", **fields)
    (request,) = adoptions(shop)
    found = told(request, "cart")
    assert found and found[2] == before


def test_who_had_nothing_has_nothing_adopted(shop: World, visitor: Browser, ada: Shopper) -> None:
    visitor.sign_in()
    assert adoptions(shop) == []


def test_what_a_shopper_has_is_nobodys_after_signing_out(
    shop: World, visitor: Browser, ada: Shopper
) -> None:
    before, _, _ = seen_by_the_cart(visitor)
    visitor.sign_in()
    visitor.fill("/account/sign-out/", form="/account/")
    after, _, _ = seen_by_the_cart(visitor)
    assert after.startswith("anon:")
    assert after != before


@pytest.mark.parametrize("trouble", ["answers 500", "answers 401", "is down", "is slow"])
def test_what_fails_is_no_reason_not_to_sign_in_and_is_told_until_it_is_done(
    shop: World, visitor: Browser, ada: Shopper, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _, _ = seen_by_the_cart(visitor)
    server = shop.server_of("cart/mini")
    monkeypatch.setattr(adopting, "SECONDS", 0.2)
    gate = Gate()
    if trouble == "is down":
        server.refuse()
    elif trouble == "is slow":
        server.respond(TARGET, Reply(gate=gate))
    else:
        answer(shop, int(trouble[-3:]))
    assert visitor.sign_in().status == 303
    gate.open()
    row = Adoption.objects.get()
    assert (row.service, row.anonymous) == ("cart", before)
    if trouble == "is down":
        server.accept()
    # A later try does no better.
    answer(shop, 500)
    sessions.SESSIONS.forget()
    assert seen_by_the_cart(visitor) == [ada.subject, "Ada", before]


def test_it_is_tried_again_beside_the_shoppers_next_visit(
    shop: World, visitor: Browser, ada: Shopper
) -> None:
    seen_by_the_cart(visitor)
    answer(shop, 500)
    visitor.sign_in()
    answer(shop, 204)
    sessions.SESSIONS.forget()
    adopting.LATER.forget()
    seen_by_the_cart(visitor)
    bridge.run(adopting.LATER.settled())
    assert Adoption.objects.count() == 0
    assert seen_by_the_cart(visitor) == [ada.subject, "Ada", ""]


def test_it_is_not_tried_again_with_every_visit(
    shop: World, visitor: Browser, ada: Shopper
) -> None:
    seen_by_the_cart(visitor)
    answer(shop, 500)
    visitor.sign_in()
    adopting.LATER.forget()
    for _ in range(5):
        sessions.SESSIONS.forget()
        seen_by_the_cart(visitor)
    bridge.run(adopting.LATER.settled())
    assert len(adoptions(shop)) == 2


def test_a_visitor_has_no_business_with_it(shop: World, visitor: Browser) -> None:
    """Whoever posts to it has a token without a former self, so there is nothing to adopt."""
    headers = {"sec-fetch-site": "same-origin"}
    visitor.client.post("/actions/cart/mini/adopt", {"former": "anon:victim"}, headers=headers)
    (request,) = adoptions(shop)
    found = told(request, "cart")
    assert found and found[0].startswith("anon:") and found[2] == ""


def test_signing_out_everywhere_reaches_services_within_seconds(
    shop: World, visitor: Browser, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [sessions.SESSIONS._clock()]
    monkeypatch.setattr(sessions.SESSIONS, "_clock", lambda: now[0])
    visitor.sign_in()
    assert seen_by_the_cart(visitor)[0] == ada.subject
    # Another process of the shell did it, so this one has not been told.
    sessions.end_all(ada)
    assert seen_by_the_cart(visitor)[0] == ada.subject, "it is remembered for a moment"
    now[0] += sessions.KEPT_SECONDS
    assert seen_by_the_cart(visitor)[0].startswith("anon:")


def test_a_session_is_looked_up_once_for_many_fragments(
    visitor: Browser, ada: Shopper, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    real = sessions.look_up

    def look_up(digest: str) -> Any:
        looked.append(digest)
        return real(digest)

    monkeypatch.setattr(sessions, "look_up", look_up)
    key = sessions.begin(ada, "test")
    found = sessions.Sessions(clock=lambda: 1000.0)

    async def ask() -> list[Any]:
        first = await found.find(key)
        return [first, await found.find(key), await found.find("x" * 27)]

    one, two, nobody = asyncio.run(ask())
    assert one == two
    assert one.subject == ada.subject
    assert nobody is None
    assert len(looked) == 2


def part_of_a_page(visitor: Browser) -> Any:
    """A lazy slot of the page, as delivery.js asks for it."""
    found = re.search(r'<fragment-slot[^>]* src="([^"]+)"', page_of(visitor))
    assert found
    return visitor.client.get(found[1], headers=HOST)


def page_of(visitor: Browser) -> str:
    return visitor.get("/shop/", **HOST).text


@pytest.fixture
def page_with_cart(shop: World) -> World:
    """Its part of the cart shows whom the cart has been told."""
    shop.template("action.html", PAGE)
    shop.page('<!-- notices -->{% fragment "cart/mini" delivery="lazy" label="Cart" %}')
    shop.server_of("cart/mini").respond(
        "/fragments/mini/",
        lambda request: Reply(
            body=f"<p>[{told(request, 'cart')}]</p>",
            headers={"cache-control": "no-store", "podlet-version": "1.0.0"},
        ),
    )
    conf.forget_runtime()
    return shop


def test_what_a_later_try_said_is_told_on_the_next_page(
    page_with_cart: World, visitor: Browser, ada: Shopper
) -> None:
    seen_by_the_cart(visitor)
    answer(page_with_cart, 500)
    visitor.sign_in()
    assert "from before" not in page_of(visitor)
    answer(page_with_cart, 204, "3 things from before are in your cart now.")
    sessions.SESSIONS.forget()
    adopting.LATER.forget()
    shown = part_of_a_page(visitor)
    # The service has adopted on being asked to, and so it had something to say.
    assert str((ada.subject, "Ada", "")) in html.unescape(shown.content.decode())
    assert "3 things from before are in your cart now." in page_of(visitor)
    assert "from before" not in page_of(visitor)


def test_nobody_waits_long_for_a_later_try(
    page_with_cart: World, visitor: Browser, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _, _ = seen_by_the_cart(visitor)
    answer(page_with_cart, 500)
    visitor.sign_in()
    gate = Gate()
    headers = {
        "hx-trigger": json.dumps({"notification:show": {"message": "Late.", "level": "info"}})
    }
    page_with_cart.server_of("cart/mini").respond(
        TARGET, Reply(status=204, headers=headers, body="", gate=gate)
    )
    monkeypatch.setattr(adopting, "PATIENCE", 0.05)
    sessions.SESSIONS.forget()
    adopting.LATER.forget()
    shown = part_of_a_page(visitor)
    # It knows by itself what it has to adopt.
    assert str((ada.subject, "Ada", before)) in html.unescape(shown.content.decode())
    gate.open()
    bridge.run(adopting.LATER.settled())
    part_of_a_page(visitor)
    assert "Late." in page_of(visitor)


def test_who_signs_in_has_another_token_against_forgery(visitor: Browser, ada: Shopper) -> None:
    planted = visitor.get("/account/sign-in/").token
    secret = visitor.client.cookies["shell_csrf"].value
    visitor.sign_in()
    assert visitor.client.cookies["shell_csrf"].value != secret
    fields = {"csrfmiddlewaretoken": planted}
    assert visitor.client.post("/account/sign-out/", fields).status_code == 403
    assert visitor.is_signed_in
