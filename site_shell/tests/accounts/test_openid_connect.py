"""Signing in elsewhere, end to end: against a real OpenID provider in a process of its own."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import LazySettings

from site_shell.accounts.models import Session, Shopper
from site_shell.accounts.oidc import Client, Provider, SignInFailed
from site_shell.accounts.views import oidc

from .conftest import Browser as Visitor
from .conftest import Page, make_shopper

FOLDER = Path(__file__).parent / "provider"
HAS_NODE = bool(shutil.which("node") and shutil.which("npm"))
pytestmark = pytest.mark.skipif(not HAS_NODE, reason="node and npm are missing: install Node.js 20")
SUBJECT = "c0ffee00-1111-2222-3333-444455556666"


class Idp:
    """The provider, and how to tell it what to do next."""

    def __init__(self, issuer: str, door: int) -> None:
        self.issuer = issuer
        self._door = f"http://127.0.0.1:{door}/"

    def will(self, **orders: Any) -> None:
        httpx.post(self._door, json=orders, trust_env=False, timeout=60).raise_for_status()


@pytest.fixture(scope="module")
def running() -> Iterator[Idp]:
    lock, done = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(install, cwd=FOLDER, check=True, timeout=300)
        done.touch()
    pipe = subprocess.PIPE
    with subprocess.Popen(["node", "provider.mjs"], cwd=FOLDER, stdin=pipe, stdout=pipe) as process:
        assert process.stdout and process.stdin
        yield Idp(**json.loads(process.stdout.readline()))
        process.stdin.close()
        process.wait(60)


@pytest.fixture
def idp(running: Idp, settings: LazySettings) -> Idp:
    settings.OIDC_ISSUER = running.issuer
    settings.OIDC_CLIENT_ID = "the-shop"
    running.will()
    oidc._client.cache_clear()
    return running


def authorize(page: Page) -> httpx.Response:
    """What the provider answers to the browser; nobody has to type anything there."""
    return httpx.get(page.location, trust_env=False)


def come_back(visitor: Visitor, answer: httpx.Response) -> Page:
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
        "http://localhost:8000/account/callback/"
    )
    return visitor.get(f"{parts.path}?{parts.query}")


def sign_in(visitor: Visitor, back: str = "/cart/") -> Page:
    return come_back(visitor, authorize(visitor.get(f"/account/elsewhere/?next={back}")))


def test_a_shopper_signs_in_elsewhere(visitor: Visitor, idp: Idp) -> None:
    form = visitor.get("/account/sign-in/?next=/cart/")
    assert 'href="/account/elsewhere/?next=/cart/"' in form.text
    assert "password" not in form.text.partition("<main>")[2].replace("your password", "")
    done = sign_in(visitor)
    assert (done.status, done.location) == (303, "/cart/")
    page = visitor.get("/account/")
    assert "ada@example.com" in page.text
    assert "Welcome, Ada Lovelace." in page.text
    shopper = Shopper.objects.get()
    assert (shopper.provider, shopper.provider_subject) == (idp.issuer, SUBJECT)
    assert not shopper.has_usable_password()


def test_the_same_person_is_the_same_shopper(visitor: Visitor, idp: Idp) -> None:
    sign_in(visitor)
    idp.will(claims={"email": "countess@example.com", "name": "Countess"})
    sign_in(Visitor())
    shopper = Shopper.objects.get()
    assert (shopper.email, shopper.name) == ("countess@example.com", "Countess")
    idp.will(claims={"sub": "somebody-else"})
    sign_in(Visitor())
    assert Shopper.objects.count() == 2


def test_an_address_is_no_identity(visitor: Visitor, idp: Idp) -> None:
    """Whoever can write any address at a provider must not get the account of its owner."""
    local = make_shopper()
    sign_in(visitor)
    session = Session.objects.get()
    assert session.shopper != local


def test_an_address_that_was_not_verified_is_not_believed(visitor: Visitor, idp: Idp) -> None:
    idp.will(claims={"email_verified": "false"})
    sign_in(visitor)
    assert Shopper.objects.get().email == ""
    assert "You are signed in." in visitor.get("/account/").text


def test_the_challenge_of_pkce_is_sent_and_the_verifier_is_not(visitor: Visitor, idp: Idp) -> None:
    asked = parse_qs(urlsplit(visitor.get("/account/elsewhere/").location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert re.fullmatch(r"[\w-]{43}", asked["code_challenge"][0])
    assert asked["response_type"] == ["code"]
    assert asked["scope"] == ["openid email profile"]
    assert asked["redirect_uri"] == ["http://localhost:8000/account/callback/"]
    assert len(asked["state"][0]) >= 20
    assert len(asked["nonce"][0]) >= 20
    assert "code_verifier" not in asked


def test_a_code_is_worth_nothing_in_another_browser(visitor: Visitor, idp: Idp) -> None:
    """The thief has the address that the victim's browser was sent to, but not its cookie."""
    answer = authorize(visitor.get("/account/elsewhere/"))
    thief = Visitor()
    assert come_back(thief, answer).status == 400
    thief.get("/account/elsewhere/")
    assert come_back(thief, answer).status == 400, "a state of his own does not help him"
    assert Session.objects.count() == 0


def test_a_stolen_code_with_a_state_of_the_thiefs_own_fails_at_pkce(
    visitor: Visitor, idp: Idp
) -> None:
    code = parse_qs(
        urlsplit(authorize(visitor.get("/account/elsewhere/")).headers["location"]).query
    )
    thief = Visitor()
    mine = authorize(thief.get("/account/elsewhere/")).headers["location"]
    state = parse_qs(urlsplit(mine).query)["state"][0]
    page = thief.get(f"/account/callback/?code={code}&state={state}")
    assert page.status == 400
    assert Session.objects.count() == 0


def test_an_address_is_good_once(visitor: Visitor, idp: Idp) -> None:
    answer = authorize(visitor.get("/account/elsewhere/"))
    assert come_back(visitor, answer).status == 303
    assert come_back(visitor, answer).status == 400


@pytest.mark.parametrize(
    "orders",
    [
        {"claims": {"iss": "https://evil.test"}},
        {"claims": {"aud": "another-shop"}},
        {"claims": {"aud": ["another-shop", "a-third-one"]}},
        {"claims": {"aud": ["the-shop", "another-shop"], "azp": "another-shop"}},
        {"claims": {"nonce": "of-another-browser"}},
        {"claims": {"exp": 1_000_000_000}},
        {"claims": {"exp": "soon"}},
        {"claims": {"nbf": 4_000_000_000}},
        {"claims": {"sub": ""}},
        {"claims": {"sub": "x" * 256}},
        {"claims": {"token_use": "access"}},
        {"without": ["nonce"]},
        {"without": ["sub"]},
        {"without": ["aud"]},
        {"without": ["exp"]},
        {"id_token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."},
        {"id_token": "x"},
        {"id_token": None},
        {"status": 400},
        {"status": 500},
    ],
    ids=lambda orders: json.dumps(orders)[:50],
)
def test_what_does_not_prove_it_signs_nobody_in(
    visitor: Visitor, idp: Idp, orders: dict[str, Any]
) -> None:
    idp.will(**orders)
    page = sign_in(visitor)
    assert page.status == 400
    assert "You are not signed in" in page.text
    assert 'href="/account/elsewhere/?next=/cart/"' in page.text
    assert (Session.objects.count(), Shopper.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "redirect",
    [
        {"state": "made-up"},
        {"state": None},
        {"code": None},
        {"code": "x" * 3000},
        {"error": "access_denied"},
        {"iss": "https://evil.test"},
    ],
    ids=str,
)
def test_an_answer_that_is_not_ours_signs_nobody_in(
    visitor: Visitor, idp: Idp, redirect: dict[str, str | None]
) -> None:
    idp.will(redirect=redirect)
    assert sign_in(visitor).status == 400
    assert Session.objects.count() == 0


def test_a_new_key_of_the_provider_needs_no_restart(
    visitor: Visitor, idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [time.monotonic()]
    monkeypatch.setattr(oidc.client(), "_clock", lambda: now[0])
    assert sign_in(visitor).status == 303
    idp.will(rotate=True)
    # Whoever makes up keys cannot make us ask all the time ...
    assert sign_in(Visitor()).status == 400
    # ... but after a moment the new one is found.
    now[0] += 10
    assert sign_in(Visitor()).status == 303


def test_a_closed_account_stays_closed(visitor: Visitor, idp: Idp) -> None:
    sign_in(visitor)
    Shopper.objects.update(is_active=False)
    other = Visitor()
    assert sign_in(other).location == "/account/sign-in/"
    assert not other.is_signed_in


def test_there_are_no_passwords_here_then(visitor: Visitor, idp: Idp) -> None:
    make_shopper()
    for path in ("/account/register/", "/account/reset/"):
        assert visitor.get(path).status == 404
    sign_in(visitor)
    assert visitor.get("/account/password/").status == 404
    assert "/account/password/" not in visitor.get("/account/").text


def test_signing_out_leads_to_signing_out_there(visitor: Visitor, idp: Idp) -> None:
    sign_in(visitor)
    done = visitor.fill("/account/sign-out/", form="/account/")
    assert done.location == "/account/signed-out/"
    page = visitor.get("/account/signed-out/")
    found = re.search(r'href="(http://127[^"]+)"', page.text)
    assert found
    assert found[1].startswith(f"{idp.issuer}/endsession?client_id=the-shop&logout_uri=http")
    assert not visitor.is_signed_in


def test_nobody_is_led_elsewhere_where_there_is_nobody(visitor: Visitor) -> None:
    for path in ("/account/elsewhere/", "/account/callback/?code=x", "/account/signed-out/"):
        assert visitor.get(path).status == 404


def test_a_provider_that_is_down_is_an_apology(
    visitor: Visitor, idp: Idp, settings: LazySettings
) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:1"
    page = visitor.get("/account/elsewhere/?next=/cart/")
    assert page.status == 503
    assert "Try again" in page.text


def test_a_document_of_another_issuer_is_not_believed(idp: Idp) -> None:
    client = Client(Provider(f"{idp.issuer}/", "the-shop"))
    with pytest.raises(SignInFailed, match="is of issuer"):
        client.depart("http://localhost:8000/account/callback/")


def test_the_secret_of_the_shop_is_in_no_repr() -> None:
    assert "hush" not in repr(Provider("https://idp.test", "shop", "hush"))


def test_a_name_from_elsewhere_is_one_plain_line(visitor: Visitor, idp: Idp) -> None:
    idp.will(claims={"email": "countess@example.com", "name": "Ada\r\n\x7fKing\u202e"})
    sign_in(visitor)
    assert Shopper.objects.get().name == "Ada King"


@pytest.mark.parametrize("chosen", ["Countess", ""])
def test_a_name_that_was_chosen_here_stays(visitor: Visitor, idp: Idp, chosen: str) -> None:
    sign_in(visitor)
    visitor.fill("/account/", name=chosen)
    idp.will(claims={"email": "countess@example.com", "name": "Ada King"})
    sign_in(Visitor())
    shopper = Shopper.objects.get()
    assert (shopper.email, shopper.name) == ("countess@example.com", chosen)
