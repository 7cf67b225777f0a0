"""What somebody without any cookie does first, in several places at once, over real sockets."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Gate, Received, Reply

from site_shell.composer.conf import runtime
from site_shell.composer.identity import Somebody
from site_shell.composer.store.backend import Backend
from site_shell.gateway import newcomers
from site_shell.gateway.newcomers import Newcomers

from ..identity.conftest import told
from .conftest import FORM, OURS, Response, Shell

KEY = "0123456789abcdef" * 2
ADD = "/actions/reviews/form/add"
HEART = "/actions/reviews/form/heart"
VOTE = "/actions/reviews/form/vote"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def emptied() -> Iterator[None]:
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def service(service: FakeFragmentServer) -> FakeFragmentServer:
    actions = (
        Action("add", "/actions/add", identity="required"),
        Action("heart", "/actions/heart", identity="required"),
        Action("vote", "/actions/vote", identity="none"),
    )
    info = FragmentInfo(name="reviews/form", actions=actions)
    service.add_fragment("reviews/form", fragment=info)
    for action in actions:
        service.respond(f"/fragments/form{action.target}", Reply(status=204))
    return service


def send(shell: Shell, path: str, body: str = "sku=A", key: str = KEY, **more: str) -> Response:
    return shell.send(path, body, {**OURS, **FORM, "first-visit": key, **more})


def heard(service: FakeFragmentServer, path: str) -> tuple[Received, ...]:
    return service.requests_for(f"/fragments/form/actions/{path.rpartition('/')[2]}")


def visitors(service: FakeFragmentServer, *paths: str) -> list[str]:
    """Whom the service was told of."""
    found = [told(request, "reviews") for path in paths for request in heard(service, path)]
    return [one[0] for one in found if one]


def at_once(
    shell: Shell, service: FakeFragmentServer, sendings: list[tuple[str, str]], key: str = KEY
) -> list[Response]:
    """The answers to actions of which none was answered before all had come."""
    gate = Gate()
    for path, _ in sendings:
        target = f"/fragments/form/actions/{path.rpartition('/')[2]}"
        service.respond(target, Reply(status=204, gate=gate))
    before = len(service.requests)
    with ThreadPoolExecutor(len(sendings)) as pool:
        sent = [pool.submit(send, shell, path, body, key) for path, body in sendings]
        service.wait_for_requests(before + len(set(sendings)))
        gate.open()
        return [one.result() for one in sent]


def test_two_different_first_actions_at_once_are_one_visitors(
    shell: Shell, service: FakeFragmentServer
) -> None:
    answers = at_once(shell, service, [(ADD, "sku=A"), (ADD, "sku=B"), (HEART, "ref=h1")])
    assert [answer.status for answer in answers] == [204] * 3
    found = visitors(service, ADD, HEART)
    assert (len(found), len(set(found))) == (3, 1)
    # Whichever of the cookies the browser keeps names the same visitor.
    for answer in answers:
        cookie = answer.headers["set-cookie"].partition(";")[0]
        send(shell, ADD, f"sku={answers.index(answer)}", key="", cookie=cookie)
    assert set(visitors(service, ADD, HEART)) == set(found)


@pytest.mark.parametrize("path", [ADD, VOTE])
def test_a_double_click_of_somebody_new_is_heard_once_while_it_is_under_way(
    shell: Shell, service: FakeFragmentServer, path: str
) -> None:
    answers = at_once(shell, service, [(path, "sku=A")] * 2)
    assert [answer.status for answer in answers] == [204, 204]
    assert len(heard(service, path)) == 1
    assert runtime().measures.counts()["actions_held", "reason", "repeated"] == 1


def test_who_asks_for_no_identity_gets_none_for_bringing_a_key(
    shell: Shell, service: FakeFragmentServer
) -> None:
    assert "set-cookie" not in send(shell, VOTE).headers
    assert heard(service, VOTE)[0].headers.get("authorization") is None


def test_another_key_is_another_visitor(shell: Shell, service: FakeFragmentServer) -> None:
    send(shell, ADD)
    send(shell, ADD, key=KEY[::-1])
    assert len(set(visitors(service, ADD))) == 2


@pytest.mark.parametrize("key", ["", "0", KEY[:-1], KEY + "0", KEY.upper(), f" {KEY} x", "*" * 32])
def test_a_key_that_could_be_guessed_makes_nobody_known(
    shell: Shell, service: FakeFragmentServer, key: str
) -> None:
    for _ in "ab":
        send(shell, ADD, key=key)
    assert len(set(visitors(service, ADD))) == 2


def test_a_key_says_nothing_of_who_has_a_cookie(shell: Shell, service: FakeFragmentServer) -> None:
    """Nobody who is known becomes somebody else by a key, nor learns who brought it before."""
    own = send(shell, ADD, key=KEY[::-1]).headers["set-cookie"].partition(";")[0]
    send(shell, ADD, "sku=B")
    answer = send(shell, ADD, "sku=C", cookie=own)
    first, other, known = visitors(service, ADD)
    assert (known, "set-cookie" in answer.headers) == (first, False)
    assert other != first


def test_a_cookie_of_nobody_is_as_none(shell: Shell, service: FakeFragmentServer) -> None:
    for body in ("sku=A", "sku=B"):
        send(shell, ADD, body, cookie="visitor=forged")
    assert len(set(visitors(service, ADD))) == 1


def test_an_old_key_is_worth_nothing(
    shell: Shell, service: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "SECONDS", 0)
    for body in ("sku=A", "sku=B"):
        send(shell, ADD, body)
    assert len(set(visitors(service, ADD))) == 2


def test_what_came_from_another_site_brings_no_key(
    shell: Shell, service: FakeFragmentServer
) -> None:
    foreign = {**FORM, "sec-fetch-site": "cross-site", "first-visit": KEY}
    assert shell.send(ADD, "sku=A", foreign).status == 403
    # Nor does any site get leave to send this header: a browser asks for it beforehand.
    asked = {"origin": "https://evil.test", "access-control-request-headers": "first-visit"}
    answer = shell.send(ADD, None, asked, method="OPTIONS")
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert heard(service, ADD) == ()


def test_the_service_does_not_see_the_key(shell: Shell, service: FakeFragmentServer) -> None:
    send(shell, ADD)
    assert KEY not in str(heard(service, ADD)[0].headers)
    assert not re.search("first-visit", str(heard(service, ADD)[0].headers), re.IGNORECASE)


def test_a_key_that_is_none_is_refused_before_anybody_is_made_known(
    shell: Shell, service: FakeFragmentServer
) -> None:
    answer = send(shell, ADD, **{"idempotency-key": '"'})
    assert (answer.status, "set-cookie" in answer.headers) == (400, False)


@pytest.mark.parametrize("shared", ["memory", "files"])
@pytest.mark.asyncio
async def test_all_processes_agree_on_one(shared: str, tmp_path: Path) -> None:
    """Each has a backend of its own on what they share."""

    def cache() -> BaseCache:
        name = str(tmp_path)
        return LocMemCache(name, {}) if shared == "memory" else FileBasedCache(name, {})

    found = set()
    for number in range(5):
        agree = Newcomers(Backend(cache(), timeout=30)).with_key("k")
        assert agree is not None
        found.add((await agree(Somebody(f"anon:{number}", set_cookie=f"visitor={number}"))).subject)
    assert found == {"anon:0"}


@pytest.mark.asyncio
async def test_without_a_cache_everybody_new_is_somebody_else() -> None:
    class Gone(LocMemCache):
        def add(self, *args: object, **kwargs: object) -> bool:
            raise ConnectionError("the cache is gone")

    agree = Newcomers(Backend(Gone("gone", {}), timeout=1)).with_key("k")
    assert agree is not None
    newcomer = Somebody("anon:1", set_cookie="visitor=1")
    assert await agree(newcomer) is newcomer
